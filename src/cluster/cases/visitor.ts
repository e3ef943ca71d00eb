// Sends the requests of cases, as a guest from the street does, and keeps what came back.

import { base64, text, utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import type { Connection } from "../../net/connection.ts";
import { HttpClient } from "../../net/http/client.ts";
import type { HeaderField } from "../../net/http/message.ts";
import type { Host } from "../../net/network.ts";
import type { Identity, TlsSession } from "../../net/tls/contract.ts";
import { connectTls } from "../../net/tls/secure.ts";
import type { SecureConnection } from "../../net/tls/secure.ts";
import { Trace } from "../../net/trace.ts";
import type { Certificate } from "../../net/x509/certificate.ts";
import type { Cluster } from "../cluster.ts";
import type { RequestOf } from "./format.ts";

/** The controller's one public address. */
const entrance = "203.0.113.10";

export interface Reply {
  readonly status: number;
  readonly proto: string;
  readonly headers: readonly HeaderField[];
  readonly body: string;
  readonly trace: Trace;
  /** The certificates that the controller showed. */
  readonly chain: readonly Certificate[];
  /** Undefined over plain HTTP. */
  readonly session: TlsSession | undefined;
}

export class Visitor {
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #identities: Readonly<Record<string, Identity>>;
  readonly #hosts = new Map<string, Host>();
  /** Cookies kept by earlier requests. */
  readonly captured = new Map<string, string>();

  constructor(cluster: Cluster, identities: Readonly<Record<string, Identity>>) {
    this.#cluster = cluster;
    this.#identities = identities;
    this.#random = cluster.random.fork("guests");
  }

  /** Many requests at once. */
  visitAll(request: RequestOf, count: number): Promise<Reply[]> {
    const all = Array.from({ length: count }, () => this.#visit(request));
    return this.#cluster.clock.finish(Promise.all(all), { limitMs: 600_000 });
  }

  visit(request: RequestOf): Promise<Reply> {
    return this.#cluster.clock.finish(this.#visit(request), { limitMs: 600_000 });
  }

  async #visit(request: RequestOf): Promise<Reply> {
    const { network, clock } = this.#cluster;
    const trace = new Trace({ id: "case", now: () => clock.now() });
    const to = { ip: entrance, port: request.scheme === "https" ? 443 : 80 };
    const dialled = await network.dial(this.#from(request.clientIP), to, trace);
    const secure = request.scheme === "https" ? await this.#secured(dialled, request) : undefined;
    const connection = secure ?? dialled;
    const client = new HttpClient(connection);
    const response = await client.send({
      method: request.method,
      target: targetOf(request),
      headers: this.#fields(request),
      ...(request.body !== undefined && { body: request.body }),
    });
    const body = text(await response.body.bytes());
    client.close();
    const { status, version, headers } = response;
    const chain = secure?.session.peerChain ?? [];
    return { status, proto: version, headers, body, trace, chain, session: secure?.session };
  }

  /** TLS without checking whom it is spoken to: what is served is the case's to judge. */
  #secured(
    connection: Connection,
    { sni, clientCertificate }: RequestOf,
  ): Promise<SecureConnection> {
    const identity = clientCertificate ? this.#identities[clientCertificate] : undefined;
    return connectTls(connection, {
      random: this.#random,
      now: () => this.#cluster.clock.now(),
      alpn: ["http/1.1"],
      check: () => undefined,
      ...(sni !== null && sni !== undefined && { serverName: sni }),
      ...(identity && { identity }),
    });
  }

  #from(ip: string | undefined): Host {
    if (ip === undefined) return this.#cluster.laptop;
    const known = this.#hosts.get(ip);
    if (known) return known;
    const host: Host = { actor: `client/${ip}`, ip };
    this.#cluster.network.attach(host);
    this.#hosts.set(ip, host);
    return host;
  }

  #fields({ host, headers = {}, cookies = {}, basicAuth }: RequestOf): HeaderField[] {
    const fields: HeaderField[] = [["Host", host ?? entrance]];
    fields.push(...Object.entries(headers));
    const pairs = Object.entries(cookies).map(([name, value]) => {
      const captured = /^\$captured:(.*)$/.exec(value)?.[1];
      return `${name}=${captured === undefined ? value : (this.captured.get(captured) ?? "")}`;
    });
    if (pairs.length > 0) fields.push(["Cookie", pairs.join("; ")]);
    if (basicAuth) {
      fields.push(["Authorization", `Basic ${base64(utf8(basicAuth.join(":")))}`]);
    }
    return fields;
  }
}

function targetOf({ path, query }: RequestOf): string {
  if (!query) return path;
  return `${path}?${new URLSearchParams({ ...query }).toString()}`;
}
