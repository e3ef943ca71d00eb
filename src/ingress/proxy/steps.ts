// Runs Gateway API's filters over a request (HTTPRouteFilter in apis/v1/httproute_types.go).

import { unreachable } from "../../base/assert.ts";
import type { Random } from "../../base/random.ts";
import { headerValues } from "../../net/http/message.ts";
import type { HeaderField } from "../../net/http/message.ts";
import type {
  CorsStep,
  MirrorStep,
  PathChange,
  RedirectStep,
  RequestHeadersStep,
  ResponseHeadersStep,
  RewriteStep,
  SplitStep,
  Step,
  StepsFilter,
} from "../steps.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";

export class Steps {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The answer of the first step that gives one; undefined lets the request go on. */
  async run({ steps }: StepsFilter, x: Exchange): Promise<Outcome | undefined> {
    return this.#all(steps, x);
  }

  #all(steps: readonly Step[], x: Exchange): Outcome | undefined {
    for (const step of steps) {
      const outcome = this.#one(step, x);
      if (outcome) return outcome;
    }
    return undefined;
  }

  #one(step: Step, x: Exchange): Outcome | undefined {
    switch (step.do) {
      case "request headers":
        return changeRequest(step, x);
      case "response headers":
        return changeResponse(step, x);
      case "redirect":
        return redirect(step, x);
      case "rewrite":
        return rewrite(step, x);
      case "mirror":
        return this.#mirror(step, x);
      case "cors":
        return cors(step, x);
      case "split":
        return this.#split(step, x);
      default:
        return unreachable(step);
    }
  }

  #mirror({ upstream, numerator, denominator }: MirrorStep, x: Exchange): undefined {
    if (numerator >= denominator || this.#random.next() * denominator < numerator) {
      x.mirrors.push(upstream);
    }
  }

  #split({ shares }: SplitStep, x: Exchange): Outcome | undefined {
    const total = shares.reduce((sum, { weight }) => sum + weight, 0);
    let drawn = this.#random.next() * total;
    const share = shares.find(({ weight }) => (drawn -= weight) < 0);
    if (!share) return { status: 500, why: "the rule has no backend with a weight above 0" };
    if (share.upstream === undefined) {
      return { status: 500, why: "the backend that was drawn cannot be used: see ResolvedRefs" };
    }
    x.upstreamName = share.upstream;
    return this.#all(share.steps, x);
  }
}

function changeRequest({ set, add, remove }: RequestHeadersStep, x: Exchange): undefined {
  for (const [name, value] of set) x.toUpstream.push([name, value]);
  for (const [name, value] of add) {
    const now = current(name, x);
    x.toUpstream.push([name, now === "" ? value : `${now},${value}`]);
  }
  for (const name of remove) x.toUpstream.push([name, ""]);
}

/** What a field of the request is by now; several lines of it are one list. */
function current(name: string, x: Exchange): string {
  const wanted = name.toLowerCase();
  const changed = x.toUpstream.findLast(([one]) => one.toLowerCase() === wanted);
  return changed ? changed[1] : headerValues(x.request.headers, name).join(",");
}

function changeResponse({ set, add, remove }: ResponseHeadersStep, x: Exchange): undefined {
  x.toClient.push(...set.map(([name, value]): [string, string] => [name, value]));
  x.added.push(...add.map(([name, value]): [string, string] => [name, value]));
  x.toClient.push(...remove.map((name): [string, string] => [name, ""]));
}

function redirect(step: RedirectStep, x: Exchange): Outcome {
  const scheme = step.scheme ?? x.scheme;
  const host = step.hostname ?? x.host;
  const port = portAfter(step);
  const usual = port === { http: 80, https: 443 }[scheme];
  const path = step.path ? changed(step.path, x.path) : x.path;
  const query = x.args === "" ? "" : `?${x.args}`;
  const location = `${scheme}://${host}${usual ? "" : `:${port}`}${path}${query}`;
  const why = `redirected to ${location}`;
  return { status: step.status, why, headers: [["Location", location]] };
}

/** The port named, or that of the scheme named, or the listener's own. */
function portAfter({ port, scheme, listenerPort }: RedirectStep): number {
  if (port !== undefined) return port;
  if (scheme !== undefined) return scheme === "https" ? 443 : 80;
  return listenerPort;
}

function rewrite({ hostname, path }: RewriteStep, x: Exchange): undefined {
  if (hostname !== undefined) x.bestHost = hostname;
  if (!path) return;
  x.path = changed(path, x.path);
  x.target = x.args === "" ? x.path : `${x.path}?${x.args}`;
}

function changed(change: PathChange, path: string): string {
  if (change.type === "full") return change.path;
  const rest = path.slice(change.prefix.length);
  const start = change.path.replace(/\/+$/, "");
  return `${start}${rest}` || "/";
}

/** https://fetch.spec.whatwg.org/#http-cors-protocol, as HTTPCORSFilter has it. */
function cors(step: CorsStep, x: Exchange): Outcome | undefined {
  const origin = x.header("origin");
  const asked = x.header("access-control-request-method");
  const preflight = x.request.method === "OPTIONS" && origin !== undefined && asked !== undefined;
  const allowed = origin !== undefined && step.origins.some((one) => isOrigin(one, origin));
  if (allowed) {
    const fields = preflight ? preflightFields(step, origin, x) : plainFields(step, origin);
    x.toClient.push(...fields.map(([name, value]): [string, string] => [name, value]));
  }
  if (!preflight) return undefined;
  const why = `a preflight of ${origin}${allowed ? "" : ", which is not allowed"}`;
  return { status: 204, why, headers: [], body: "" };
}

function plainFields({ origins, expose, credentials }: CorsStep, origin: string): HeaderField[] {
  const any = origins.includes("*") && !credentials;
  return [
    ["Access-Control-Allow-Origin", any ? "*" : origin],
    ...(credentials ? [["Access-Control-Allow-Credentials", "true"] as const] : []),
    ...(expose.length > 0 ? [["Access-Control-Expose-Headers", expose.join(", ")] as const] : []),
  ];
}

function preflightFields(step: CorsStep, origin: string, x: Exchange): HeaderField[] {
  const method = x.header("access-control-request-method") ?? "";
  const headers = x.header("access-control-request-headers") ?? "";
  // A star means nothing to a browser that sends credentials: what was asked for is named.
  const methods = step.methods.includes("*") ? method : step.methods.join(", ");
  const names = step.headers.includes("*") ? headers : step.headers.join(", ");
  const out = plainFields(step, origin);
  if (methods !== "") out.push(["Access-Control-Allow-Methods", methods]);
  if (names !== "") out.push(["Access-Control-Allow-Headers", names]);
  return [...out, ["Access-Control-Max-Age", String(step.maxAgeSeconds)]];
}

/** "*", a whole origin, or one whose host begins with a star for any number of labels. */
function isOrigin(pattern: string, origin: string): boolean {
  if (pattern === "*") return true;
  const star = pattern.indexOf("*");
  const [wanted, given] = [pattern.toLowerCase(), origin.toLowerCase()];
  if (star < 0) return wanted === given;
  const [start, end] = [wanted.slice(0, star), wanted.slice(star + 1)];
  return given.length > start.length + end.length && given.startsWith(start) && given.endsWith(end);
}
