// Sends the requests of Gateway API's cases from outside the cluster, and keeps what came back.

import { text, utf8 } from "../../../base/bytes.ts";
import type { Random } from "../../../base/random.ts";
import type { Connection } from "../../../net/connection.ts";
import { NetError } from "../../../net/errors.ts";
import { HttpClient } from "../../../net/http/client.ts";
import type { HeaderField } from "../../../net/http/message.ts";
import { TlsAlert } from "../../../net/tls/alerts.ts";
import { connectTls } from "../../../net/tls/secure.ts";
import { Trace } from "../../../net/trace.ts";
import { parseCertificates } from "../../../net/x509/certificate.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { readKeyPair } from "../../../net/x509/keypair.ts";
import { fromBase64 } from "../../../base/bytes.ts";
import { verifyChain } from "../../../net/x509/verify.ts";
import type { Obj } from "../../../api/object.ts";
import type { RequestCase, RequestOf } from "./format.ts";
import type { Stage } from "./stage.ts";

/** What an HTTP request, or bytes over a bare connection, came to. */
export interface Reply {
  /** 0 when there was no answer in HTTP. */
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly body: string;
  /** Why nothing came back. */
  readonly failure: string | undefined;
}

export class Visitor {
  readonly #stage: Stage;
  readonly #random: Random;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#random = stage.cluster.random.fork("guests");
  }

  async visit({ to, request }: RequestCase): Promise<Reply> {
    const [trusted, identity] = await this.#material(request);
    const gateway = (await this.#stage.get("Gateway", to.gateway)) as
      (Obj & { status?: { addresses?: { value: string }[] } }) | undefined;
    const ip = gateway?.status?.addresses?.[0]?.value;
    if (ip === undefined) return failed("the Gateway has no address");
    const work = this.#talk(request, { ip, port: to.port }, trusted, identity);
    return this.#stage.cluster.clock.finish(work, { limitMs: 600_000 });
  }

  async #talk(
    request: RequestOf,
    to: { ip: string; port: number },
    trusted: readonly Certificate[] | undefined,
    identity: ReturnType<typeof readKeyPair> | undefined,
  ): Promise<Reply> {
    const { network, clock, laptop } = this.#stage.cluster;
    const trace = new Trace({ id: "case", now: () => clock.now() });
    let connection: Connection | undefined;
    try {
      connection = await network.dial(laptop, to, trace);
      const { tls } = request;
      if (tls || request.scheme === "https") {
        const { serverName } = tls ?? {};
        connection = await connectTls(connection, {
          random: this.#random,
          now: () => clock.now(),
          ...(request.protocol?.startsWith("TLS") ? {} : { alpn: ["http/1.1"] }),
          ...(serverName !== undefined && { serverName }),
          ...(identity && { identity }),
          check: (chain) => {
            if (!trusted) return undefined;
            const nowMs = clock.now();
            const result = verifyChain({ chain, trusted, nowMs, purpose: "server" });
            if (!result.ok) return result.reason;
            const named = serverName === undefined || isFor(chain[0], serverName);
            return named ? undefined : "wrong host";
          },
        });
      }
      return await this.#exchange(connection, request, to);
    } catch (error) {
      if (!(error instanceof NetError) && !(error instanceof TlsAlert)) throw error;
      return failed(error.message);
    } finally {
      connection?.destroy();
    }
  }

  async #exchange(
    connection: Connection,
    request: RequestOf,
    to: { ip: string; port: number },
  ): Promise<Reply> {
    if (request.protocol === "TCP" || request.protocol === "TLS-over-TCP") {
      await connection.write(utf8("hello\n"));
      const bytes = await connection.read();
      if (bytes === null) return failed("the connection ended without an answer");
      return { status: 0, headers: [], body: text(bytes), failure: undefined };
    }
    const client = new HttpClient(connection);
    const usual = to.port === (request.scheme === "https" ? 443 : 80);
    const host = request.host ?? (usual ? to.ip : `${to.ip}:${to.port}`);
    const uuid = `case-${this.#stage.number()}`;
    const response = await client.send({
      method: request.method ?? "GET",
      target: (request.path ?? "/").replace("{uuid}", uuid),
      headers: [["Host", host], ...fieldsOf(request)],
    });
    const body = text(await response.body.bytes());
    return { status: response.status, headers: response.headers, body, failure: undefined };
  }

  /** The authorities that the request trusts, and the certificate that it shows. */
  async #material(
    request: RequestOf,
  ): Promise<[readonly Certificate[] | undefined, ReturnType<typeof readKeyPair> | undefined]> {
    const { trust, clientCertificateSecret: shown } = request.tls ?? {};
    const pem = trust
      ? await this.#data(
          trust.secret ? "Secret" : "ConfigMap",
          trust.secret ?? trust.configMap!,
          trust.key,
        )
      : undefined;
    const identity = shown
      ? readKeyPair(
          await this.#data("Secret", shown, "tls.crt"),
          await this.#data("Secret", shown, "tls.key"),
        )
      : undefined;
    return [pem === undefined ? undefined : parseCertificates(pem), identity];
  }

  async #data(kind: "Secret" | "ConfigMap", name: string, key: string): Promise<string> {
    const object = (await this.#stage.get(kind, name)) as
      (Obj & { data?: Record<string, string> }) | undefined;
    const value = object?.data?.[key] ?? "";
    return kind === "Secret" ? text(fromBase64(value)) : value;
  }
}

/** Plain RFC 6125: the cases' certificates rely on "*.org", which browsers refuse. */
function isFor({ altNames }: Certificate, host: string): boolean {
  const rest = host.slice(host.indexOf("."));
  return (altNames?.dns ?? []).some((name) => name === host || name === `*${rest}`);
}

function fieldsOf({ headers = {}, backendSetsResponseHeaders: set }: RequestOf): HeaderField[] {
  const fields: HeaderField[] = Object.entries(headers);
  const asked = Object.entries(set ?? {}).map(([name, value]) => `${name}:${value}`);
  return asked.length > 0 ? [...fields, ["X-Echo-Set-Header", asked.join(",")]] : fields;
}

function failed(failure: string): Reply {
  return { status: 0, headers: [], body: "", failure };
}
