// The chart of this hotel's own gateway controller: the definitions of Gateway API v1.6 (standard
// channel) and the controller's Deployment. The controller makes its GatewayClass, and each
// Gateway's Service.

import type { Obj, ObjectMeta } from "../../api/object.ts";
import { textAt, type Chart, type Release, type Rendered, type Values } from "./chart.ts";

const version = "1.6.0";
const appVersion = "v1.6.0";

export const grandGateway: Chart = {
  repo: "grand",
  repoUrl: "https://charts.grand-ingress.example",
  name: "grand-gateway",
  version,
  appVersion,
  description: "The gateway controller of the Grand Ingress, for Gateway API v1.6",
  values: {
    fullnameOverride: "",
    image: { registry: "docker.io", repository: "grand-gateway", tag: "" },
    replicas: 1,
    controllerName: "example.com/grand-gateway",
    gatewayClass: { name: "grand" },
  },
  crds: async () => {
    const { default: definitions } = await import("../../api/gateway/standard.json");
    return definitions as unknown as readonly Obj[];
  },
  render,
  notes,
};

function render(values: Values, release: Release): Rendered[] {
  return [
    { template: "templates/serviceaccount.yaml", object: account(values, release) },
    { template: "templates/deployment.yaml", object: deployment(values, release) },
  ];
}

function fullName(values: Values, release: Release): string {
  const chosen = textAt(values, "fullnameOverride");
  const name = release.name.includes("gateway") ? release.name : `${release.name}-grand-gateway`;
  return (chosen || name).slice(0, 63);
}

function selectorLabels(release: Release): Record<string, string> {
  return {
    "app.kubernetes.io/name": "grand-gateway",
    "app.kubernetes.io/instance": release.name,
  };
}

function labels(release: Release): Record<string, string> {
  return {
    "helm.sh/chart": `grand-gateway-${version}`,
    ...selectorLabels(release),
    "app.kubernetes.io/version": appVersion,
    "app.kubernetes.io/managed-by": "Helm",
  };
}

function metadata(values: Values, release: Release): ObjectMeta {
  const name = fullName(values, release);
  return { name, namespace: release.namespace, labels: labels(release) };
}

function account(values: Values, release: Release): Obj {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(values, release) };
}

function deployment(values: Values, release: Release): Obj & Record<string, unknown> {
  const image = (field: string): string => textAt(values, `image.${field}`);
  const probe = { httpGet: { path: "/readyz", port: 10254 }, periodSeconds: 2 };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(values, release),
    spec: {
      replicas: Number(textAt(values, "replicas")),
      selector: { matchLabels: selectorLabels(release) },
      template: {
        metadata: { labels: labels(release) },
        spec: {
          serviceAccountName: fullName(values, release),
          containers: [
            {
              name: "controller",
              image: `${image("registry")}/${image("repository")}:${image("tag") || appVersion}`,
              args: [
                `--controller-name=${textAt(values, "controllerName")}`,
                `--gateway-class=${textAt(values, "gatewayClass.name")}`,
              ],
              readinessProbe: probe,
            },
          ],
        },
      },
    },
  };
}

function notes(values: Values, release: Release): string {
  const name = textAt(values, "gatewayClass.name");
  return `${fullName(values, release)} serves Gateways of the class ${name} from namespace ${release.namespace}.

Each Gateway gets a Service and an address of its own:

  kubectl get gateways -A
`;
}
