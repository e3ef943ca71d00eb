// The chart of the AWS Load Balancer Controller: its Deployment and IngressClass, with the names,
// labels and arguments of the real one. What it leaves out (RBAC, the webhook with its
// certificate, the custom resources) has no counterpart in this cluster.

import type { Obj, ObjectMeta } from "../../api/object.ts";
import {
  isSet,
  textAt,
  textsAt,
  type Chart,
  type Release,
  type Rendered,
  type Values,
} from "./chart.ts";

const name = "aws-load-balancer-controller";
const version = "1.14.1";
const appVersion = "v2.14.1";

export const awsLoadBalancerController: Chart = {
  repo: "eks",
  repoUrl: "https://aws.github.io/eks-charts",
  name,
  version,
  appVersion,
  description: "AWS Load Balancer Controller Helm chart for Kubernetes",
  values: {
    nameOverride: "",
    fullnameOverride: "",
    replicaCount: 2,
    // The real chart has no default and cannot be installed without one.
    clusterName: "grand-hotel",
    image: { repository: "public.ecr.aws/eks/aws-load-balancer-controller", tag: appVersion },
    createIngressClassResource: true,
    ingressClass: "alb",
    ingressClassConfig: { default: false },
    logLevel: "",
    podAnnotations: {},
    podLabels: {},
    region: "",
    serviceAccount: { create: true, name: "" },
    terminationGracePeriodSeconds: 10,
    vpcId: "",
  },
  render,
  notes: () => "AWS Load Balancer controller installed!\n",
};

function render(values: Values, release: Release): Rendered[] {
  const at = (template: string, object: Obj): Rendered => ({
    template: `templates/${template}.yaml`,
    object,
  });
  const out: Rendered[] = [];
  if (isSet(values, "serviceAccount.create")) {
    const account = accountName(values, release);
    const object = { apiVersion: "v1", kind: "ServiceAccount" };
    out.push(at("serviceaccount", { ...object, metadata: metadata(values, release, account) }));
  }
  out.push(at("deployment", deployment(values, release)));
  if (isSet(values, "createIngressClassResource")) {
    out.push(at("ingressclass", ingressClass(values, release)));
  }
  return out;
}

function nameOf(values: Values): string {
  return (textAt(values, "nameOverride") || name).slice(0, 63);
}

function fullName(values: Values, release: Release): string {
  const chosen = textAt(values, "fullnameOverride");
  if (chosen) return chosen.slice(0, 63);
  const own = nameOf(values);
  return (release.name.includes(own) ? release.name : `${release.name}-${own}`).slice(0, 63);
}

function accountName(values: Values, release: Release): string {
  return textAt(values, "serviceAccount.name") || fullName(values, release);
}

function selectorLabels(values: Values, release: Release): Record<string, string> {
  return {
    "app.kubernetes.io/name": nameOf(values),
    "app.kubernetes.io/instance": release.name,
  };
}

function labels(values: Values, release: Release): Record<string, string> {
  return {
    "helm.sh/chart": `${name}-${version}`,
    ...selectorLabels(values, release),
    "app.kubernetes.io/version": appVersion,
    "app.kubernetes.io/managed-by": "Helm",
  };
}

function metadata(values: Values, release: Release, own: string): ObjectMeta {
  return { name: own, namespace: release.namespace, labels: labels(values, release) };
}

function deployment(values: Values, release: Release): Obj & Record<string, unknown> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(values, release, fullName(values, release)),
    spec: {
      replicas: Number(textAt(values, "replicaCount")),
      selector: { matchLabels: selectorLabels(values, release) },
      template: {
        metadata: {
          labels: { ...selectorLabels(values, release), ...textsAt(values, "podLabels") },
          annotations: {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "8080",
            ...textsAt(values, "podAnnotations"),
          },
        },
        spec: {
          serviceAccountName: accountName(values, release),
          terminationGracePeriodSeconds: Number(textAt(values, "terminationGracePeriodSeconds")),
          priorityClassName: "system-cluster-critical",
          containers: [container(values)],
        },
      },
    },
  };
}

function container(values: Values): Record<string, unknown> {
  const flag = (key: string, argument: string): string[] =>
    isSet(values, key) ? [`--${argument}=${textAt(values, key)}`] : [];
  const probe = { path: "/healthz", port: 61779, scheme: "HTTP" };
  return {
    name,
    image: `${textAt(values, "image.repository")}:${textAt(values, "image.tag")}`,
    imagePullPolicy: "IfNotPresent",
    command: ["/controller"],
    args: [
      `--cluster-name=${textAt(values, "clusterName")}`,
      ...flag("ingressClass", "ingress-class"),
      ...flag("region", "aws-region"),
      ...flag("vpcId", "aws-vpc-id"),
      ...flag("logLevel", "log-level"),
    ],
    ports: [
      { name: "webhook-server", containerPort: 9443, protocol: "TCP" },
      { name: "metrics-server", containerPort: 8080, protocol: "TCP" },
    ],
    livenessProbe: {
      httpGet: probe,
      initialDelaySeconds: 30,
      timeoutSeconds: 10,
      failureThreshold: 2,
    },
    readinessProbe: {
      httpGet: { ...probe, path: "/readyz" },
      initialDelaySeconds: 10,
      timeoutSeconds: 10,
      failureThreshold: 2,
    },
  };
}

function ingressClass(values: Values, release: Release): Obj & Record<string, unknown> {
  const byDefault = isSet(values, "ingressClassConfig.default");
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      name: textAt(values, "ingressClass"),
      labels: labels(values, release),
      ...(byDefault && {
        annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
      }),
    },
    spec: { controller: "ingress.k8s.aws/alb" },
  };
}
