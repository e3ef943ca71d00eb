// The files that the transcripts of kubectl work with: good ones, and broken ones by name.

export const manifests: Record<string, string> = {
  "/home/guest/beta.yaml": `apiVersion: networking.k8s.io/v1beta1
kind: Ingress
metadata:
  name: old
`,
  "/home/guest/broken.yaml": `apiVersion: v1
kind: Service
metadata:
  name: a
   bad: x
`,
  "/home/guest/dep.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels: {app: app}
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - name: main
        image: hashicorp/http-echo
        args: ["-text=hi", "-listen=:8080"]
        ports: [{containerPort: 8080}]
        env: [{name: A, value: "1"}]
`,
  "/home/guest/dep2.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels: {app: app}
spec:
  replicas: 3
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - name: main
        image: hashicorp/http-echo
        args: ["-text=ho", "-listen=:8080"]
        ports: [{containerPort: 8080}]
        env: [{name: A, value: "1"}]
`,
  "/home/guest/depbad.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels: {app: app}
spec:
  replicas: 2
  selector: {matchLabels: {app: other}}
  template:
    metadata: {labels: {app: other}}
    spec:
      containers:
      - name: main
        image: hashicorp/http-echo
        args: ["-text=hi", "-listen=:8080"]
        ports: [{containerPort: 8080}]
        env: [{name: A, value: "1"}]
`,
  "/home/guest/dir/a.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: dc1
`,
  "/home/guest/dir/b.yml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: dc2
`,
  "/home/guest/dir/c.txt": `x`,
  "/home/guest/empty.yaml": ``,
  "/home/guest/fan.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
      - path: /web
        pathType: Prefix
        backend: { service: { name: web, port: { number: 80 } } }
      - path: /api
        pathType: Prefix
        backend: { service: { name: backend-service, port: { number: 8080 } } }
`,
  "/home/guest/fan2.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
      - path: /web
        pathType: Prefix
        backend: { service: { name: web, port: { number: 80 } } }
      - path: /api2
        pathType: Prefix
        backend: { service: { name: backend-service, port: { number: 8080 } } }
`,
  "/home/guest/multi.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: c1
data:
  a: b
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: c2
---
apiVersion: v1
kind: Foo
metadata:
  name: c3
`,
  "/home/guest/noapi.yaml": `kind: Pod
`,
  "/home/guest/nokind.yaml": `foo: bar
`,
  "/home/guest/noname.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {}
`,
  "/home/guest/nons.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: nsx
  namespace: nowhere
`,
  "/home/guest/nopathtype.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
      - path: /web
        backend: { service: { name: web, port: { number: 80 } } }
      - path: /api
        backend: { service: { name: backend-service, port: { number: 8080 } } }
`,
  "/home/guest/scalar.yaml": `hello
`,
  "/home/guest/unknownfield.yaml": `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: simple-fanout
spec:
  ingressClassname: nginx
  rules:
  - host: example.com
    http:
      paths:
      - path: /web
        pathType: Prefix
        backend: { service: { name: web, port: { number: 80 } } }
      - path: /api
        pathType: Prefix
        backend: { service: { name: backend-service, port: { number: 8080 } } }
`,
  "/home/guest/wrongtype.yaml": `apiVersion: v1
kind: Service
metadata:
  name: s
spec:
  ports:
  - port: "80"
  selector: {a: 1}
`,
};
