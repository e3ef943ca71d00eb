// The chart of Traefik (Traefik Proxy v3.6): its Deployment, Service and IngressClass, with the
// names, labels and arguments of the real one. What it leaves out (RBAC, the custom resources and
// the dashboard's IngressRoute) has no counterpart in this cluster.

import type { Obj, ObjectMeta } from "../../api/object.ts";
import {
  isSet,
  textAt,
  textsAt,
  valueAt,
  type Chart,
  type Release,
  type Rendered,
  type Values,
} from "./chart.ts";

const version = "37.4.0";
const appVersion = "v3.6.2";

export const traefik: Chart = {
  repo: "traefik",
  repoUrl: "https://traefik.github.io/charts",
  name: "traefik",
  version,
  appVersion,
  description: "A Traefik based Kubernetes ingress controller",
  values: {
    nameOverride: "",
    fullnameOverride: "",
    image: { registry: "docker.io", repository: "traefik", tag: "" },
    deployment: { replicas: 1, podAnnotations: {}, podLabels: {}, minReadySeconds: 0 },
    ingressClass: { enabled: true, isDefaultClass: true, name: "" },
    providers: {
      kubernetesIngress: {
        enabled: true,
        allowEmptyServices: true,
        allowExternalNameServices: false,
        ingressClass: "",
        nativeLBByDefault: false,
        publishedService: { enabled: true, pathOverride: "" },
        strictPrefixMatching: false,
      },
    },
    logs: {
      general: { format: "", level: "INFO" },
      access: { enabled: false, format: "" },
    },
    ports: {
      traefik: { port: 8080 },
      web: { port: 8000, exposedPort: 80, nodePort: "" },
      websecure: { port: 8443, exposedPort: 443, nodePort: "", tls: { enabled: true } },
      metrics: { port: 9100 },
    },
    service: { enabled: true, type: "LoadBalancer", annotations: {} },
    additionalArguments: [],
    serviceAccount: { name: "" },
  },
  render,
  notes,
};

function render(values: Values, release: Release): Rendered[] {
  const at = (template: string, object: Obj): Rendered => ({
    template: `templates/${template}.yaml`,
    object,
  });
  const out = [at("rbac/serviceaccount", serviceAccount(values, release))];
  if (isSet(values, "service.enabled")) out.push(at("service", service(values, release)));
  out.push(at("deployment", deployment(values, release)));
  if (isSet(values, "ingressClass.enabled")) {
    out.push(at("ingressclass", ingressClass(values, release)));
  }
  return out;
}

function nameOf(values: Values): string {
  return (textAt(values, "nameOverride") || "traefik").slice(0, 63);
}

function fullName(values: Values, release: Release): string {
  const chosen = textAt(values, "fullnameOverride");
  if (chosen) return chosen.slice(0, 63);
  const name = nameOf(values);
  return (release.name.includes(name) ? release.name : `${release.name}-${name}`).slice(0, 63);
}

function selectorLabels(values: Values, release: Release): Record<string, string> {
  return {
    "app.kubernetes.io/name": nameOf(values),
    "app.kubernetes.io/instance": `${release.name}-${release.namespace}`,
  };
}

function labels(values: Values, release: Release): Record<string, string> {
  return {
    ...selectorLabels(values, release),
    "helm.sh/chart": `traefik-${version}`,
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
    automountServiceAccountToken: false,
  };
}

function service(values: Values, release: Release): Obj & Record<string, unknown> {
  const annotations = textsAt(values, "service.annotations");
  const port = (name: "web" | "websecure"): Record<string, unknown> => {
    const nodePort = Number(textAt(values, `ports.${name}.nodePort`));
    return {
      port: Number(textAt(values, `ports.${name}.exposedPort`)),
      name,
      targetPort: name,
      protocol: "TCP",
      ...(nodePort > 0 && { nodePort }),
    };
  };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...metadata(values, release, fullName(values, release)),
      ...(annotations && { annotations }),
    },
    spec: {
      type: textAt(values, "service.type"),
      selector: selectorLabels(values, release),
      ports: [port("web"), port("websecure")],
    },
  };
}

function deployment(values: Values, release: Release): Obj & Record<string, unknown> {
  const podAnnotations = textsAt(values, "deployment.podAnnotations");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(values, release, fullName(values, release)),
    spec: {
      replicas: Number(textAt(values, "deployment.replicas")),
      selector: { matchLabels: selectorLabels(values, release) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      minReadySeconds: Number(textAt(values, "deployment.minReadySeconds")),
      template: {
        metadata: {
          ...(podAnnotations && { annotations: podAnnotations }),
          labels: { ...labels(values, release), ...textsAt(values, "deployment.podLabels") },
        },
        spec: {
          serviceAccountName: serviceAccountName(values, release),
          terminationGracePeriodSeconds: 60,
          containers: [container(values, release)],
        },
      },
    },
  };
}

function container(values: Values, release: Release): Record<string, unknown> {
  const image = (field: string): string => textAt(values, `image.${field}`);
  const probe = {
    httpGet: { path: "/ping", port: portOf(values, "traefik"), scheme: "HTTP" },
    initialDelaySeconds: 2,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 2,
  };
  return {
    name: fullName(values, release),
    image: `${image("registry")}/${image("repository")}:${image("tag") || appVersion}`,
    imagePullPolicy: "IfNotPresent",
    readinessProbe: { ...probe, failureThreshold: 1 },
    livenessProbe: { ...probe, failureThreshold: 3 },
    ports: ["metrics", "traefik", "web", "websecure"].map((name) => ({
      name,
      containerPort: portOf(values, name),
      protocol: "TCP",
    })),
    args: args(values, release),
    env: [
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
    ],
  };
}

function portOf(values: Values, name: string): number {
  return Number(textAt(values, `ports.${name}.port`));
}

/** Traefik's command line, in the chart's order. */
function args(values: Values, release: Release): string[] {
  const more = valueAt(values, "additionalArguments");
  const access = textAt(values, "logs.access.format");
  const format = textAt(values, "logs.general.format");
  return [
    ...["metrics", "traefik", "web", "websecure"].map(
      (name) => `--entryPoints.${name}.address=:${portOf(values, name)}/tcp`,
    ),
    "--api.dashboard=true",
    "--ping=true",
    ...providerArgs(values, release),
    ...(isSet(values, "ports.websecure.tls.enabled")
      ? ["--entryPoints.websecure.http.tls=true"]
      : []),
    ...(format ? [`--log.format=${format}`] : []),
    `--log.level=${textAt(values, "logs.general.level")}`,
    ...(isSet(values, "logs.access.enabled") ? ["--accesslog=true"] : []),
    ...(isSet(values, "logs.access.enabled") && access ? [`--accesslog.format=${access}`] : []),
    ...(Array.isArray(more) ? more.map(String) : []),
  ];
}

function providerArgs(values: Values, release: Release): string[] {
  const at = "providers.kubernetesIngress";
  if (!isSet(values, `${at}.enabled`)) return [];
  const flag = (value: string, name: string): string[] =>
    isSet(values, `${at}.${value}`) ? [`--providers.kubernetesingress.${name}=true`] : [];
  const name = `${release.namespace}/${fullName(values, release)}`;
  const published = textAt(values, `${at}.publishedService.pathOverride`) || name;
  const className = textAt(values, `${at}.ingressClass`);
  return [
    "--providers.kubernetesingress",
    ...flag("allowExternalNameServices", "allowExternalNameServices"),
    ...flag("allowEmptyServices", "allowEmptyServices"),
    ...(isSet(values, `${at}.publishedService.enabled`)
      ? [`--providers.kubernetesingress.ingressendpoint.publishedservice=${published}`]
      : []),
    ...(className ? [`--providers.kubernetesingress.ingressClass=${className}`] : []),
    ...flag("nativeLBByDefault", "nativeLBByDefault"),
    ...flag("strictPrefixMatching", "strictPrefixMatching"),
  ];
}

function className(values: Values, release: Release): string {
  return textAt(values, "ingressClass.name") || fullName(values, release);
}

function ingressClass(values: Values, release: Release): Obj & Record<string, unknown> {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      annotations: {
        "ingressclass.kubernetes.io/is-default-class": String(
          isSet(values, "ingressClass.isDefaultClass"),
        ),
      },
      labels: labels(values, release),
      name: className(values, release),
    },
    spec: { controller: "traefik.io/ingress-controller" },
  };
}

function notes(values: Values, release: Release): string {
  const image = `${textAt(values, "image.registry")}/${textAt(values, "image.repository")}`;
  const tag = textAt(values, "image.tag") || appVersion;
  const byDefault = isSet(values, "ingressClass.isDefaultClass")
    ? "\nIts class is the default one: a card without a class gets it when it is created.\n"
    : "\n";
  return `${fullName(values, release)} with ${image}:${tag} has been deployed successfully on ${release.namespace} namespace!
${byDefault}A card for it says: ingressClassName: ${className(values, release)}
`;
}
