// What happened to one request, hop by hop: the record that curl -v, the stage, the inspector
// and the lesson checks all read.
//
// A Trace rides on the connections that carry the request, so a proxy extends the trace of
// whoever called it without a header and without a global. Hops are plain data: they cross to
// the page as they are.

import type { Address } from "./address.ts";
import type { NetFault } from "./errors.ts";
import type { TlsRecording } from "./tls/recording.ts";

/**
 * Who did it, as kind/name: "client/laptop", "dns/public", "cloud/load-balancer",
 * "node/node-1", "pod/NAMESPACE/NAME". The stage finds the actor by this word.
 */
export type Actor = string;

/** One rule that a router considered for a request, in the order in which it was considered. */
export interface Step {
  /** The rule in one line: `example.com Prefix /api`. */
  readonly rule: string;
  /** The object that holds it: `Ingress default/simple-fanout`. */
  readonly object: string;
  /** The YAML path in that object: `spec.rules[0].http.paths[1]`. */
  readonly field: string;
  readonly verdict: "won" | "lost";
  /** For a loser the one clause that failed; for the winner why it beat the others. */
  readonly because: string;
}

/** What was done at one hop. */
export type Deed =
  | {
      readonly did: "resolve";
      readonly name: string;
      /** Empty when the name is unknown. */
      readonly ips: readonly string[];
      readonly why: string;
    }
  | { readonly did: "forward"; readonly from: Address; readonly to: Address; readonly why: string }
  | { readonly did: "connect"; readonly from: Address; readonly to: Address }
  | {
      readonly did: "refuse";
      readonly to: Address;
      readonly fault: NetFault;
      readonly why: string;
    }
  | {
      readonly did: "handshake";
      /** The server name that the client asked for, if it did. */
      readonly sni: string | undefined;
      /** "TLSv1.3", or undefined when the handshake failed. */
      readonly version: string | undefined;
      readonly cipher: string | undefined;
      /** The subject of the certificate that was served. */
      readonly certificate: string | undefined;
      readonly alert: string | undefined;
      readonly why: string;
    }
  | {
      /** A server has read a request's head. */
      readonly did: "request";
      readonly method: string;
      readonly scheme: "http" | "https";
      /** The Host header as it was sent. */
      readonly host: string;
      /** Path and query as they were sent. */
      readonly target: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | {
      readonly did: "match";
      readonly host: string;
      readonly path: string;
      /** Undefined when no rule matched. */
      readonly winner: Step | undefined;
      readonly steps: readonly Step[];
      /** The upstream in the controller's own words: "default-backend-service-8080". */
      readonly upstream: string;
      readonly why: string;
    }
  | {
      /** A server answers, of its own or relaying. */
      readonly did: "respond";
      readonly status: number;
      readonly why: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly bodyBytes: number;
    };

/** One hop: when (cluster milliseconds), by whom, what. */
export type Hop = { readonly at: number; readonly by: Actor } & Deed;

/** The most hops a trace keeps; a loop must not fill the memory. */
export const hopsMax = 256;

/** The hops of one request. `off` traces record nothing: load tests run with them. */
export class Trace {
  readonly id: string;
  readonly hops: Hop[] = [];
  /** The TLS connections that carried the request, as bytes; tls/log/log.ts reads them. */
  readonly recordings: TlsRecording[] = [];
  readonly on: boolean;
  /** Nobody's own request, as a lesson's check: servers answer it and leave it out of their logs. */
  readonly quiet: boolean;
  readonly #now: () => number;

  constructor(o: { id: string; now: () => number; on?: boolean; quiet?: boolean }) {
    this.id = o.id;
    this.#now = o.now;
    this.on = o.on ?? true;
    this.quiet = o.quiet ?? false;
  }

  /** Cluster milliseconds. */
  now(): number {
    return this.#now();
  }

  add(by: Actor, deed: Deed): void {
    if (this.on && this.hops.length < hopsMax) {
      this.hops.push({ at: this.#now(), by, ...deed });
    }
  }
}
