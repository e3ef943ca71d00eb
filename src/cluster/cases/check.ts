// Compares what came back with what a case expects; every difference is a sentence.

import { headerValues } from "../../net/http/message.ts";
import type { HeaderField } from "../../net/http/message.ts";
import type { Seen } from "./backend.ts";
import { coversHost } from "../../net/x509/hostname.ts";
import type { Name } from "../../net/x509/name.ts";
import type { Expectation, FieldExpectation, TlsExpectation } from "./format.ts";
import type { Reply } from "./visitor.ts";

/** One request's reply and the backend that it reached, if it reached one. */
export interface Result {
  readonly reply: Reply;
  readonly seen: Seen | undefined;
  /** The address that the controller dialled, from its access log. */
  readonly upstreamAddress: string | undefined;
  readonly upstreamScheme: string | undefined;
  /** When the reply came. */
  readonly atMs: number;
  /** Who answered when the cookie was captured that the case compares with. */
  readonly capturedPod: string | undefined;
}

/** What is wrong with one reply. */
export function complaints(expect: Expectation, result: Result): string[] {
  const { reply, seen, atMs, capturedPod, ...upstream } = result;
  const out: string[] = [];
  const want = (holds: boolean, what: string): void => void (holds || out.push(what));
  const { status } = expect;
  if (status !== undefined) want(reply.status === status, `status ${reply.status}, not ${status}`);
  if (expect.statusClass !== undefined) {
    const digit = String(expect.statusClass)[0];
    want(String(reply.status)[0] === digit, `status ${reply.status}, not ${expect.statusClass}`);
  }
  out.push(...backendComplaints(expect, seen));
  if (expect.responseProto !== undefined) {
    want(reply.proto === expect.responseProto, `${reply.proto}, not ${expect.responseProto}`);
  }
  for (const [name, one] of Object.entries(expect.responseHeaders ?? {})) {
    out.push(...fieldComplaints(name, one, headerValues(reply.headers, name), atMs));
  }
  out.push(...requestComplaints(expect, seen));
  if (expect.tls) out.push(...tlsComplaints(expect.tls, reply));
  for (const part of expect.bodyContains ?? []) {
    want(reply.body.includes(part), `the body does not contain "${part}"`);
  }
  for (const part of expect.bodyNotContains ?? []) {
    want(!reply.body.includes(part), `the body contains "${part}"`);
  }
  if (expect.bodyEmpty)
    want(reply.body === "", `the body is not empty: ${reply.body.slice(0, 80)}`);
  const { upstreamAddress, sameEndpointAsCaptured } = expect;
  if (sameEndpointAsCaptured !== undefined) {
    want(seen?.pod === capturedPod, `reached ${seen?.pod}, not ${capturedPod} as before`);
  }
  const address = upstream.upstreamAddress;
  if (upstreamAddress?.equals !== undefined) {
    want(address === upstreamAddress.equals, `upstream ${address}, not ${upstreamAddress.equals}`);
  }
  if (upstreamAddress?.notEquals !== undefined) {
    want(address !== upstreamAddress.notEquals, `upstream is ${address}`);
  }
  if (expect.upstreamScheme !== undefined) {
    const scheme = upstream.upstreamScheme;
    want(
      scheme === expect.upstreamScheme,
      `upstream scheme ${scheme}, not ${expect.upstreamScheme}`,
    );
  }
  return out;
}

/** What is wrong with many replies together. */
export function togetherComplaints(expect: Expectation, results: readonly Result[]): string[] {
  const out: string[] = [];
  if (expect.statusCounts) {
    const counts = tally(results.map(({ reply }) => String(reply.status)));
    for (const [status, count] of Object.entries(expect.statusCounts)) {
      const has = counts.get(status) ?? 0;
      if (has !== count) out.push(`${has} answers with ${status}, not ${count}`);
    }
  }
  const pods = tally(results.flatMap(({ seen }) => (seen ? [seen.pod] : [])));
  if (expect.distinctEndpoints !== undefined && pods.size !== expect.distinctEndpoints) {
    out.push(`${pods.size} endpoints were reached, not ${expect.distinctEndpoints}`);
  }
  if (expect.perEndpoint) {
    for (const [pod, count] of pods) {
      const { count: wanted } = expect.perEndpoint;
      if (count !== wanted) out.push(`${pod} got ${count} requests, not ${wanted}`);
    }
  }
  const services = tally(results.flatMap(({ seen }) => (seen ? [seen.service] : [])));
  for (const [service, share] of Object.entries(expect.distribution?.minShare ?? {})) {
    const has = (services.get(service) ?? 0) / results.length;
    if (has < share) out.push(`${service} got ${has} of the requests, less than ${share}`);
  }
  return out;
}

function backendComplaints({ backend }: Expectation, seen: Seen | undefined): string[] {
  if (backend === undefined) return [];
  if (backend === null) return seen ? [`reached ${seen.namespace}/${seen.service}`] : [];
  if (!seen) return [`did not reach ${backend.service}`];
  if (seen.service !== backend.service) return [`reached ${seen.service}, not ${backend.service}`];
  if (backend.namespace !== undefined && seen.namespace !== backend.namespace) {
    return [`reached namespace ${seen.namespace}, not ${backend.namespace}`];
  }
  return [];
}

function requestComplaints({ upstreamRequest }: Expectation, seen: Seen | undefined): string[] {
  if (!upstreamRequest) return [];
  if (!seen) return ["no backend saw the request"];
  const out: string[] = [];
  const { method, path, host, proto, headers = {} } = upstreamRequest;
  const same = (what: string, has: string, wanted: string | undefined): void => {
    if (wanted !== undefined && has !== wanted) out.push(`${what} ${has}, not ${wanted}`);
  };
  same("method", seen.method, method);
  const seenPath = path?.includes("?") ? seen.target : seen.target.split("?")[0]!;
  same("path", seenPath, path);
  same("host", seen.host, host);
  same("proto", seen.proto, proto);
  const fields = Object.entries(seen.headers);
  for (const [name, one] of Object.entries(headers)) {
    out.push(...fieldComplaints(name, one, headerValues(fields, name), 0));
  }
  return out;
}

function fieldComplaints(
  name: string,
  one: FieldExpectation,
  values: readonly string[],
  nowMs: number,
): string[] {
  const out: string[] = [];
  const all = values.join(", ");
  const want = (holds: boolean, what: string): void => void (holds || out.push(`${name}: ${what}`));
  if (one.equals !== undefined) want(all === one.equals, `"${all}", not "${one.equals}"`);
  if (one.notEquals !== undefined) want(all !== one.notEquals, `is "${all}"`);
  for (const part of one.contains ?? []) want(all.includes(part), `"${all}" lacks "${part}"`);
  for (const part of one.notContains ?? []) want(!all.includes(part), `"${all}" has "${part}"`);
  if (one.present) want(values.length > 0, "absent");
  if (one.absent) want(values.length === 0, `"${all}" is there`);
  if (one.count !== undefined) want(values.length === one.count, `${values.length} times`);
  if (one.expiresInSeconds !== undefined) {
    const at = Date.parse(/expires=([^;]*)/i.exec(all)?.[1] ?? "");
    const inSeconds = (at - nowMs) / 1000;
    want(Math.abs(inSeconds - one.expiresInSeconds) <= 60, `"${all}" expires in ${inSeconds} s`);
  }
  return out;
}

function tlsComplaints(expect: TlsExpectation, { chain, session }: Reply): string[] {
  const [leaf] = chain;
  if (!leaf) return ["no certificate was shown"];
  const of = (name: Name, type: string): string | undefined =>
    name.attributes.find((one) => one.type === type)?.value;
  const seen: Required<Omit<TlsExpectation, "verifyHostname">> = {
    chainLength: chain.length,
    leafCommonName: of(leaf.subject, "CN") ?? "",
    leafOrganization: of(leaf.subject, "O") ?? "",
    leafDnsNames0: leaf.altNames?.dns[0] ?? "",
    issuerCommonName: of(leaf.issuer, "CN") ?? "",
    version: session?.version ?? "",
    cipherSuite:
      expect.cipherSuite === session?.suite.name
        ? (session?.suite.name ?? "")
        : (session?.suite.opensslName ?? ""),
  };
  const out: string[] = [];
  for (const [key, value] of Object.entries(expect)) {
    const has = key === "verifyHostname" ? value : seen[key as keyof typeof seen];
    if (has !== value) out.push(`certificate ${key} is ${has}, not ${value}`);
  }
  const { verifyHostname: host } = expect;
  if (host !== undefined && !coversHost(leaf, host)) out.push(`the certificate is not for ${host}`);
  return out;
}

function tally(values: readonly string[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const value of values) out.set(value, (out.get(value) ?? 0) + 1);
  return out;
}

/** The cookie of that name that the reply sets. */
export function cookieSet(headers: readonly HeaderField[], name: string): string | undefined {
  for (const value of headerValues(headers, "set-cookie")) {
    const [pair = ""] = value.split(";");
    const equals = pair.indexOf("=");
    if (pair.slice(0, equals) === name) return pair.slice(equals + 1);
  }
  return undefined;
}
