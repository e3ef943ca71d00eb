// A container's environment: Services, ConfigMaps, Secrets, the Pod's own fields, and $(NAME).
// Models kubernetes/pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.

import type { Client } from "../../api/client.ts";
import { ConfigMap } from "../../api/kinds/configmap.ts";
import type { Container, EnvVar, Pod } from "../../api/kinds/pod.ts";
import { Secret } from "../../api/kinds/secret.ts";
import type { Service } from "../../api/kinds/service.ts";
import { makeKey } from "../../api/object.ts";
import { fromBase64, text } from "../../base/bytes.ts";
import { quantity } from "../quantity.ts";

/** Something that a container needs is not there (yet): it cannot be created. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

export interface EnvironmentSources {
  /** The Pod with its address in its status. */
  readonly pod: Pod;
  readonly client: Client;
  /** The Services of the Pod's namespace, and the API server's. */
  readonly services: readonly Service[];
}

/** Name → value, in upstream's precedence. Throws ConfigError. */
export async function environment(
  container: Container,
  sources: EnvironmentSources,
): Promise<Record<string, string>> {
  const { pod } = sources;
  const env: Record<string, string> = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOSTNAME: pod.spec.hostname ?? pod.metadata.name,
    ...(pod.spec.enableServiceLinks === false
      ? serviceVariables(sources.services.filter(isApiServer))
      : serviceVariables(sources.services)),
  };
  for (const from of container.envFrom ?? []) {
    const { prefix = "", configMapRef, secretRef } = from;
    const data = configMapRef
      ? await configMapData(sources, configMapRef)
      : secretRef
        ? await secretData(sources, secretRef)
        : {};
    for (const [name, value] of Object.entries(data ?? {})) env[prefix + name] = value;
  }
  for (const one of container.env ?? []) {
    const value = await valueOf(one, container, env, sources);
    if (value !== undefined) env[one.name] = value;
  }
  return env;
}

/** Replaces $(NAME) by its value; $$(NAME) stays as $(NAME), and so does an unknown name. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) => {
    if (name === undefined) return "$";
    return env[name] ?? whole;
  });
}

async function valueOf(
  one: EnvVar,
  container: Container,
  env: Readonly<Record<string, string>>,
  sources: EnvironmentSources,
): Promise<string | undefined> {
  const { valueFrom } = one;
  if (!valueFrom) return expand(one.value ?? "", env);
  const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = valueFrom;
  if (fieldRef) return podField(sources.pod, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceOf(container, resourceFieldRef);
  const ref = configMapKeyRef ?? secretKeyRef;
  if (!ref) return undefined;
  const data = configMapKeyRef
    ? await configMapData(sources, configMapKeyRef)
    : await secretData(sources, ref);
  const value = data?.[ref.key];
  if (value !== undefined || ref.optional) return value;
  const kind = configMapKeyRef ? ConfigMap.kind : Secret.kind;
  const { namespace } = sources.pod.metadata;
  throw new ConfigError(`couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`);
}

interface Ref {
  readonly name?: string;
  readonly optional?: boolean;
}

async function configMapData(
  { client, pod }: EnvironmentSources,
  { name = "", optional }: Ref,
): Promise<Readonly<Record<string, string>> | undefined> {
  const found = await client.get(ConfigMap, makeKey(pod.metadata.namespace, name));
  if (!found && !optional) throw new ConfigError(`configmap "${name}" not found`);
  return found?.data;
}

async function secretData(
  { client, pod }: EnvironmentSources,
  { name = "", optional }: Ref,
): Promise<Readonly<Record<string, string>> | undefined> {
  const found = await client.get(Secret, makeKey(pod.metadata.namespace, name));
  if (!found && !optional) throw new ConfigError(`secret "${name}" not found`);
  const entries = Object.entries(found?.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, text(fromBase64(value))]));
}

/** The downward API: fields of the Pod that a container may ask for. */
export function podField(pod: Pod, path: string): string {
  const { metadata, spec, status } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map && key !== undefined) return metadata[map as "labels" | "annotations"]?.[key] ?? "";
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.hostIP": status?.hostIP,
    "status.hostIPs": status?.hostIP,
    "status.podIP": status?.podIP,
    "status.podIPs": status?.podIP,
  };
  return fields[path] ?? "";
}

/** "limits.cpu" in units of the divisor, rounded up. */
function resourceOf(container: Container, ref: Record<string, unknown>): string {
  const [kind = "", name = ""] = String(ref["resource"] ?? "").split(".");
  const values = container.resources?.[kind as "limits" | "requests"];
  const divisor = quantity(ref["divisor"] === undefined ? "1" : String(ref["divisor"])) || 1;
  return String(Math.ceil(quantity(values?.[name]) / divisor));
}

function isApiServer({ metadata }: Service): boolean {
  return metadata.namespace === "default" && metadata.name === "kubernetes";
}

/** FOO_SERVICE_HOST and its kin. Models pkg/kubelet/envvars/envvars.go FromServices. */
function serviceVariables(services: readonly Service[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { metadata, spec } of services) {
    const { clusterIP: ip, ports = [] } = spec;
    const [first] = ports;
    if (!ip || ip === "None" || !first) continue;
    const name = variable(metadata.name);
    env[`${name}_SERVICE_HOST`] = ip;
    env[`${name}_SERVICE_PORT`] = String(first.port);
    env[`${name}_PORT`] = `tcp://${ip}:${first.port}`;
    for (const { name: portName, port, protocol = "TCP" } of ports) {
      const transport = protocol.toLowerCase();
      if (portName) env[`${name}_SERVICE_PORT_${variable(portName)}`] = String(port);
      const prefix = `${name}_PORT_${port}_${protocol}`;
      env[prefix] = `${transport}://${ip}:${port}`;
      env[`${prefix}_PROTO`] = transport;
      env[`${prefix}_PORT`] = String(port);
      env[`${prefix}_ADDR`] = ip;
    }
  }
  return env;
}

function variable(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
