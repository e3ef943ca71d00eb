// Compares what came back with what a case of Gateway API expects; every difference is a sentence.

import { headerValues } from "../../../net/http/message.ts";
import type { Expectation, WantedField } from "./format.ts";
import type { Reply } from "./visitor.ts";

/** What the conformance echo server tells of a request. */
export interface Echoed {
  /** Absent where bare bytes were echoed, as host, method and headers are. */
  readonly path?: string;
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly namespace: string;
  readonly pod: string;
  readonly tls?: { readonly serverName?: string };
}

/** The echo server's answer; undefined for any other content. */
export function echoed({ body }: Reply): Echoed | undefined {
  try {
    const value = JSON.parse(body) as Partial<Echoed> | null;
    return typeof value === "object" && value?.pod !== undefined ? (value as Echoed) : undefined;
  } catch {
    return undefined;
  }
}

/** The Deployment of a Pod, by the two parts that its name ends with. */
export function workloadOf({ pod }: Echoed): string {
  return pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, "");
}

export function replyComplaints(expect: Expectation, reply: Reply): string[] {
  const { failure, status } = reply;
  if (expect.transportError || expect.connectionRejected) {
    return failure === undefined ? [`answered with ${status}, not refused`] : [];
  }
  if (failure !== undefined) return [`no answer: ${failure}`];
  const out: string[] = [];
  const codes = [...(expect.statusCodes ?? []), ...(expect.anyTimeoutStatus ?? [])];
  if (expect.statusCodes && !codes.includes(status)) {
    out.push(`status ${status}, not ${codes.join(" or ")}`);
  }
  const not = [expect.statusNot ?? []].flat();
  if (not.includes(status)) out.push(`status ${status}`);
  const good = status === 200 || status === 204 || status === 0;
  if (good) out.push(...upstreamComplaints(expect, reply));
  if (good) out.push(...fieldComplaints(expect, reply));
  if (expect.redirect) out.push(...redirectComplaints(expect.redirect, reply));
  return out;
}

function upstreamComplaints(expect: Expectation, reply: Reply): string[] {
  const { backend, upstreamRequest: want } = expect;
  const seen = echoed(reply);
  if (backend === null) return seen ? [`${seen.pod} answered`] : [];
  if (!backend && !want) return [];
  if (!seen) return [`no backend answered: ${reply.body.slice(0, 60)}`];
  const out: string[] = [];
  const same = (what: string, has: string | undefined, wanted: string | undefined): void => {
    if (wanted !== undefined && has !== wanted) out.push(`${what} "${has}", not "${wanted}"`);
  };
  same("backend", workloadOf(seen), backend?.workload);
  same("namespace", seen.namespace, backend?.namespace);
  same("method", seen.method, want?.method);
  same("path", seen.path?.replace(/uuid=case-\d+/, "uuid={uuid}"), want?.path);
  same("host", seen.host, want?.host);
  if (expect.backendConnectionIsTLS !== undefined) {
    const secure = seen.tls !== undefined;
    if (secure !== expect.backendConnectionIsTLS) out.push(`TLS at the backend: ${secure}`);
  }
  same("server name", seen.tls?.serverName, want?.sni);
  const value = (name: string): string | undefined => {
    const { headers = {} } = seen;
    const found = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
    return found === undefined ? undefined : headers[found]!.join(",");
  };
  for (const [name, wanted] of Object.entries(want?.headers ?? {})) same(name, value(name), wanted);
  for (const name of want?.absentHeaders ?? []) {
    if (value(name) !== undefined) out.push(`${name} reached the backend`);
  }
  for (const name of want?.headersEqualWorkload ?? []) {
    if (!workloadOf(seen).startsWith(value(name) ?? "?")) out.push(`${name} is ${value(name)}`);
  }
  return out;
}

function fieldComplaints(expect: Expectation, { headers }: Reply): string[] {
  const plain = (text: string): string =>
    expect.responseHeadersIgnoreSpaces ? text.replaceAll(" ", "") : text;
  return Object.entries(expect.responseHeaders ?? {}).flatMap(([name, want]) => {
    const values = headerValues(headers, name);
    const has = plain(values.join(","));
    return fits(want, has, values.length > 0, plain) ? [] : [`${name}: "${has}"`];
  });
}

function fits(
  { equals, oneOf, absent }: WantedField,
  has: string,
  present: boolean,
  plain: (text: string) => string,
): boolean {
  if (absent) return !present;
  if (equals !== undefined) return has === plain(equals);
  return oneOf === undefined || oneOf.some((one) => has === plain(one));
}

function redirectComplaints(
  want: NonNullable<Expectation["redirect"]>,
  { headers }: Reply,
): string[] {
  const location = headerValues(headers, "location")[0];
  if (location === undefined || !URL.canParse(location)) return [`Location is "${location}"`];
  const url = new URL(location);
  const scheme = url.protocol.slice(0, -1);
  // A port that is the scheme's own is not told by URL; both ways of writing it are right.
  const out: string[] = [];
  if (want.scheme !== null && want.scheme !== scheme) out.push(`redirected to scheme ${scheme}`);
  if (want.host !== null && want.host !== url.hostname) out.push(`to host ${url.hostname}`);
  const usual = { http: "80", https: "443" }[scheme];
  const port = want.port === usual ? "" : (want.port ?? "");
  if (port !== url.port) out.push(`to port ${url.port || "(none)"}, not ${port || "(none)"}`);
  const path = url.pathname;
  if (want.path !== null && want.path !== path) out.push(`to path ${path}, not ${want.path}`);
  return out;
}
