// A request on the command line, as the implementations look at it: "[METHOD] URL".

import { unmet } from "../../ingress/conditions.ts";
import type { Facts } from "../../ingress/conditions.ts";
import { hostOfRequest } from "../../ingress/match.ts";
import type { MatchRequest } from "../../ingress/match.ts";
import { parseTarget } from "../../ingress/proxy/uri.ts";
import type { RouteTable } from "../../ingress/table.ts";
import { specDialect } from "../../ingress/profiles/spec/dialect.ts";
import type { ProfileName } from "./desk.ts";
import { UsageError } from "./options.ts";

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  /** What follows the host. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Throws UsageError. @param headers as curl's -H has them: "X-Version: 2". */
export function askedOf(method: string, url: string, headers: readonly string[]): Asked {
  const found = /^(?:https?:\/\/)?([^/?#]+)([/?][^#]*)?/.exec(url);
  if (!found) throw new UsageError(`wanted a URL as http://example.com/path, saw "${url}"`);
  const [, authority = "", rest = "/"] = found;
  return {
    method: method.toUpperCase(),
    url,
    host: hostOfRequest(authority),
    target: rest.startsWith("?") ? `/${rest}` : rest,
    headers: headers.map(headerOf),
  };
}

function headerOf(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  if (colon <= 0) throw new UsageError(`wanted -H "Name: value", saw "${text}"`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

/** The request as an implementation matches it; undefined for a target it answers with 400. */
export function requestFor(
  profile: ProfileName,
  table: RouteTable,
  { method, host, target, headers }: Asked,
): MatchRequest | undefined {
  const uri = profile === "spec" ? specDialect.parse(target) : parseTarget(target);
  if (!uri) return undefined;
  const header = (name: string): string | undefined =>
    headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const facts = { host, path: uri.path, args: uri.args, header, request: { method } };
  return table.conditional ? withFacts(facts) : { host, path: uri.path };
}

/** The request with what conditions beside host and path look at. */
export function withFacts(facts: Omit<Facts, "remoteAddr">): MatchRequest {
  const known: Facts = { ...facts, remoteAddr: "203.0.113.99" };
  return { host: known.host, path: known.path, unmet: (route) => unmet(route, known) };
}
