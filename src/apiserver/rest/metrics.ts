// /metrics: what this API server has answered and what it keeps, in the text format of
// Prometheus. Names, labels and help are those of apiserver endpoints/metrics and
// storage/etcd3/metrics; a request is counted when its answer begins, a watch among them.

import type { RestRequest, RestResponse } from "../../api/transport.ts";
import type { Store } from "../store.ts";
import { contentType } from "./body.ts";
import { jsonAnswer } from "./answers.ts";
import { resourceAt } from "./paths.ts";
import { reviewAt } from "./reviewkinds.ts";

/** What is told of a request: upstream's labels but for code and component. */
interface Labels {
  readonly dry_run: string;
  readonly group: string;
  readonly resource: string;
  readonly scope: string;
  readonly subresource: string;
  readonly verb: string;
  readonly version: string;
}

/** Counts requests by their labels, as apiserver_request_total does. */
export class RequestCounts {
  readonly #counts = new Map<string, number>();
  readonly #store: Pick<Store, "kindAt" | "kinds" | "count">;

  constructor(store: Pick<Store, "kindAt" | "kinds" | "count">) {
    this.#store = store;
  }

  /** Paths that are neither a resource's nor a health check's are not counted upstream either. */
  add(request: RestRequest, code: number): void {
    const labels = labelsOf(request, this.#store);
    if (labels === undefined) return;
    const series = labelled({ code: String(code), component: "apiserver", ...labels });
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + 1);
  }

  /** The answer to GET /metrics; undefined for any other path. */
  answer({ path }: RestRequest): RestResponse | undefined {
    if (path !== "/metrics") return undefined;
    const body = family(requestTotal, this.#counts) + family(resourceObjects, this.#objects());
    return jsonAnswer(body, { type: "text/plain; version=0.0.4; charset=utf-8" });
  }

  #objects(): Map<string, number> {
    const kinds = this.#store.kinds.map((kind) => {
      const series = labelled({ group: kind.group, resource: kind.plural });
      return [series, this.#store.count(kind)] as const;
    });
    return new Map(kinds);
  }
}

const requestTotal = {
  name: "apiserver_request_total",
  type: "counter",
  help:
    "[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, " +
    "version, resource, scope, component, and HTTP response code.",
};

const resourceObjects = {
  name: "apiserver_resource_objects",
  type: "gauge",
  help:
    "[ALPHA] Number of stored objects at the time of last check split by kind. " +
    "In case of a fetching error, the value will be -1.",
};

function family(
  { name, type, help }: { name: string; type: string; help: string },
  series: ReadonlyMap<string, number>,
): string {
  if (series.size === 0) return "";
  const samples = [...series].map(([labels, value]) => `${name}{${labels}} ${value}\n`).sort();
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join("")}`;
}

/** No value here holds what the format would have escaped: paths name only what is served. */
function labelled(labels: object): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");
}

function labelsOf(request: RestRequest, store: Pick<Store, "kindAt">): Labels | undefined {
  const { method, path } = request;
  const asked = reviewAt(path);
  const found = asked
    ? { kind: asked.review, namespace: asked.namespace, name: undefined, subresource: undefined }
    : resourceAt(path, store);
  const dry_run = dryRunOf(request);
  if (found === undefined) {
    if (!/^\/(healthz|livez|readyz)$/.test(path)) return undefined;
    const nothing = { group: "", resource: "", scope: "" };
    return { dry_run, ...nothing, subresource: path, verb: method, version: "" };
  }
  const { kind, namespace, name, subresource = "" } = found;
  const one = name !== undefined || method === "POST";
  return {
    dry_run,
    group: kind.group,
    resource: kind.plural,
    scope: one ? "resource" : namespace !== undefined ? "namespace" : "cluster",
    subresource,
    verb: verbOf(request, subresource, one),
    version: kind.version,
  };
}

function verbOf(request: RestRequest, subresource: string, one: boolean): string {
  if (["attach", "exec", "log"].includes(subresource)) return "CONNECT";
  const { method, query } = request;
  if (method === "PATCH" && contentType(request) === "application/apply-patch+yaml") return "APPLY";
  if (method !== "GET") return method;
  const watch = query.get("watch")?.toLowerCase();
  if (watch !== undefined && watch !== "0" && watch !== "false") return "WATCH";
  return one ? "GET" : "LIST";
}

function dryRunOf({ query }: RestRequest): string {
  const given = query.getAll("dryRun");
  if (given.length === 0) return "";
  return given.every((value) => value === "All") ? "All" : "invalid";
}
