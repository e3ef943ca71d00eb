// What a container finds where its volumes are mounted: ConfigMaps, Secrets, the Pod's own
// fields, and its ServiceAccount's token. Other volumes are empty folders.
// Models kubernetes/pkg/volume/{configmap,secret,projected,downwardapi}.

import type { Client } from "../../api/client.ts";
import { ConfigMap } from "../../api/kinds/configmap.ts";
import type { Container, Pod, Volume } from "../../api/kinds/pod.ts";
import { Secret } from "../../api/kinds/secret.ts";
import { makeKey } from "../../api/object.ts";
import { fromBase64, utf8 } from "../../base/bytes.ts";
import { podField } from "./environment.ts";

/** File name → content. */
type Contents = Record<string, Uint8Array>;

const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Absolute path → content, as the API has it now. What is missing is left out. */
export async function mountedFiles(
  container: Container,
  { pod, client }: { pod: Pod; client: Client },
): Promise<Contents> {
  const out: Contents = {};
  const { spec, metadata } = pod;
  if (spec.automountServiceAccountToken !== false) {
    out[`${accountFolder}/namespace`] = utf8(metadata.namespace ?? "");
    out[`${accountFolder}/token`] = utf8(`${spec.serviceAccountName ?? "default"}.${metadata.uid}`);
  }
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const volume = spec.volumes?.find((one) => one.name === name);
    const files = volume && (await contentsOf(volume, pod, client));
    const folder = mountPath.replace(/\/$/, "");
    if (subPath) {
      const file = files?.[subPath];
      if (file) out[folder] = file;
      continue;
    }
    for (const [file, content] of Object.entries(files ?? {})) out[`${folder}/${file}`] = content;
  }
  return out;
}

async function contentsOf(volume: Volume, pod: Pod, client: Client): Promise<Contents> {
  const { configMap, secret, projected, downwardAPI } = volume as Volume & Sources;
  if (configMap) return fromConfigMap(configMap, pod, client);
  if (secret) return fromSecret({ ...secret, name: secret.secretName }, pod, client);
  if (downwardAPI) return fromFields(downwardAPI, pod);
  const out: Contents = {};
  for (const one of projected?.sources ?? []) {
    if (one.configMap) Object.assign(out, await fromConfigMap(one.configMap, pod, client));
    if (one.secret) Object.assign(out, await fromSecret(one.secret, pod, client));
    if (one.downwardAPI) Object.assign(out, fromFields(one.downwardAPI, pod));
  }
  return out;
}

interface Named {
  name?: string;
  items?: { key: string; path: string }[];
}

interface Fields {
  items?: { path: string; fieldRef?: { fieldPath: string } }[];
}

interface Sources {
  downwardAPI?: Fields;
  projected?: { sources?: { configMap?: Named; secret?: Named; downwardAPI?: Fields }[] };
}

async function fromConfigMap(named: Named, pod: Pod, client: Client): Promise<Contents> {
  const found = await client.get(ConfigMap, makeKey(pod.metadata.namespace, named.name ?? ""));
  const texts = Object.entries(found?.data ?? {}).map(
    ([key, value]) => [key, utf8(value)] as const,
  );
  const binary = (found as { binaryData?: Record<string, string> } | undefined)?.binaryData ?? {};
  const bytes = Object.entries(binary).map(([key, value]) => [key, fromBase64(value)] as const);
  return chosen(Object.fromEntries([...texts, ...bytes]), named);
}

async function fromSecret(named: Named, pod: Pod, client: Client): Promise<Contents> {
  const found = await client.get(Secret, makeKey(pod.metadata.namespace, named.name ?? ""));
  const entries = Object.entries(found?.data ?? {});
  return chosen(Object.fromEntries(entries.map(([key, value]) => [key, fromBase64(value)])), named);
}

function chosen(all: Contents, { items }: Named): Contents {
  if (items === undefined) return all;
  const out: Contents = {};
  for (const { key, path } of items) if (all[key] !== undefined) out[path] = all[key];
  return out;
}

function fromFields({ items = [] }: Fields, pod: Pod): Contents {
  const lines = (map: Readonly<Record<string, string>> = {}): string =>
    Object.entries(map)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .sort()
      .join("\n");
  const out: Contents = {};
  for (const { path, fieldRef } of items) {
    const field = fieldRef?.fieldPath ?? "";
    if (field === "metadata.labels") out[path] = utf8(lines(pod.metadata.labels));
    else if (field === "metadata.annotations") out[path] = utf8(lines(pod.metadata.annotations));
    else out[path] = utf8(podField(pod, field));
  }
  return out;
}
