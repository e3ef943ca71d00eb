// How the registry looks whether somebody who asks for a name holds it: HTTP-01 (RFC 8555 section
// 8.3), with Boulder's words for what it finds instead.

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Host, Network } from "../network.ts";
import { visit, VisitFault } from "./visit.ts";

/** An RFC 7807 problem. */
export interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly status: number;
}

/** Undefined: the token was there. */
export async function validateHttp01(
  o: { network: Network; clock: Clock; random: Random; host: Host },
  { name, token, key }: { name: string; token: string; key: string },
): Promise<Problem | undefined> {
  const url = `http://${name}/.well-known/acme-challenge/${token}`;
  const userAgent = "Mozilla/5.0 (compatible; City Registry validation server)";
  try {
    const { status, body, ip } = await visit({ ...o, userAgent }, { method: "GET", url });
    if (status !== 200) {
      return problem("unauthorized", 403, `${ip}: Invalid response from ${url}: ${status}`);
    }
    if (body.trimEnd() === key) return undefined;
    const said = `The key authorization file from the server did not match this challenge.`;
    const saw = `Expected "${key}" (got "${body.slice(0, 100)}")`;
    return problem("unauthorized", 403, `${said} ${saw}`);
  } catch (error) {
    if (!(error instanceof VisitFault)) throw error;
    if (error.at === "lookup") {
      const what = `DNS problem: NXDOMAIN looking up A for ${name}`;
      return problem("dns", 400, `${what} - check that a DNS record exists for this domain`);
    }
    const why = words[error.at];
    return problem("connection", 400, `${error.ip ?? ""}: Fetching ${url}: ${why}`);
  }
}

const words = {
  refused: "Connection refused",
  timeout: "Timeout during connect (likely firewall problem)",
  tls: "Error getting validation data",
  broken: "Error getting validation data",
} as const;

function problem(type: string, status: number, detail: string): Problem {
  return { type: `urn:ietf:params:acme:error:${type}`, detail, status };
}
