// Rules that an implementation reads otherwise than they are written: an Exact path that became
// a regular expression because of another rule on its host, a Prefix compared letter by letter.
// Read off the compiled table, by the kind of the clause that a path type became.

import { hostNames, hostOf } from "./hosts.ts";
import { printRule } from "./table.ts";
import type { PathClause, Route, RouteTable, Source } from "./table.ts";

export interface Quirk {
  readonly rule: string;
  readonly source: Source;
  readonly because: string;
}

/** One a rule at most, in the order of the hosts. */
export function quirks(table: RouteTable): Quirk[] {
  const { exact, wildcard, any } = table;
  const named = hostNames(exact).map((name) => hostOf(exact, name)!);
  const found = new Map<string, Quirk>();
  for (const { routes } of [...named, ...wildcard.tables, ...(any ? [any] : [])]) {
    for (const route of routes) {
      const because = route.implicit || route.filters.some(isRedirect) ? "" : quirkOf(route);
      const { source } = route;
      const key = `${source.namespace}/${source.name} ${source.field}`;
      if (because === "" || found.has(key)) continue;
      found.set(key, { rule: printRule(route), source, because });
    }
  }
  return [...found.values()];
}

function isRedirect({ type }: { readonly type: string }): boolean {
  return type === "redirect";
}

/** "" for a rule that means what it says. */
function quirkOf({ pathType, path }: Route): string {
  const told = meanings[`${pathType} ${path.type}`];
  if (told !== undefined) return told(path);
  if (path.type === "Pattern" || path.type === "Any" || !expression.test(path.path)) return "";
  const seen = expression.exec(path.path)![0];
  return `the path looks like a regular expression, but is plain text here: "${seen}" means itself`;
}

const meanings: Readonly<Record<string, (path: PathClause) => string>> = {
  "Exact Pattern": (path) =>
    `a rule of this host asks for regular expressions, so this Exact path became ` +
    `~* ${patternOf(path)}: it holds for all that begins so, in capitals too`,
  "Prefix Pattern": (path) =>
    `a rule of this host asks for regular expressions, so this Prefix became ` +
    `~* ${patternOf(path)}, in capitals too`,
  "Prefix Start": (path) =>
    textOf(path).endsWith("/")
      ? ""
      : `Prefix is compared letter by letter here: ${textOf(path)} holds for ${textOf(path)}bar too`,
  "ImplementationSpecific Exact": (path) =>
    `ImplementationSpecific without a wildcard is exact here: ${textOf(path)}, nothing below it`,
};

function patternOf(path: PathClause): string {
  return path.type === "Pattern" ? path.pattern.source : "";
}

function textOf(path: PathClause): string {
  return "path" in path ? path.path : "";
}

/** What looks as if it was meant as a regular expression. */
const expression = /[()[\]{}^$|\\*+?]/;
