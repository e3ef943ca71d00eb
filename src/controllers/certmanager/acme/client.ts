// What cert-manager says to an ACME server: signed requests over https, from its own Pod.
// Models third_party/forked/acme (golang.org/x/crypto/acme), with keys on P-256.

import { isObject } from "../../../api/json.ts";
import { text, fromBase64 } from "../../../base/bytes.ts";
import { header } from "../../../net/http/message.ts";
import { jwkOf, signJws, thumbprint } from "../../../net/acme/jws.ts";
import { visit, VisitFault } from "../../../net/acme/visit.ts";
import type { Errand, Reply } from "../../../net/acme/visit.ts";
import { parseCertificates } from "../../../net/x509/certificate.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { cityRootPem } from "../../../net/x509/cityroot.ts";
import { EncodingError } from "../../../net/x509/der.ts";
import type { EcPrivateKey } from "../../../net/x509/keys.ts";
import type { Desk } from "../desk.ts";
import type { AcmeIssuer } from "../kinds.ts";
import type { AcmeState } from "./kinds.ts";

/** A problem that the server answered with; the message is Go's. */
export class AcmeError extends Error {
  override name = "AcmeError";
  readonly status: number;
  readonly detail: string;

  constructor(status: number, type: string, detail: string) {
    super(`${status} ${type}: ${detail}`);
    this.status = status;
    this.detail = detail;
  }
}

interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
}

export interface ServerOrder {
  readonly url: string;
  readonly status: AcmeState;
  readonly authorizations: readonly string[];
  readonly finalize: string;
  readonly certificate?: string;
}

export interface ServerChallenge {
  readonly type: string;
  readonly url: string;
  readonly token: string;
  readonly status: AcmeState;
  readonly error?: { readonly type: string; readonly detail: string; readonly status: number };
}

export interface ServerAuthorization {
  readonly status: AcmeState;
  readonly identifier: { readonly value: string };
  readonly wildcard?: boolean;
  readonly challenges: readonly ServerChallenge[];
}

const userAgent = "cert-manager-challenges/v1.19.1 (linux/amd64) cert-manager/git";

/** All methods throw AcmeError and VisitFault. */
export class AcmeClient {
  readonly #desk: Desk;
  readonly #server: string;
  readonly #trusted: readonly Certificate[] | undefined;
  readonly #key: EcPrivateKey;
  #directory: Directory | undefined;
  #nonce: string | undefined;
  #account: string | undefined;

  constructor(desk: Desk, { server, skipTLSVerify, caBundle }: AcmeIssuer, key: EcPrivateKey) {
    this.#desk = desk;
    this.#server = server;
    this.#key = key;
    this.#trusted = skipTLSVerify ? undefined : trusted(caBundle);
  }

  /** What a challenge's token is answered with. */
  answerFor(token: string): string {
    return `${token}.${thumbprint(jwkOf(this.#key))}`;
  }

  /** Finds or makes the account; gives its URL. */
  async register(email: string | undefined): Promise<string> {
    const contact = email ? [`mailto:${email.toLowerCase()}`] : [];
    const { newAccount } = await this.#found();
    const reply = await this.#post(newAccount, { termsOfServiceAgreed: true, contact }, true);
    this.#account = header(reply.headers, "location") ?? "";
    return this.#account;
  }

  async newOrder(names: readonly string[]): Promise<ServerOrder> {
    const { newOrder } = await this.#found();
    const identifiers = names.map((value) => ({ type: "dns", value }));
    const reply = await this.#post(newOrder, { identifiers });
    return { ...(JSON.parse(reply.body) as ServerOrder), url: header(reply.headers, "location")! };
  }

  async order(url: string): Promise<ServerOrder> {
    const reply = await this.#post(url, undefined);
    return { ...(JSON.parse(reply.body) as ServerOrder), url };
  }

  async authorization(url: string): Promise<ServerAuthorization> {
    return JSON.parse((await this.#post(url, undefined)).body) as ServerAuthorization;
  }

  async accept(url: string): Promise<ServerChallenge> {
    return JSON.parse((await this.#post(url, {})).body) as ServerChallenge;
  }

  /** @param csr base64url of DER; gives the chain as PEM */
  async finalize(url: string, csr: string): Promise<string> {
    const reply = await this.#post(url, { csr });
    const { certificate = "" } = JSON.parse(reply.body) as ServerOrder;
    return this.certificate(certificate);
  }

  async certificate(url: string): Promise<string> {
    return (await this.#post(url, undefined)).body;
  }

  async #found(): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const { status, body } = await this.#visit({ method: "GET", url: this.#server });
    const found = objectIn(body);
    const whole = ["newNonce", "newAccount", "newOrder"].every(
      (name) => typeof found[name] === "string",
    );
    if (status !== 200 || !whole) throw new AcmeError(status, "", body.slice(0, 100));
    return (this.#directory = found as unknown as Directory);
  }

  async #post(url: string, payload: unknown, first = false): Promise<Reply> {
    const { newNonce } = await this.#found();
    if (!first && this.#account === undefined) await this.register(undefined);
    if (this.#nonce === undefined)
      this.#noted(await this.#visit({ method: "HEAD", url: newNonce }));
    const nonce = this.#nonce ?? "";
    this.#nonce = undefined;
    const who = first ? { jwk: jwkOf(this.#key) } : { kid: this.#account ?? "" };
    const body = JSON.stringify(signJws(this.#key, { alg: "ES256", ...who, nonce, url }, payload));
    const headers = [["Content-Type", "application/jose+json"]] as const;
    const reply = await this.#visit({ method: "POST", url, headers, body });
    this.#noted(reply);
    if (reply.status < 400) return reply;
    const { type = "", detail = "" } = objectIn(reply.body);
    throw new AcmeError(reply.status, String(type), String(detail));
  }

  #noted({ headers }: Reply): void {
    this.#nonce = header(headers, "replay-nonce");
  }

  async #visit(errand: Errand): Promise<Reply> {
    const { network, clock, random, host } = this.#desk.o;
    const trust = this.#trusted && { trusted: this.#trusted };
    try {
      return await visit({ network, clock, random, host, userAgent }, { ...errand, ...trust });
    } catch (error) {
      if (!(error instanceof VisitFault)) throw error;
      const verb = errand.method.charAt(0) + errand.method.slice(1).toLowerCase();
      throw new VisitFault(error.at, `${verb} "${errand.url}": ${error.message}`, error.ip);
    }
  }
}

/** Nothing where somebody answered who is no ACME server. */
function objectIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The image's own trust store, and what the issuer adds. */
function trusted(caBundle: string | undefined): readonly Certificate[] {
  const own = parseCertificates(cityRootPem);
  if (!caBundle) return own;
  try {
    return [...own, ...parseCertificates(text(fromBase64(caBundle)))];
  } catch (error) {
    if (error instanceof EncodingError) return own;
    throw error;
  }
}
