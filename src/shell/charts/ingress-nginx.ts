// The chart of ingress-nginx 4.15.0 (controller v1.15.0): its Deployment, Service, IngressClass
// and ConfigMap, with the names, labels and arguments of the real one. RBAC has no counterpart in
// this cluster. The admission webhook, which the real chart installs unless told otherwise, is
// here on demand (controller.admissionWebhooks.enabled=true), and its certificates come with the
// release instead of from two Jobs.

import type { Obj, ObjectMeta } from "../../api/object.ts";
import {
  isSet,
  textAt,
  textsAt,
  valueAt,
  type Chart,
  type Release,
  type Rendered,
  type Value,
  type Values,
} from "./chart.ts";

const version = "4.15.0";
const appVersion = "1.15.0";

export const ingressNginx: Chart = {
  repo: "ingress-nginx",
  repoUrl: "https://kubernetes.github.io/ingress-nginx",
  name: "ingress-nginx",
  version,
  appVersion,
  description: "Ingress controller for Kubernetes using NGINX as a reverse proxy and load balancer",
  values: {
    nameOverride: "",
    fullnameOverride: "",
    controller: {
      admissionWebhooks: {
        certificate: "/usr/local/certificates/cert",
        enabled: false,
        failurePolicy: "Fail",
        key: "/usr/local/certificates/key",
        name: "admission",
        port: 8443,
        timeoutSeconds: 10,
      },
      allowSnippetAnnotations: false,
      config: {},
      electionID: "",
      enableAnnotationValidations: true,
      extraArgs: {},
      image: { registry: "registry.k8s.io", image: "ingress-nginx/controller", tag: "v1.15.0" },
      ingressClass: "nginx",
      ingressClassByName: false,
      ingressClassResource: {
        annotations: {},
        controllerValue: "k8s.io/ingress-nginx",
        default: false,
        enabled: true,
        name: "nginx",
      },
      minReadySeconds: 0,
      podAnnotations: {},
      podLabels: {},
      publishService: { enabled: true, pathOverride: "" },
      replicaCount: 1,
      service: {
        annotations: {},
        enabled: true,
        externalTrafficPolicy: "",
        nodePorts: { http: "", https: "" },
        ports: { http: 80, https: 443 },
        type: "LoadBalancer",
      },
      terminationGracePeriodSeconds: 300,
      watchIngressWithoutClass: false,
    },
    serviceAccount: { create: true, name: "" },
  },
  prepare: async (values, release, means): Promise<Values> => {
    if (!isSet(values, hooks)) return {};
    const { admissionObjects } = await import("./ingress-nginx-admission.ts");
    const made = admissionObjects({
      values,
      release,
      means,
      name: admissionName(values, release),
      service: `${controllerName(values, release)}-admission`,
      labels: labels(values, release),
      selector: selectorLabels(values, release),
    });
    return { admission: made as unknown as Value };
  },
  render,
  notes,
};

const hooks = "controller.admissionWebhooks.enabled";

function render(values: Values, release: Release): Rendered[] {
  const at = (template: string, object: Obj): Rendered => ({
    template: `templates/${template}.yaml`,
    object,
  });
  const out: Rendered[] = [];
  if (isSet(values, "serviceAccount.create")) {
    out.push(at("controller-serviceaccount", serviceAccount(values, release)));
  }
  out.push(at("controller-configmap", configMap(values, release)));
  if (isSet(values, "controller.service.enabled")) {
    out.push(at("controller-service", service(values, release)));
  }
  out.push(at("controller-deployment", deployment(values, release)));
  if (isSet(values, hooks)) {
    const made = (values["admission"] ?? []) as unknown as readonly Rendered[];
    out.push(...made.map(({ template, object }) => at(template, object)));
  }
  if (isSet(values, "controller.ingressClassResource.enabled")) {
    out.push(at("controller-ingressclass", ingressClass(values, release)));
  }
  return out;
}

function nameOf(values: Values): string {
  return (textAt(values, "nameOverride") || "ingress-nginx").slice(0, 63);
}

/** The release's name, with the chart's unless it is in it already. */
function fullName(values: Values, release: Release): string {
  const chosen = textAt(values, "fullnameOverride");
  if (chosen) return chosen.slice(0, 63);
  const name = nameOf(values);
  return (release.name.includes(name) ? release.name : `${release.name}-${name}`).slice(0, 63);
}

function controllerName(values: Values, release: Release): string {
  return `${fullName(values, release)}-controller`;
}

function admissionName(values: Values, release: Release): string {
  return `${fullName(values, release)}-${textAt(values, "controller.admissionWebhooks.name")}`;
}

function selectorLabels(values: Values, release: Release): Record<string, string> {
  return {
    "app.kubernetes.io/name": nameOf(values),
    "app.kubernetes.io/instance": release.name,
    "app.kubernetes.io/component": "controller",
  };
}

function labels(values: Values, release: Release): Record<string, string> {
  return {
    "helm.sh/chart": `ingress-nginx-${version}`,
    ...selectorLabels(values, release),
    "app.kubernetes.io/version": appVersion,
    "app.kubernetes.io/part-of": nameOf(values),
    "app.kubernetes.io/managed-by": "Helm",
  };
}

function metadata(values: Values, release: Release, name: string): ObjectMeta {
  return { name, namespace: release.namespace, labels: labels(values, release) };
}

function serviceAccountName(values: Values, release: Release): string {
  return textAt(values, "serviceAccount.name") || fullName(values, release);
}

function serviceAccount(values: Values, release: Release): Obj & Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(values, release, serviceAccountName(values, release)),
    automountServiceAccountToken: true,
  };
}

function configMap(values: Values, release: Release): Obj & Record<string, unknown> {
  const snippets = isSet(values, "controller.allowSnippetAnnotations");
  const data = {
    ...(snippets && { "allow-snippet-annotations": "true" }),
    ...textsAt(values, "controller.config"),
  };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(values, release, controllerName(values, release)),
    ...(Object.keys(data).length > 0 && { data }),
  };
}

function service(values: Values, release: Release): Obj & Record<string, unknown> {
  const type = textAt(values, "controller.service.type");
  const policy = textAt(values, "controller.service.externalTrafficPolicy");
  const annotations = textsAt(values, "controller.service.annotations");
  const port = (name: "http" | "https"): Record<string, unknown> => {
    const nodePort = Number(textAt(values, `controller.service.nodePorts.${name}`));
    return {
      name,
      port: Number(textAt(values, `controller.service.ports.${name}`)),
      protocol: "TCP",
      targetPort: name,
      appProtocol: name,
      ...(nodePort > 0 && { nodePort }),
    };
  };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...metadata(values, release, controllerName(values, release)),
      ...(annotations && { annotations }),
    },
    spec: {
      type,
      ...(policy && { externalTrafficPolicy: policy }),
      ipFamilyPolicy: "SingleStack",
      ipFamilies: ["IPv4"],
      ports: [port("http"), port("https")],
      selector: selectorLabels(values, release),
    },
  };
}

function deployment(values: Values, release: Release): Obj & Record<string, unknown> {
  const podAnnotations = textsAt(values, "controller.podAnnotations");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(values, release, controllerName(values, release)),
    spec: {
      selector: { matchLabels: selectorLabels(values, release) },
      replicas: Number(textAt(values, "controller.replicaCount")),
      revisionHistoryLimit: 10,
      minReadySeconds: Number(textAt(values, "controller.minReadySeconds")),
      template: {
        metadata: {
          ...(podAnnotations && { annotations: podAnnotations }),
          labels: { ...labels(values, release), ...textsAt(values, "controller.podLabels") },
        },
        spec: {
          dnsPolicy: "ClusterFirst",
          containers: [container(values, release)],
          nodeSelector: { "kubernetes.io/os": "linux" },
          ...(isSet(values, hooks) && {
            volumes: [
              {
                name: "webhook-cert",
                secret: {
                  secretName: admissionName(values, release),
                  items: [
                    { key: "cert", path: "cert" },
                    { key: "key", path: "key" },
                  ],
                },
              },
            ],
          }),
          ...(isSet(values, "serviceAccount.create") && {
            serviceAccountName: serviceAccountName(values, release),
          }),
          terminationGracePeriodSeconds: Number(
            textAt(values, "controller.terminationGracePeriodSeconds"),
          ),
        },
      },
    },
  };
}

function container(values: Values, release: Release): Record<string, unknown> {
  const image = (field: string): string => textAt(values, `controller.image.${field}`);
  const probe = {
    httpGet: { path: "/healthz", port: 10254, scheme: "HTTP" },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  };
  return {
    name: "controller",
    image: `${image("registry")}/${image("image")}:${image("tag")}`,
    imagePullPolicy: "IfNotPresent",
    args: args(values, release),
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    ],
    livenessProbe: { ...probe, failureThreshold: 5 },
    readinessProbe: { ...probe, failureThreshold: 3 },
    ports: [
      { name: "http", containerPort: 80, protocol: "TCP" },
      { name: "https", containerPort: 443, protocol: "TCP" },
      ...(isSet(values, hooks) ? [webhookPort(values)] : []),
    ],
    ...(isSet(values, hooks) && {
      volumeMounts: [
        { name: "webhook-cert", mountPath: "/usr/local/certificates/", readOnly: true },
      ],
    }),
    resources: { requests: { cpu: "100m", memory: "90Mi" } },
  };
}

function webhookPort(values: Values): Record<string, unknown> {
  const containerPort = Number(textAt(values, "controller.admissionWebhooks.port"));
  return { name: "webhook", containerPort, protocol: "TCP" };
}

/** The controller's command line, in the chart's order. */
function args(values: Values, release: Release): string[] {
  const name = controllerName(values, release);
  const election = textAt(values, "controller.electionID") || `${fullName(values, release)}-leader`;
  const published = textAt(values, "controller.publishService.pathOverride");
  const extra = valueAt(values, "controller.extraArgs");
  return [
    "/nginx-ingress-controller",
    ...(isSet(values, "controller.publishService.enabled")
      ? [`--publish-service=${published || `$(POD_NAMESPACE)/${name}`}`]
      : []),
    `--election-id=${election}`,
    `--controller-class=${textAt(values, "controller.ingressClassResource.controllerValue")}`,
    `--ingress-class=${textAt(values, "controller.ingressClass")}`,
    `--configmap=$(POD_NAMESPACE)/${name}`,
    ...(isSet(values, hooks)
      ? [
          `--validating-webhook=:${textAt(values, "controller.admissionWebhooks.port")}`,
          `--validating-webhook-certificate=${textAt(values, "controller.admissionWebhooks.certificate")}`,
          `--validating-webhook-key=${textAt(values, "controller.admissionWebhooks.key")}`,
        ]
      : []),
    ...(isSet(values, "controller.watchIngressWithoutClass")
      ? ["--watch-ingress-without-class=true"]
      : []),
    ...(isSet(values, "controller.ingressClassByName") ? ["--ingress-class-by-name=true"] : []),
    ...Object.entries(typeof extra === "object" && extra !== null ? extra : {}).map(
      ([flag, value]) =>
        value === "" || value === null ? `--${flag}` : `--${flag}=${String(value)}`,
    ),
  ];
}

function ingressClass(values: Values, release: Release): Obj & Record<string, unknown> {
  const annotations = {
    ...textsAt(values, "controller.ingressClassResource.annotations"),
    ...(isSet(values, "controller.ingressClassResource.default") && {
      "ingressclass.kubernetes.io/is-default-class": "true",
    }),
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      labels: labels(values, release),
      name: textAt(values, "controller.ingressClassResource.name"),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: { controller: textAt(values, "controller.ingressClassResource.controllerValue") },
  };
}

function notes(values: Values, release: Release): string {
  const name = controllerName(values, release);
  const className = textAt(values, "controller.ingressClassResource.name");
  const { namespace } = release;
  const reach =
    textAt(values, "controller.service.type") === "LoadBalancer"
      ? `The cloud is building the load balancer; its address appears under EXTERNAL-IP:
  kubectl get service --namespace ${namespace} ${name} --output wide --watch`
      : `The controller listens on these ports of every node:
  kubectl get service --namespace ${namespace} ${name}`;
  return `The ingress-nginx controller has been installed.
${reach}

A card for it names its class:
  apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata:
    name: example
  spec:
    ingressClassName: ${className}
    rules:
      - host: www.example.com
        http:
          paths:
            - pathType: Prefix
              path: /
              backend:
                service:
                  name: exampleService
                  port:
                    number: 80

ingress-nginx was retired in March 2026: read it to understand the many clusters that still run
it, and choose a maintained controller for a new one.
`;
}
