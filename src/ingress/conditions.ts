// Clauses of a route beside its host and its path: what a cloud's load balancer can ask of a
// request. Values are compared with the wildcards of AWS: `*` for any characters, `?` for one.

import { testPattern } from "./pattern/pattern.ts";
import { inAny } from "./proxy/ranges.ts";
import type { Pattern } from "./pattern/pattern.ts";
import type { Condition, Route } from "./table.ts";

/** What conditions look at; an Exchange has all of it. */
export interface Facts {
  readonly host: string;
  readonly path: string;
  /** The query, without the question mark. */
  readonly args: string;
  readonly remoteAddr: string;
  readonly request: { readonly method: string };
  header(name: string): string | undefined;
}

/** The first clause of a route that does not hold, in a sentence; undefined when all hold. */
export function unmet(route: Route, facts: Facts): string | undefined {
  for (const condition of route.when ?? []) {
    const because = fails(condition, facts);
    if (because !== undefined) return because;
  }
  return undefined;
}

function fails(condition: Condition, facts: Facts): string | undefined {
  switch (condition.on) {
    case "host": {
      const ok = condition.values.some((one) => fits(one.toLowerCase(), facts.host));
      return ok ? undefined : `host "${facts.host}" does not fit ${listed(condition.values)}`;
    }
    case "path": {
      const ok = condition.values.some((one) => fits(one, facts.path));
      return ok ? undefined : `path "${facts.path}" does not fit ${listed(condition.values)}`;
    }
    case "method": {
      const { method } = facts.request;
      const ok = condition.values.includes(method);
      return ok ? undefined : `method ${method} is not ${listed(condition.values)}`;
    }
    case "source": {
      const ok = inAny(facts.remoteAddr, condition.values);
      return ok ? undefined : `${facts.remoteAddr} is not in ${listed(condition.values)}`;
    }
    case "header": {
      const value = facts.header(condition.name);
      if (value === undefined) return `there is no header ${condition.name}`;
      const ok = condition.values.some((one) => fits(one.toLowerCase(), value.toLowerCase()));
      const list = listed(condition.values);
      return ok ? undefined : `header ${condition.name} is "${value}", not ${list}`;
    }
    case "field": {
      const value = facts.header(condition.name);
      return isOther(`header ${condition.name}`, value, condition.value);
    }
    case "parameter": {
      const value = new URLSearchParams(facts.args).get(condition.name) ?? undefined;
      return isOther(`query parameter ${condition.name}`, value, condition.value);
    }
    case "query": {
      const pairs = [...new URLSearchParams(facts.args)];
      const ok = condition.values.some(({ key, value }) =>
        pairs.some(
          ([k, v]) =>
            (key === "" || fits(key.toLowerCase(), k.toLowerCase())) &&
            fits(value.toLowerCase(), v.toLowerCase()),
        ),
      );
      const list = listed(condition.values.map(({ key, value }) => `${key}=${value}`));
      return ok ? undefined : `the query "${facts.args}" has no ${list}`;
    }
  }
}

/** Compared letter by letter, or with a pattern; why it is not that. */
function isOther(
  what: string,
  value: string | undefined,
  wanted: string | Pattern,
): string | undefined {
  if (value === undefined) return `there is no ${what}`;
  if (typeof wanted === "string") {
    return value === wanted ? undefined : `${what} is "${value}", not "${wanted}"`;
  }
  return testPattern(wanted, value) === true
    ? undefined
    : `${what} "${value}" does not match ${wanted.source}`;
}

function listed(values: readonly string[]): string {
  return values.map((one) => `"${one}"`).join(" or ");
}

/** Whether a text fits a pattern with `*` and `?`. Linear in both but for the last star. */
export function fits(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
