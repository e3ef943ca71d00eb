// The chart of cert-manager: the controller's Deployment and Service, and with `crds.enabled` the
// six definitions (cert-manager-crds.json), with the names, labels and arguments of the real one.
// What it leaves out (RBAC, the webhook, the CA injector and the start-up check's Job) has no
// counterpart in this cluster.

import type { Obj, ObjectMeta } from "../../api/object.ts";
import { isSet, textAt, textsAt, valueAt } from "./chart.ts";
import type { Chart, Release, Rendered, Values } from "./chart.ts";
import definitions from "./cert-manager-crds.json";

const version = "v1.19.1";

export const certManager: Chart = {
  repo: "jetstack",
  repoUrl: "https://charts.jetstack.io",
  name: "cert-manager",
  version,
  appVersion: version,
  description: "A Helm chart for cert-manager",
  values: {
    installCRDs: false,
    crds: { enabled: false },
    nameOverride: "",
    fullnameOverride: "",
    replicaCount: 1,
    global: { logLevel: 2, leaderElection: { namespace: "kube-system" } },
    clusterResourceNamespace: "",
    image: { repository: "quay.io/jetstack/cert-manager-controller", tag: "" },
    acmesolver: { image: { repository: "quay.io/jetstack/cert-manager-acmesolver", tag: "" } },
    serviceAccount: { create: true, name: "" },
    ingressShim: { defaultIssuerName: "", defaultIssuerKind: "", defaultIssuerGroup: "" },
    extraArgs: [],
    podAnnotations: {},
    podLabels: {},
    enableCertificateOwnerRef: false,
  },
  render,
  notes,
};

function render(values: Values, release: Release): Rendered[] {
  const at = (template: string, object: Obj): Rendered => ({
    template: `templates/${template}.yaml`,
    object,
  });
  const out: Rendered[] = [];
  if (isSet(values, "crds.enabled") || isSet(values, "installCRDs")) {
    for (const object of definitions) {
      const { name } = object.metadata;
      const labels = allLabels(values, release, "crds");
      const [plural = "", ...group] = name.split(".");
      const labelled = { ...object, metadata: { name, labels } } satisfies Obj;
      out.push(at(`crd-${group.join(".")}_${plural}`, labelled));
    }
  }
  if (isSet(values, "serviceAccount.create")) {
    const metadata = metadataOf(values, release, accountName(values, release));
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
    out.push(at("serviceaccount", { ...account, automountServiceAccountToken: true } as Obj));
  }
  out.push(at("service", service(values, release)), at("deployment", deployment(values, release)));
  return out;
}

function nameOf(values: Values): string {
  return (textAt(values, "nameOverride") || "cert-manager").slice(0, 63);
}

function fullName(values: Values, release: Release): string {
  const chosen = textAt(values, "fullnameOverride");
  if (chosen) return chosen.slice(0, 63);
  const name = nameOf(values);
  return (release.name.includes(name) ? release.name : `${release.name}-${name}`).slice(0, 63);
}

function accountName(values: Values, release: Release): string {
  return textAt(values, "serviceAccount.name") || fullName(values, release);
}

function selectorLabels(values: Values, release: Release): Record<string, string> {
  return {
    "app.kubernetes.io/name": nameOf(values),
    "app.kubernetes.io/instance": release.name,
    "app.kubernetes.io/component": "controller",
  };
}

function allLabels(values: Values, release: Release, component: string): Record<string, string> {
  return {
    app: nameOf(values),
    ...selectorLabels(values, release),
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/version": version,
    "app.kubernetes.io/managed-by": "Helm",
    "helm.sh/chart": `cert-manager-${version}`,
  };
}

function metadataOf(values: Values, release: Release, name: string): ObjectMeta {
  const labels = allLabels(values, release, "controller");
  return { name, namespace: release.namespace, labels };
}

function service(values: Values, release: Release): Obj {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(values, release, fullName(values, release)),
    spec: {
      type: "ClusterIP",
      ports: [
        {
          protocol: "TCP",
          port: 9402,
          name: "tcp-prometheus-servicemonitor",
          targetPort: "http-metrics",
        },
      ],
      selector: selectorLabels(values, release),
    },
  };
  return object;
}

function deployment(values: Values, release: Release): Obj {
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(values, release, fullName(values, release)),
    spec: {
      replicas: Number(textAt(values, "replicaCount")),
      selector: { matchLabels: selectorLabels(values, release) },
      template: {
        metadata: {
          labels: {
            ...allLabels(values, release, "controller"),
            ...textsAt(values, "podLabels"),
          },
          annotations: {
            ...textsAt(values, "podAnnotations"),
            "prometheus.io/path": "/metrics",
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "9402",
          },
        },
        spec: {
          serviceAccountName: accountName(values, release),
          enableServiceLinks: false,
          containers: [container(values)],
        },
      },
    },
  };
  return object;
}

function container(values: Values): Record<string, unknown> {
  const image = (at: string): string =>
    `${textAt(values, `${at}.repository`)}:${textAt(values, `${at}.tag`) || version}`;
  const flag = (key: string, argument: string): string[] =>
    isSet(values, key) ? [`--${argument}=${textAt(values, key)}`] : [];
  const home = textAt(values, "clusterResourceNamespace") || "$(POD_NAMESPACE)";
  const more = valueAt(values, "extraArgs");
  return {
    name: "cert-manager-controller",
    image: image("image"),
    imagePullPolicy: "IfNotPresent",
    args: [
      ...flag("global.logLevel", "v"),
      `--cluster-resource-namespace=${home}`,
      ...flag("global.leaderElection.namespace", "leader-election-namespace"),
      `--acme-http01-solver-image=${image("acmesolver.image")}`,
      ...(Array.isArray(more) ? more.map(String) : []),
      ...flag("ingressShim.defaultIssuerName", "default-issuer-name"),
      ...flag("ingressShim.defaultIssuerKind", "default-issuer-kind"),
      ...flag("ingressShim.defaultIssuerGroup", "default-issuer-group"),
      ...flag("enableCertificateOwnerRef", "enable-certificate-owner-ref"),
    ],
    ports: [
      { containerPort: 9402, name: "http-metrics", protocol: "TCP" },
      { containerPort: 9403, name: "http-healthz", protocol: "TCP" },
    ],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
  };
}

function notes(values: Values): string {
  const deprecated = isSet(values, "installCRDs")
    ? "⚠️  WARNING: `installCRDs` is deprecated, use `crds.enabled` instead.\n\n"
    : "";
  return `${deprecated}cert-manager ${version} has been deployed successfully!

In order to begin issuing certificates, set up an Issuer or a ClusterIssuer: self-signed, with a CA
of your own, or with the city registry (ACME, https://acme.city.example/directory).
`;
}
