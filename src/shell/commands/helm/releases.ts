// The releases of a cluster: read, saved and forgotten through the API.

import { fromBase64, text } from "../../../base/bytes.ts";
import { ApiError } from "../../../api/errors.ts";
import { Secret } from "../../../api/kinds/index.ts";
import type { Api, Resource } from "../kubectl/rest.ts";
import { secretName, secretOf, type ReleaseRecord } from "./release.ts";

const secrets: Resource = {
  ...Secret,
  verbs: [],
  shortNames: [],
  categories: [],
  subresources: [],
};

/** The revisions of a namespace (or of all), oldest first. */
export async function listReleases(
  api: Api,
  namespace: string | undefined,
  name?: string,
): Promise<ReleaseRecord[]> {
  const labelSelector = name === undefined ? "owner=helm" : `name=${name},owner=helm`;
  const { items } = await api.list(secrets, namespace, { labelSelector });
  return (items as Secret[])
    .map(decode)
    .filter((record) => record !== undefined)
    .sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1));
}

/** The newest revision, or undefined. */
export async function lastRelease(
  api: Api,
  namespace: string,
  name: string,
): Promise<ReleaseRecord | undefined> {
  return (await listReleases(api, namespace, name)).at(-1);
}

export async function saveRelease(api: Api, record: ReleaseRecord, nowMs: number): Promise<void> {
  const secret = secretOf(record, nowMs);
  const { name, labels } = secret.metadata;
  const known = await api.find(secrets, record.namespace, name);
  if (!known) await api.create(secrets, record.namespace, secret);
  else {
    const body = { metadata: { labels }, data: secret.data };
    await api.patch(secrets, record.namespace, name, { body, type: "merge-patch+json" });
  }
}

export async function forgetRelease(api: Api, record: ReleaseRecord): Promise<void> {
  const path = `/api/v1/namespaces/${record.namespace}/secrets/${secretName(record)}`;
  try {
    await api.send("DELETE", path);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}

/** A Secret that somebody has tampered with is no release. */
function decode(secret: Secret): ReleaseRecord | undefined {
  try {
    const inner = text(fromBase64(secret.data?.["release"] ?? ""));
    const record = JSON.parse(text(fromBase64(inner))) as ReleaseRecord;
    return typeof record.name === "string" && typeof record.version === "number"
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}
