// What a release is, as data: the record that helm keeps of each revision, the Secret it keeps it
// in, the manifest and the marks on its objects. Speaks to no cluster.

import { base64OfText } from "../../../base/bytes.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Namespace, Secret } from "../../../api/kinds/index.ts";
import type { Obj } from "../../../api/object.ts";
import { printYaml } from "../../../api/yaml/print.ts";
import type { Chart, Release, Rendered, Values } from "../../charts/chart.ts";

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

/** A revision of a release as it stands. @param config what the user set of `values`. */
export function recordOf(o: {
  chart: Chart;
  release: Release;
  values: Values;
  config: Values;
  manifest: string;
  status: ReleaseStatus;
  description: string;
  firstDeployed: string;
  lastDeployed: string;
}): ReleaseRecord {
  const { chart, release, values, config, manifest, status, description } = o;
  const { name, version, appVersion } = chart;
  return {
    name: release.name,
    namespace: release.namespace,
    version: release.revision,
    info: {
      first_deployed: o.firstDeployed,
      last_deployed: o.lastDeployed,
      deleted: "",
      description,
      status,
      notes: chart.notes(values, release),
    },
    chart: { metadata: { name, version, appVersion } },
    config,
    manifest,
  };
}

/**
 * The Secret of a revision, sh.helm.release.v1.NAME.vREVISION: the record inside as JSON in
 * base64 (helm reads records without gzip too).
 */
export function secretOf(record: ReleaseRecord, nowMs: number): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: secretName(record),
      namespace: record.namespace,
      labels: {
        name: record.name,
        owner: "helm",
        status: record.info.status,
        version: String(record.version),
        modifiedAt: String(Math.floor(nowMs / 1000)),
      },
    },
    data: { release: base64OfText(base64OfText(JSON.stringify(record))) },
  };
}

export function secretName({ name, version }: ReleaseRecord): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

/** What --create-namespace creates. */
export function namespaceOf(name: string): Namespace {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { name } } };
}

/** Helm's install order, as far as these kinds go (pkg/releaseutil InstallOrder). */
const order =
  "Namespace NetworkPolicy Secret ConfigMap ServiceAccount Service Pod ReplicaSet Deployment IngressClass Ingress".split(
    " ",
  );

/** The values with what the chart makes for itself at the top of them, a certificate for one. */
export async function prepared(
  chart: Chart,
  values: Values,
  release: Release,
  { random, clock }: { readonly random: Random; readonly clock: Clock },
): Promise<Values> {
  if (!chart.prepare) return values;
  const own = random.fork(`helm ${release.namespace}/${release.name}`);
  const means = { random: own, nowMs: clock.now() };
  const more = await clock.during(chart.prepare(values, release, means));
  return { ...values, ...more };
}

/** The objects of a release as one text, each with its source: `helm template`, `get manifest`. */
export function renderManifest(chart: Chart, values: Values, release: Release): string {
  return rendered(chart, values, release)
    .map(({ template, object }) => `---\n# Source: ${chart.name}/${template}\n${printYaml(object)}`)
    .join("");
}

/** What a chart renders to, in the order in which helm installs it. */
export function rendered(chart: Chart, values: Values, release: Release): readonly Rendered[] {
  const rank = ({ object }: Rendered): number =>
    order.indexOf(object.kind) + (order.includes(object.kind) ? 0 : 99);
  return chart.render(values, release).toSorted((a, b) => rank(a) - rank(b));
}

export const managedBy = "app.kubernetes.io/managed-by";
export const releaseName = "meta.helm.sh/release-name";
export const releaseNamespace = "meta.helm.sh/release-namespace";

/** The object marked as part of a release: helm refuses to touch what is not. */
export function withOwner(object: Obj, { name, namespace }: Release): Obj {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, [managedBy]: "Helm" },
      annotations: { ...annotations, [releaseName]: name, [releaseNamespace]: namespace },
    },
  };
}
