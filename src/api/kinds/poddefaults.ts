// Defaults of Pods and of the templates that workloads stamp them from.
// Models kubernetes/pkg/apis/core/v1/defaults.go and zz_generated.defaults.go.

import type { Container, EnvVar, PodSpec, PodTemplate, Probe, Volume } from "./pod.ts";

/** A template's defaults: a Pod's, except what is only decided for a real Pod. */
export function defaultedTemplate(template: PodTemplate | undefined): PodTemplate {
  return {
    ...template,
    metadata: template?.metadata ?? {},
    spec: defaultedPodSpec(template?.spec),
  };
}

/** @param pod whether this is a Pod's own spec, not a template's */
export function defaultedPodSpec(spec: PodSpec | undefined, pod = false): PodSpec {
  const container = (one: Container): Container => defaultedContainer(one, spec, pod);
  const account = spec?.serviceAccountName ?? spec?.serviceAccount;
  return {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...(pod && { enableServiceLinks: true }),
    ...spec,
    ...(account !== undefined && { serviceAccountName: account, serviceAccount: account }),
    containers: (spec?.containers ?? []).map(container),
    ...(spec?.initContainers && { initContainers: spec.initContainers.map(container) }),
    ...(spec?.volumes && { volumes: spec.volumes.map(defaultedVolume) }),
  };
}

function defaultedContainer(one: Container, spec: PodSpec | undefined, pod: boolean): Container {
  return {
    imagePullPolicy: pullPolicy(one.image ?? ""),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...one,
    resources: defaultedResources(one.resources, pod),
    ...(one.ports && {
      ports: one.ports.map((port) => ({
        protocol: "TCP" as const,
        ...(spec?.hostNetwork && { hostPort: port.containerPort }),
        ...port,
      })),
    }),
    ...(one.env && { env: one.env.map(defaultedEnv) }),
    ...(one.livenessProbe && { livenessProbe: defaultedProbe(one.livenessProbe) }),
    ...(one.readinessProbe && { readinessProbe: defaultedProbe(one.readinessProbe) }),
    ...(one.startupProbe && { startupProbe: defaultedProbe(one.startupProbe) }),
    ...(one.lifecycle && { lifecycle: defaultedLifecycle(one.lifecycle) }),
  };
}

/** `latest`, or no tag at all, means: look every time. */
function pullPolicy(image: string): "Always" | "IfNotPresent" {
  const digest = image.indexOf("@");
  const named = digest < 0 ? image : image.slice(0, digest);
  const tag = /:([^:/]*)$/.exec(named)?.[1];
  if (digest >= 0 && tag === undefined) return "IfNotPresent";
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

/** What is limited but not requested is requested as much as it is limited. */
function defaultedResources(resources: Container["resources"], pod: boolean): object {
  if (!pod || !resources?.limits) return resources ?? {};
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function defaultedEnv(env: EnvVar): EnvVar {
  const { valueFrom } = env;
  if (!valueFrom?.fieldRef) return env;
  const fieldRef = { apiVersion: "v1", ...valueFrom.fieldRef };
  return { ...env, valueFrom: { ...valueFrom, fieldRef } };
}

function defaultedProbe(probe: Probe): Probe {
  return {
    ...probe,
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
    ...(probe.httpGet && { httpGet: defaultedHttpGet(probe.httpGet) }),
    ...(probe.grpc && { grpc: { service: "", ...probe.grpc } }),
  };
}

function defaultedHttpGet<T extends { path?: string; scheme?: string }>(action: T): T {
  return { ...action, path: action.path || "/", scheme: action.scheme || "HTTP" };
}

type Handler = { httpGet?: { path?: string; scheme?: string } } & Record<string, unknown>;

function defaultedLifecycle(lifecycle: Record<string, unknown>): Record<string, unknown> {
  const handlers = Object.entries(lifecycle as Record<string, Handler | string>);
  return Object.fromEntries(
    handlers.map(([when, handler]) =>
      typeof handler === "object" && handler.httpGet
        ? [when, { ...handler, httpGet: defaultedHttpGet(handler.httpGet) }]
        : [when, handler],
    ),
  );
}

/** Octal 0644, as JSON can say it. */
const readableByAll = 0o644;

function defaultedVolume(volume: Volume): Volume {
  const mode = { defaultMode: readableByAll };
  const { name, ...source } = volume;
  if (Object.keys(source).length === 0) return { name, emptyDir: {} };
  return {
    ...volume,
    ...(volume.configMap && { configMap: { ...mode, ...volume.configMap } }),
    ...(volume.secret && { secret: { ...mode, ...volume.secret } }),
    ...(volume.projected && { projected: { ...mode, ...volume.projected } }),
    ...(volume.downwardAPI && { downwardAPI: { ...mode, ...volume.downwardAPI } }),
    ...(volume.hostPath && { hostPath: { type: "", ...volume.hostPath } }),
  };
}
