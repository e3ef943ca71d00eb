// A second opinion: the Kubernetes documentation of Ingress ("Path types", "Hostname wildcards",
// "Multiple matches", "DefaultBackend") as a brute-force matcher, sharing nothing with src.

import type { Ingress } from "../../src/api/kinds/ingress.ts";

export interface Answer {
  readonly namespace: string;
  readonly name: string;
  readonly field: string;
}

interface Candidate extends Answer {
  readonly hostRank: number;
  readonly elements: number;
  readonly exact: number;
  readonly createdMs: number;
  readonly order: number;
}

/** Who serves the request, or null. */
export function oracle(ingresses: readonly Ingress[], host: string, path: string): Answer | null {
  const found: Candidate[] = [];
  const defaults: Candidate[] = [];
  for (const ingress of ingresses) {
    const base = {
      namespace: ingress.metadata.namespace!,
      name: ingress.metadata.name,
      createdMs: Date.parse(ingress.metadata.creationTimestamp!),
    };
    let order = 0;
    let best = -1;
    for (const [r, rule] of (ingress.spec.rules ?? []).entries()) {
      const hostRank = rankOf(rule.host ?? "", host);
      best = Math.max(best, hostRank);
      for (const [p, one] of (rule.http?.paths ?? []).entries()) {
        order++;
        if (hostRank < 0 || !pathHolds(one.pathType, one.path ?? "/", path)) continue;
        found.push({
          ...base,
          field: `spec.rules[${r}].http.paths[${p}]`,
          hostRank,
          elements: elements(one.path ?? "/").join("/").length,
          exact: one.pathType === "Exact" ? 1 : 0,
          order,
        });
      }
    }
    if (ingress.spec.defaultBackend) {
      const own = { ...base, field: "spec.defaultBackend", elements: -1, exact: 0, order: 0 };
      for (const hostRank of new Set([best, 0])) {
        if (hostRank >= 0) defaults.push({ ...own, hostRank });
      }
    }
  }
  // A path rule of a host goes before that host's default backend, which goes before the rules
  // of less specific hosts.
  const all = [...found, ...defaults];
  all.sort(
    (a, b) =>
      b.hostRank - a.hostRank ||
      b.elements - a.elements ||
      b.exact - a.exact ||
      a.createdMs - b.createdMs ||
      (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1) *
        (a.namespace === b.namespace && a.name === b.name ? 0 : 1) ||
      a.order - b.order,
  );
  const winner = all[0];
  return winner ? { namespace: winner.namespace, name: winner.name, field: winner.field } : null;
}

/** 2 exact, 1 wildcard, 0 no host, -1 no match. */
function rankOf(rule: string, host: string): number {
  if (rule === "") return 0;
  if (rule === host) return 2;
  if (!rule.startsWith("*.")) return -1;
  const labels = host.split(".");
  const wanted = rule.split(".");
  const rest = labels.slice(1).join(".") === wanted.slice(1).join(".");
  return labels.length === wanted.length && labels[0] !== "" && rest ? 1 : -1;
}

function pathHolds(type: string, rule: string, path: string): boolean {
  if (type === "Exact") return rule === path;
  const wanted = elements(rule);
  const has = path.split("/");
  return wanted.every((element, i) => has[i] === element);
}

/** The labels of a path split by "/", without those that slashes at the end would add. */
function elements(path: string): string[] {
  const parts = path.split("/");
  while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}
