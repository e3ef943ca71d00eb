// A hotel with cert-manager and ingress-nginx in it, and the words that all its scenarios use.

import { openHotel, type Hotel } from "../../shell/cluster.ts";

export interface House extends Hotel {
  apply(yaml: string, passMs?: number): Promise<string>;
  /** Events about objects of a kind: "Reason message". */
  events(kind: string): Promise<string[]>;
}

/** @param nginx whether there is a desk, and a room "web" behind it */
export async function openHouse({ nginx = false } = {}): Promise<House> {
  const hotel = await openHotel();
  const steps = [
    "helm repo add jetstack https://charts.jetstack.io",
    "helm install cert-manager jetstack/cert-manager -n cert-manager --create-namespace --set crds.enabled=true --wait",
    ...(nginx
      ? [
          "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx --create-namespace --wait",
          "kubectl create deployment web --image=hashicorp/http-echo -- /http-echo -text=hi -listen=:80",
          "kubectl expose deployment web --port=80",
          "kubectl rollout status deployment/web",
        ]
      : []),
  ];
  for (const step of steps) {
    const { status, out, err } = await hotel.result(step);
    if (status !== 0) throw new Error(`${step}: ${out}${err}`);
  }
  await hotel.pass(2_000);
  return {
    ...hotel,
    apply: async (yaml, passMs = 3_000) => {
      const said = await hotel.run("kubectl apply -f -", yaml);
      await hotel.pass(passMs);
      return said;
    },
    events: async (kind) => {
      const form = '{range .items[*]}{.reason} {.message}{"\\n"}{end}';
      const all = await hotel.run(
        `kubectl get events -A --field-selector involvedObject.kind=${kind} -o jsonpath='${form}'`,
      );
      return all.trim().split("\n");
    },
  };
}

export const selfSigned = `
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: self}
spec: {selfSigned: {}}
`;

/** A CA of the house, and the ClusterIssuer that signs with it. */
export const houseAuthority = `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: self}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: house-ca, namespace: cert-manager}
spec:
  isCA: true
  commonName: House CA
  secretName: house-ca
  privateKey: {algorithm: ECDSA, size: 256}
  issuerRef: {name: self, kind: ClusterIssuer}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: house}
spec: {ca: {secretName: house-ca}}
`;

/** A card with a tls entry and annotations, leading to the room "web". */
export function card(host: string, annotations: Record<string, string>, path = "/"): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: ${JSON.stringify(annotations)}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [${host}], secretName: web-tls}]
  rules:
  - host: ${host}
    http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
`;
}
