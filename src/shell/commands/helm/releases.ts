// Releases as helm keeps them: one Secret a revision, sh.helm.release.v1.NAME.vREVISION, the
// record inside as JSON in base64 (helm reads records without gzip too).

import { base64, fromBase64, text, utf8 } from "../../../base/bytes.ts";
import { ApiError } from "../../../api/errors.ts";
import { Secret } from "../../../api/kinds/index.ts";
import type { Values } from "../../charts/chart.ts";
import type { Api, Resource } from "../kubectl/rest.ts";

type ReleaseStatus = "deployed" | "superseded" | "failed" | "pending-install" | "uninstalling";

/** helm's own record of one revision. */
export interface ReleaseRecord {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: {
    readonly first_deployed: string;
    readonly last_deployed: string;
    readonly deleted: string;
    readonly description: string;
    readonly status: ReleaseStatus;
    readonly notes: string;
  };
  readonly chart: {
    readonly metadata: {
      readonly name: string;
      readonly version: string;
      readonly appVersion: string;
    };
  };
  /** What the user set. */
  readonly config: Values;
  readonly manifest: string;
}

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
  const name = secretName(record);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name,
      namespace: record.namespace,
      labels: {
        name: record.name,
        owner: "helm",
        status: record.info.status,
        version: String(record.version),
        modifiedAt: String(Math.floor(nowMs / 1000)),
      },
    },
    data: { release: base64(utf8(base64(utf8(JSON.stringify(record))))) },
  };
  const known = await api.find(secrets, record.namespace, name);
  if (!known) await api.create(secrets, record.namespace, secret);
  else {
    const body = { metadata: { labels: secret.metadata.labels }, data: secret.data };
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

function secretName({ name, version }: ReleaseRecord): string {
  return `sh.helm.release.v1.${name}.v${version}`;
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
