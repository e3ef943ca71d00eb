// Runs a route's filters over a request, in the order of the list.

import { unreachable } from "../../base/assert.ts";
import type { Filter, HttpsFilter, RedirectFilter, RewriteFilter } from "../filters.ts";
import { searchPattern } from "../pattern/pattern.ts";
import { access } from "./access.ts";
import type { AccessTools } from "./access.ts";
import { cors } from "./cors.ts";
import type { Steps } from "./steps.ts";
import type { Exchange } from "./exchange.ts";
import type { Limits } from "./limits.ts";
import type { Outcome } from "./outcome.ts";
import { expand } from "./variables.ts";

export interface FilterTools extends AccessTools {
  readonly limits: Limits;
  /** Gateway API's filters, fetched with the first request that has some. */
  steps(): Promise<Steps>;
  /** Writes a remark to the error log. */
  notice(message: string, x: Exchange): void;
}

/** The answer of the first filter that gives one; undefined lets the request go on. */
export async function runFilters(
  filters: readonly Filter[],
  x: Exchange,
  tools: FilterTools,
): Promise<Outcome | undefined> {
  for (const filter of filters) {
    const outcome = await run(filter, x, tools);
    if (outcome) return outcome;
  }
  return undefined;
}

function run(
  filter: Filter,
  x: Exchange,
  tools: FilterTools,
): Outcome | undefined | Promise<Outcome | undefined> {
  switch (filter.type) {
    case "redirect":
      return redirect(filter, x);
    case "deny":
      return { status: filter.status, why: filter.why };
    case "fixed": {
      const { status, why, body, contentType } = filter;
      return { status, why, body, headers: [["Content-Type", contentType]] };
    }
    case "cors":
      return cors(filter, x);
    case "rewrite":
      return rewrite(filter, x, tools);
    case "https":
      return toHttps(filter, x);
    case "connections":
      return tools.limits.connections(filter, x);
    case "rate":
      return tools.limits.rate(filter, x);
    case "access":
      return access(filter, x, tools);
    case "responseHeaders":
      for (const [name, template] of filter.set) x.toClient.push([name, expand(template, x)]);
      for (const [name, template, always] of filter.added ?? []) {
        (always ? x.added : x.addedToGood).push([name, expand(template, x)]);
      }
      return undefined;
    case "requestHeaders":
      for (const [name, template] of filter.set) x.toUpstream.push([name, expand(template, x)]);
      return undefined;
    case "steps":
      return tools.steps().then((steps) => steps.run(filter, x));
    case "errors":
      return undefined; // looks at answers: proxy.ts
    default:
      return unreachable(filter);
  }
}

function redirect({ status, template, relative }: RedirectFilter, x: Exchange): Outcome {
  const location = expand(template, x);
  const whole = relative || !location.startsWith("/") ? location : `${origin(x)}${location}`;
  return { status, why: `redirected to ${whole}`, headers: [["Location", whole]] };
}

function rewrite(
  { pattern, template, prefix, log }: RewriteFilter,
  x: Exchange,
  tools: FilterTools,
): Outcome | undefined {
  const found = searchPattern(pattern, x.path);
  if (found === "exhausted") return tooExpensive(pattern.source, x.path);
  const does = found === null ? "does not match" : "matches";
  if (log) tools.notice(`"${pattern.source}" ${does} "${x.path}"`, x);
  if (found === null) return undefined;
  const target = expand(template, x, { groups: found });
  if (/^(https?:\/\/|\$scheme)/.test(target)) {
    return { status: 302, why: `rewritten to ${target}`, headers: [["Location", target]] };
  }
  const mark = target.indexOf("?");
  x.path = mark < 0 ? target : target.slice(0, mark);
  if (mark >= 0) {
    const args = target.slice(mark + 1);
    x.args = args === "" || x.args === "" ? args || "" : `${args}&${x.args}`;
  }
  x.rewritten = true;
  if (log) tools.notice(`rewritten data: "${x.path}", args: "${x.args}"`, x);
  if (prefix !== undefined) x.toUpstream.push(["X-Forwarded-Prefix", prefix]);
  return undefined;
}

/** A pattern gave up: what a request that would hang gets, and the log line of nginx. */
export function tooExpensive(source: string, path: string): Outcome {
  return {
    status: 500,
    why: `the regular expression ${source} takes too many steps on "${path}"`,
    error: `pcre2_match() failed: -47 on "${path}" using "${source}"`,
  };
}

function toHttps(filter: HttpsFilter, x: Exchange): Outcome | undefined {
  if (x.passScheme !== "http") return undefined;
  const host = x.bestHost.split(":")[0]!;
  const uri = filter.keepSlash ? x.uri.raw : x.uri.raw.replace(/\/$/, "");
  const location = `https://${host}${filter.withPort ? ":443" : ""}${uri}`;
  return {
    status: filter.status,
    why: filter.always
      ? "plain HTTP: force-ssl-redirect sends it to https"
      : "plain HTTP: the host has TLS, so ssl-redirect sends it to https",
    headers: [["Location", location]],
  };
}

/** What makes a path a URL: nginx' absolute_redirect. */
function origin(x: Exchange): string {
  return `${x.scheme}://${x.host === "" ? "_" : x.host}`;
}
