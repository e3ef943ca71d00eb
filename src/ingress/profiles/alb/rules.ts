// One Ingress as the load balancer's rules, in the order in which the controller numbers them:
// rule by rule; in each Exact paths first, then Prefix from the longest, then
// ImplementationSpecific as written. Models model_build_listener_rules.go.

import type { Ingress, IngressPath } from "../../../api/kinds/ingress.ts";
import { compilePattern } from "../../pattern/pattern.ts";
import type { Condition, PathClause } from "../../table.ts";
import { actionOf, conditionsOf, ModelError } from "./actions.ts";
import type { Action } from "./actions.ts";
import { annotation } from "./annotations.ts";

export interface Rule {
  /** "" stands for every host; a name with wildcards is among the conditions instead. */
  readonly host: string;
  /** As it is written. */
  readonly writtenHost: string;
  readonly pathType: string;
  readonly path: PathClause;
  readonly when: readonly Condition[];
  readonly action: Action;
  readonly field: string;
}

/** Throws ModelError. */
export function rulesOf(ingress: Ingress): readonly Rule[] {
  return (ingress.spec.rules ?? []).flatMap((rule, r) => {
    const paths = (rule.http?.paths ?? []).map((path, p) => ({ path, p }));
    return sorted(paths).map(({ path, p }) => {
      const field = `spec.rules[${r}].http.paths[${p}]`;
      return ruleOf(ingress, (rule.host ?? "").toLowerCase(), path, field);
    });
  });
}

/** spec.defaultBackend: what the listener does when no rule holds. Throws ModelError. */
export function defaultActionOf(ingress: Ingress): Action | undefined {
  const { defaultBackend } = ingress.spec;
  return defaultBackend && actionOf(ingress, defaultBackend);
}

/** group.order, 0 without. Throws ModelError. */
export function orderOf(ingress: Ingress): number {
  const written = annotation(ingress, "group.order");
  if (written === undefined) return 0;
  const order = Number(written);
  const { namespace, name } = ingress.metadata;
  const where = `${namespace}/${name}`;
  if (!Number.isInteger(order)) {
    throw new ModelError(`failed to load Ingress group order for ingress: ${where}`);
  }
  if (order < -1000 || order > 1000) {
    throw new ModelError(
      `explicit Ingress group order must be within [-1000:1000], Ingress: ${where}, order: ${order}`,
    );
  }
  return order;
}

function sorted<T extends { readonly path: IngressPath }>(paths: readonly T[]): T[] {
  const of = (type: IngressPath["pathType"]): T[] =>
    paths.filter(({ path }) => path.pathType === type);
  const byLength = of("Prefix").sort(
    (a, b) => (b.path.path ?? "").length - (a.path.path ?? "").length,
  );
  return [...of("Exact"), ...byLength, ...of("ImplementationSpecific")];
}

function ruleOf(ingress: Ingress, host: string, written: IngressPath, field: string): Rule {
  const conditions = conditionsOf(ingress, written.backend);
  const hosts = [...(host === "" ? [] : [host]), ...valuesOf(conditions, "host")];
  const paths = valuesOf(conditions, "path");
  const clause = clauseOf(written, paths);
  const plain = hosts.length === 1 && !/[*?]/.test(hosts[0]!);
  const when: Condition[] = conditions.filter(({ on }) => on !== "host" && on !== "path");
  if (hosts.length > 0 && !plain) when.push({ on: "host", values: hosts });
  return {
    host: plain ? hosts[0]! : "",
    writtenHost: host,
    pathType: written.pathType,
    path: clause,
    when,
    action: actionOf(ingress, written.backend),
    field,
  };
}

function valuesOf(conditions: readonly Condition[], on: "host" | "path"): readonly string[] {
  return conditions.flatMap((one) => (one.on === on ? one.values : []));
}

/** Models buildPathPatterns. @param more patterns of conditions.*; one of all must fit. */
function clauseOf({ path = "", pathType }: IngressPath, more: readonly string[]): PathClause {
  const wild = /[*?]/.test(path);
  if (pathType === "Exact" && wild) {
    throw new ModelError(`exact path shouldn't contain wildcards: ${path}`);
  }
  if (pathType === "Prefix" && wild && path !== "/") {
    throw new ModelError(`prefix path shouldn't contain wildcards: ${path}`);
  }
  if (more.length > 0) {
    const bare = path.replace(/\/$/, "");
    const own = pathType === "Prefix" ? [bare, `${bare}/*`] : path === "" ? [] : [path];
    return patternClause([...own, ...more]);
  }
  if (path === "") return { type: "Start", path: "/" };
  if (pathType === "Prefix") return { type: "Prefix", path };
  return wild ? patternClause([path]) : { type: "Exact", path };
}

/** `*` for any characters, `?` for one; upper and lower case count. */
function patternClause(patterns: readonly string[]): PathClause {
  const each = patterns.map((one) =>
    one
      .replace(/[.+^$()|[\]{}\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", "."),
  );
  const source = `^(?:${each.join("|")})$`;
  return {
    type: "Pattern",
    path: patterns.join(", "),
    pattern: compilePattern(source, { ignoreCase: false }),
  };
}
