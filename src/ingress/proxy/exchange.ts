// Everything known of one request on its way through the proxy: what came, what was decided,
// what was tried. The access log line, the variables of templates and the trace read it.

import type { Address } from "../../net/address.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import { header } from "../../net/http/message.ts";
import type { ExchangeContext } from "../../net/http/server.ts";
import type { Trace } from "../../net/trace.ts";
import type { Certificate } from "../../net/x509/certificate.ts";
import type { Route, ServerOptions } from "../table.ts";
import type { RequestUri } from "./uri.ts";

/** What TLS told of the client. */
export interface TlsFacts {
  /** The name it asked for (SNI). */
  readonly serverName: string | undefined;
  /** The certificates it showed, its own first. */
  readonly peerChain: readonly Certificate[];
}

/** One attempt to have an upstream answer. */
export interface Try {
  /** "10.244.0.7:8080" */
  address: string;
  /** 0 while there is none: the client went away before it came. */
  status: number;
  /** Bytes of the answer's content. */
  bytes: number;
  seconds: number;
}

export class Exchange {
  readonly request: Request;
  /** The client's side of it. */
  readonly context: ExchangeContext;
  readonly trace: Trace;
  readonly scheme: "http" | "https";
  readonly uri: RequestUri;
  /** The Host field as it was sent, "" without one. */
  readonly httpHost: string;
  /** In lower case, without port. */
  host: string;
  readonly startMs: number;
  /** X-Request-ID: the client's, or 32 hexadecimal digits. */
  id: string;
  /** Counts the connections of the controller: nginx's `*5`. */
  readonly connection: number;
  /** Undefined over plain HTTP. */
  readonly tls: TlsFacts | undefined;
  readonly local: Address;
  readonly client: Address;
  /** The client's address as far as it is trusted: behind a proxy not the connection's. */
  remoteAddr: string;
  remoteUser = "";
  /** For redirects to https and X-Forwarded-Proto. */
  passScheme: string;
  passPort: string;
  /** The port that a trusted proxy told. */
  forwardedPort: string | undefined;
  bestHost: string;
  route: Route | undefined;
  /** The virtual server that the host chose. */
  server: ServerOptions | undefined;
  /** The path after a rewrite; `rewritten` tells whether there was one. */
  path: string;
  args: string;
  rewritten = false;
  /** The target to send on, where a rewrite has made it whole. */
  target: string | undefined;
  /** `-` until a location is chosen. */
  upstreamName = "-";
  alternativeName = "";
  readonly tries: Try[] = [];
  /** Fields that the request takes on for the upstream; an empty value takes one off. */
  readonly toUpstream: [string, string][] = [];
  /** Fields of the answer, set over what the upstream says. */
  readonly toClient: [string, string][] = [];
  /** Fields added to the answer beside those of the same name. */
  readonly added: [string, string][] = [];
  /** The same, on answers that nginx' add_header takes for good ones. */
  readonly addedToGood: [string, string][] = [];
  /** Upstreams that get a copy of the request, whose answers nobody reads. */
  readonly mirrors: string[] = [];
  bodyBytesSent = 0;
  bodyBytesReceived = 0;
  /** Whether the client went away before it was answered. */
  left = false;
  readonly #onLeave: (() => void)[] = [];
  /** Run when the answer is done. */
  readonly endings: (() => void)[] = [];

  constructor(o: {
    request: Request;
    context: ExchangeContext;
    scheme: "http" | "https";
    uri: RequestUri;
    host: string;
    startMs: number;
    id: string;
    connection: number;
    tls: TlsFacts | undefined;
  }) {
    this.request = o.request;
    this.context = o.context;
    this.trace = o.context.trace;
    this.scheme = o.scheme;
    this.uri = o.uri;
    this.httpHost = o.uri.authority ?? header(o.request.headers, "host") ?? "";
    this.host = o.host;
    this.startMs = o.startMs;
    this.id = o.id;
    this.local = o.context.connection.local;
    this.client = o.context.connection.remote;
    this.connection = o.connection;
    this.tls = o.tls;
    this.remoteAddr = this.client.ip;
    this.passScheme = o.scheme;
    this.passPort = o.scheme === "https" ? "443" : String(this.local.port);
    this.bestHost = this.httpHost || o.host;
    this.path = o.uri.path;
    this.args = o.uri.args;
  }

  header(name: string): string | undefined {
    return header(this.request.headers, name);
  }

  /** A cookie of the request, by its name in any case, as nginx's $cookie_ variables. */
  cookie(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (const [field, value] of this.request.headers) {
      if (field.toLowerCase() !== "cookie") continue;
      for (const pair of value.split(/;\s*/)) {
        const equals = pair.indexOf("=");
        if (equals > 0 && pair.slice(0, equals).trim().toLowerCase() === wanted) {
          return pair.slice(equals + 1);
        }
      }
    }
    return undefined;
  }

  /** Calls back when the client goes away before it is answered; at once when it has. */
  onLeave(act: () => void): void {
    if (this.left) act();
    else this.#onLeave.push(act);
  }

  /** The client has gone: nobody waits for an answer any more. */
  leave(): void {
    this.left = true;
    for (const act of this.#onLeave.splice(0)) act();
  }

  /** "GET /web HTTP/1.1" */
  get requestLine(): string {
    const { method, target, version } = this.request;
    return `${method} ${target} ${version}`;
  }
}

/** Fields without those of these names. */
export function without(fields: readonly HeaderField[], names: ReadonlySet<string>): HeaderField[] {
  return fields.filter(([name]) => !names.has(name.toLowerCase()));
}
