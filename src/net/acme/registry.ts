// The city registry's counter for machines: an ACME server (RFC 8555) in the street, at
// https://acme.city.example/directory. It signs for a name only after it has fetched the token from
// http://NAME/.well-known/acme-challenge/ itself, from outside, as anybody would.
//
// Simplified: HTTP-01 only, ES256 only, no key change, no revocation, no rate limits; an order's
// certificate is there at once when it is finalized. Faults are told in Boulder's words.

import { text, utf8 } from "../../base/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Connection } from "../connection.ts";
import { acceptTls } from "../tls/secure.ts";
import type { Identity } from "../tls/contract.ts";
import { serveHttp } from "../http/server.ts";
import type { Answer } from "../http/server.ts";
import { HttpError } from "../http/message.ts";
import type { Request } from "../http/message.ts";
import type { Host, Network } from "../network.ts";
import { issue } from "../x509/build.ts";
import { printCertificate } from "../x509/certificate.ts";
import { EncodingError } from "../x509/der.ts";
import { decodeAltNames } from "../x509/extensions.ts";
import { generateEcKey } from "../x509/keys.ts";
import { oid } from "../x509/oid.ts";
import { cityRegistry } from "../x509/registry.ts";
import { parseRequest } from "../x509/request.ts";
import { base64url, fromBase64url, isGenuine, readJws, thumbprint } from "./jws.ts";
import type { Jwk, Jws } from "./jws.ts";
import { validateHttp01 } from "./validation.ts";
import type { Problem } from "./validation.ts";

export interface RegistryOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly host: Host;
  /** "acme.city.example" */
  readonly name: string;
}

interface Account {
  readonly url: string;
  readonly jwk: Jwk;
  contact: readonly string[];
}

type State = "pending" | "processing" | "ready" | "valid" | "invalid";

interface Authorization {
  readonly url: string;
  readonly account: Account;
  readonly name: string;
  readonly token: string;
  status: State;
  challenge: State;
  problem?: Problem;
}

interface Order {
  readonly url: string;
  readonly account: Account;
  readonly names: readonly string[];
  readonly authorizations: readonly Authorization[];
  status: State;
  certificate?: string;
}

/** A refusal: problem+json. */
class Refusal extends Error {
  override name = "Refusal";
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, detail: string) {
    super(detail);
    this.status = status;
    this.type = type;
  }
}

const yearMs = 365 * 86_400_000;
const lifetimeMs = 90 * 86_400_000;
/** Nonces given out and not used; more, and all are forgotten. */
const noncesMax = 1_000;

export class AcmeRegistry {
  readonly #o: RegistryOptions;
  readonly #root = cityRegistry();
  readonly #identity: Identity;
  readonly #accounts = new Map<string, Account>();
  readonly #orders = new Map<string, Order>();
  readonly #authorizations = new Map<string, Authorization>();
  readonly #nonces = new Set<string>();
  #count = 0;

  constructor(o: RegistryOptions) {
    this.#o = o;
    const key = generateEcKey(o.random);
    const nowMs = o.clock.now();
    const certificate = issue({
      subject: [{ type: "CN", value: o.name }],
      key,
      issuer: this.#root,
      dns: [o.name],
      purposes: [oid.serverAuth],
      notBeforeMs: Date.UTC(2020, 0, 1),
      notAfterMs: nowMs + 10 * yearMs,
      random: o.random,
    });
    this.#identity = { chain: [certificate], key };
  }

  async accept(connection: Connection): Promise<void> {
    const { random, clock, host } = this.#o;
    const certificate = (): Identity => this.#identity;
    const config = { random, now: () => clock.now(), alpn: ["http/1.1"], certificate };
    let secure: Connection;
    try {
      secure = await acceptTls(connection, config, { by: host.actor, why: "the city registry" });
    } catch {
      return; // told to the peer already
    }
    const handle = (request: Request): Promise<Answer> => this.#answer(request);
    await serveHttp(secure, { by: host.actor, scheme: "https", handle });
  }

  async #answer(request: Request): Promise<Answer> {
    const path = request.target.split("?")[0]!;
    try {
      if (path === "/directory") return this.#json(200, this.#directory());
      if (path === "/new-nonce") return { ...this.#json(200, undefined), body: "" };
      if (request.method !== "POST") throw new HttpError(405, "only POST here");
      return await this.#posted(path, JSON.parse(text(await request.body.bytes())) as Jws);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (error instanceof Refusal) {
        const { status, message: detail } = error;
        return this.#json(status, { type: error.type, detail, status });
      }
      if (!(error instanceof SyntaxError || error instanceof EncodingError)) throw error;
      const type = "urn:ietf:params:acme:error:malformed";
      return this.#json(400, { type, detail: "Parse error reading JWS", status: 400 });
    }
  }

  #directory(): unknown {
    const at = (path: string): string => `https://${this.#o.name}/${path}`;
    return {
      newNonce: at("new-nonce"),
      newAccount: at("new-acct"),
      newOrder: at("new-order"),
      meta: { termsOfService: at("terms"), website: at("") },
    };
  }

  async #posted(path: string, jws: Jws): Promise<Answer> {
    const { head, payload } = readJws(jws);
    const url = `https://${this.#o.name}${path}`;
    if (!this.#nonces.delete(head.nonce)) {
      throw new Refusal(
        400,
        acme("badNonce"),
        "Unable to validate JWS :: invalid anti-replay nonce",
      );
    }
    const jwk = head.jwk ?? [...this.#accounts.values()].find((one) => one.url === head.kid)?.jwk;
    if (!jwk) {
      throw new Refusal(400, acme("accountDoesNotExist"), `Account "${head.kid ?? ""}" not found`);
    }
    if (head.url !== url || !isGenuine(jws, jwk)) {
      throw new Refusal(400, acme("malformed"), "JWS verification error");
    }
    if (path === "/new-acct") return this.#newAccount(jwk, payload);
    const account = this.#accounts.get(thumbprint(jwk));
    if (!account) throw new Refusal(400, acme("accountDoesNotExist"), "Account not found");
    return this.#forAccount(account, path, url, payload);
  }

  async #forAccount(
    account: Account,
    path: string,
    url: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    if (path === "/new-order") return this.#newOrder(account, payload);
    const [, what = "", id = ""] = path.split("/");
    const authorization = this.#authorizations.get(id);
    const order = this.#orders.get(id);
    if (what === "authz" && authorization?.account === account) {
      return this.#json(200, this.#shownAuthorization(authorization));
    }
    if (what === "chall" && authorization?.account === account) {
      if (authorization.challenge === "pending") this.#validate(authorization);
      return this.#json(200, this.#shownChallenge(authorization));
    }
    if (what === "finalize" && order?.account === account) this.#finalize(order, payload);
    if ((what === "order" || what === "finalize") && order?.account === account) {
      return this.#json(200, this.#shownOrder(order), order.url);
    }
    if (what === "cert" && order?.account === account && order.certificate !== undefined) {
      const type = ["Content-Type", "application/pem-certificate-chain"] as const;
      return { status: 200, headers: [type, this.#nonce()], body: order.certificate };
    }
    if (url === account.url) return this.#json(200, this.#shownAccount(account), url);
    throw new Refusal(404, acme("malformed"), "No such resource");
  }

  #newAccount(jwk: Jwk, payload: Readonly<Record<string, unknown>>): Answer {
    const print = thumbprint(jwk);
    const known = this.#accounts.get(print);
    if (known) return this.#json(200, this.#shownAccount(known), known.url);
    const contact = Array.isArray(payload["contact"]) ? payload["contact"].map(String) : [];
    const account = { url: this.#url("acct"), jwk, contact };
    this.#accounts.set(print, account);
    return this.#json(201, this.#shownAccount(account), account.url);
  }

  #shownAccount({ contact }: Account): unknown {
    return { status: "valid", contact };
  }

  #newOrder(account: Account, payload: Readonly<Record<string, unknown>>): Answer {
    const asked = Array.isArray(payload["identifiers"]) ? payload["identifiers"] : [];
    const names = asked.map((one: { value?: unknown }) => String(one.value).toLowerCase());
    const wild = names.find((name) => name.startsWith("*.") || !name.includes("."));
    if (names.length === 0 || wild !== undefined) {
      const why = `Cannot issue for "${wild ?? ""}": only HTTP-01, which proves single public names`;
      throw new Refusal(400, acme("rejectedIdentifier"), why);
    }
    const authorizations = names.map((name): Authorization => {
      const url = this.#url("authz");
      const token = base64url(this.#o.random.bytes(32));
      const made: Authorization = {
        ...{ url, account, name, token },
        status: "pending",
        challenge: "pending",
      };
      this.#authorizations.set(idOf(url), made);
      return made;
    });
    const url = this.#url("order");
    const order: Order = { url, account, names, authorizations, status: "pending" };
    this.#orders.set(idOf(url), order);
    return this.#json(201, this.#shownOrder(order), url);
  }

  #shownOrder(order: Order): unknown {
    const states = order.authorizations.map(({ status }) => status);
    if (order.status === "pending" && states.includes("invalid")) order.status = "invalid";
    if (order.status === "pending" && states.every((one) => one === "valid")) {
      order.status = "ready";
    }
    const { status, names, authorizations, certificate } = order;
    const id = idOf(order.url);
    return {
      status,
      identifiers: names.map((value) => ({ type: "dns", value })),
      authorizations: authorizations.map(({ url }) => url),
      finalize: this.#at("finalize", id),
      ...(certificate !== undefined && { certificate: this.#at("cert", id) }),
    };
  }

  #shownAuthorization(one: Authorization): unknown {
    const { status, name } = one;
    const identifier = { type: "dns", value: name };
    return { status, identifier, challenges: [this.#shownChallenge(one)] };
  }

  #shownChallenge({ url, token, challenge, problem }: Authorization): unknown {
    const own = this.#at("chall", idOf(url));
    return {
      type: "http-01",
      url: own,
      token,
      status: challenge,
      ...(problem && { error: problem }),
    };
  }

  /** Goes and looks; the answer stands in the authorization afterwards. */
  #validate(one: Authorization): void {
    one.challenge = "processing";
    const { name, token, account } = one;
    const key = `${token}.${thumbprint(account.jwk)}`;
    const done = (problem: Problem | undefined): void => {
      one.challenge = one.status = problem ? "invalid" : "valid";
      if (problem) one.problem = problem;
    };
    this.#o.clock.after(0, () => {
      void validateHttp01(this.#o, { name, token, key }).then(done);
    });
  }

  #finalize(order: Order, payload: Readonly<Record<string, unknown>>): void {
    this.#shownOrder(order);
    if (order.status === "valid") return;
    if (order.status !== "ready") {
      const why = `Order's status ("${order.status}") is not acceptable for finalization`;
      throw new Refusal(403, acme("orderNotReady"), why);
    }
    const csr = parseRequest(fromBase64url(String(payload["csr"] ?? "")));
    const value = csr.extensions?.find(({ id }) => id === oid.subjectAltName)?.value;
    const names = value ? decodeAltNames(value).dns : [];
    const same = [...names].sort().join() === [...order.names].sort().join();
    if (!csr.genuine || !same) {
      const why = "Error finalizing order :: CSR does not specify same identifiers as Order";
      throw new Refusal(400, acme("badCSR"), why);
    }
    const notBeforeMs = Math.floor(this.#o.clock.now() / 1000) * 1000;
    const leaf = issue({
      subject: [{ type: "CN", value: order.names[0]! }],
      key: csr.publicKey,
      issuer: this.#root,
      dns: order.names,
      keyUsage: ["digitalSignature"],
      purposes: [oid.serverAuth, oid.clientAuth],
      notBeforeMs,
      notAfterMs: notBeforeMs + lifetimeMs,
      random: this.#o.random,
    });
    order.certificate = printCertificate(leaf);
    order.status = "valid";
  }

  #json(status: number, value: unknown, location?: string): Answer {
    const type = status < 400 ? "application/json" : "application/problem+json";
    return {
      status,
      headers: [
        ["Content-Type", type],
        this.#nonce(),
        ["Cache-Control", "public, max-age=0, no-cache"],
        ...(location === undefined ? [] : [["Location", location] as const]),
      ],
      body: value === undefined ? "" : utf8(`${JSON.stringify(value, null, 2)}\n`),
    };
  }

  #nonce(): readonly [string, string] {
    const nonce = base64url(this.#o.random.bytes(24));
    if (this.#nonces.size >= noncesMax) this.#nonces.clear();
    this.#nonces.add(nonce);
    return ["Replay-Nonce", nonce];
  }

  #url(what: string): string {
    return this.#at(what, String(++this.#count));
  }

  #at(what: string, id: string): string {
    return `https://${this.#o.name}/${what}/${id}`;
  }
}

function idOf(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

function acme(type: string): string {
  return `urn:ietf:params:acme:error:${type}`;
}
