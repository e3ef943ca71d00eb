// Which certificate ingress-nginx shows for which host, and what it logs about certificates.
// Models the SSL part of createServers (internal/ingress/controller/controller.go) and
// store/backend_ssl.go.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import type { Key } from "../../../api/object.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { coversHost, matchesName } from "../../../net/x509/hostname.ts";
import { commonName } from "../../../net/x509/name.ts";
import { ownerOf } from "../../compile/profile.ts";
import { writtenHosts } from "../../compile/rules.ts";
import type { World } from "../../compile/world.ts";
import { structured } from "../../klog.ts";
import { readPair } from "../../tls/pair.ts";
import type { SecretPair } from "../../tls/pair.ts";
import { older } from "./profile.ts";
import { secretsOf } from "./secrets.ts";
import type { LogLine } from "./upstreams.ts";

/** A certificate that is about to expire is told of so long before. */
const warnMs = 240 * 3_600_000;

export class CertificateStore {
  readonly #world: World;
  /** By Secret: what it was when it was read, and what it held. */
  readonly #known = new Map<Key, { secret: Secret; pair: SecretPair }>();
  /** Secrets whose absence or uselessness was told. */
  readonly #told = new Map<Key, Secret | undefined>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Undefined when the Secret is not there. */
  pair(key: Key): SecretPair | undefined {
    const secret = this.#world.get(Secret, key);
    if (!secret) return undefined;
    const known = this.#known.get(key);
    if (known?.secret === secret) return known.pair;
    const pair = readPair(secret);
    this.#known.set(key, { secret, pair });
    return pair;
  }

  /** What the store says as Secrets that Ingresses name come, change, or cannot be used. */
  sync(ingresses: readonly Ingress[]): LogLine[] {
    const lines: LogLine[] = [];
    for (const key of new Set(ingresses.flatMap(secretsOf))) {
      const secret = this.#world.get(Secret, key);
      if (this.#told.has(key) && this.#told.get(key) === secret) continue;
      const before = this.#told.get(key);
      this.#told.set(key, secret);
      const pair = this.pair(key);
      const error = secret ? pair!.error : `no object matching key "${key}" in local store`;
      const isAuthFile = secret?.data?.["auth"] !== undefined && pair?.identity === undefined;
      if (error === "") {
        const message = before ? "Updating secret in local store" : "Adding secret to local store";
        const source = before ? "backend_ssl.go:59" : "backend_ssl.go:67";
        lines.push(["I", source, structured(message, { name: key })]);
      } else if (!isAuthFile) {
        lines.push(["W", "backend_ssl.go:47", `Error obtaining X.509 certificate: ${error}`]);
      }
    }
    return lines;
  }

  /** The certificate of each host that a tls section is for, and the warnings of a sync. */
  assign(ingresses: readonly Ingress[], nowMs: number): Assignment {
    const byHost = new Map<string, Identity | undefined>();
    const log: LogLine[] = [];
    const sorted = [...ingresses].sort((a, b) => older(ownerOf(a), ownerOf(b)));
    for (const ingress of sorted) {
      if ((ingress.spec.tls ?? []).length === 0) continue;
      for (const host of writtenHosts(ingress)) {
        if (byHost.has(host) || host === "") continue;
        byHost.set(host, this.#certificateOf(host, ingress, nowMs, log));
      }
    }
    return { byHost, log };
  }

  #certificateOf(
    host: string,
    ingress: Ingress,
    nowMs: number,
    log: LogLine[],
  ): Identity | undefined {
    const warn = (source: string, text: string): void => void log.push(["W", source, text]);
    const key = this.#secretFor(host, ingress, warn);
    if (key === undefined) return undefined;
    const pair = this.pair(key);
    if (!pair || pair.error !== "") {
      const why = `local SSL certificate ${key} was not found`;
      const text = `Error getting SSL certificate "${key}": ${why}. Using default certificate`;
      warn("controller.go:1468", text);
      return undefined;
    }
    if (!pair.identity) {
      const what = `SSL certificate "${key}" does not contain a valid SSL certificate`;
      warn("controller.go:1474", `${what} for server "${host}"`);
      warn("controller.go:1475", "Using default certificate");
      return undefined;
    }
    const [leaf] = pair.identity.chain;
    if (!coversHost(leaf, host) && !this.#coveredByName(leaf, host, key, warn)) return undefined;
    const expires = goTime(leaf.notAfterMs);
    if (leaf.notAfterMs < nowMs) {
      warn("controller.go:1499", `SSL certificate for server "${host}" expired (${expires})`);
    } else if (leaf.notAfterMs < nowMs + warnMs) {
      const text = `SSL certificate for server "${host}" is about to expire (${expires})`;
      warn("controller.go:1501", text);
    }
    return pair.identity;
  }

  /** The old way: a certificate whose common name is the host is still shown. */
  #coveredByName(
    leaf: Certificate,
    host: string,
    key: Key,
    warn: (source: string, text: string) => void,
  ): boolean {
    const names = leaf.altNames?.dns ?? [];
    const name = commonName(leaf.subject);
    const byName = names.length === 0 && name !== undefined && matchesName(name, host);
    const error =
      names.length > 0
        ? `x509: certificate is valid for ${names.join(", ")}, not ${host}`
        : name !== undefined && byName
          ? "x509: certificate relies on legacy Common Name field, use SANs instead"
          : `x509: certificate is not valid for any names, but wanted to match ${host}`;
    warn(
      "controller.go:1482",
      `Unexpected error validating SSL certificate "${key}" for server "${host}": ${error}`,
    );
    const deprecated =
      "Validating certificate against DNS names. This will be deprecated in a future version";
    warn("controller.go:1483", deprecated);
    if (byName) return true;
    warn(
      "controller.go:1488",
      `SSL certificate "${key}" does not contain a Common Name or Subject Alternative Name ` +
        `for server "${host}": ${error}`,
    );
    warn("controller.go:1489", "Using default certificate");
    return false;
  }

  /** extractTLSSecretName: the Secret listed for the host, or one whose certificate covers it. */
  #secretFor(
    host: string,
    ingress: Ingress,
    warn: (source: string, text: string) => void,
  ): Key | undefined {
    const { namespace = "default" } = ingress.metadata;
    const { tls = [] } = ingress.spec;
    const listed = tls.find(({ hosts = [] }) => hosts.some((one) => one.toLowerCase() === host));
    if (listed) return listed.secretName ? `${namespace}/${listed.secretName}` : undefined;
    for (const { secretName } of tls) {
      if (!secretName) continue;
      const key = `${namespace}/${secretName}`;
      const pair = this.pair(key);
      if (!pair || pair.error !== "") {
        const why = `local SSL certificate ${key} was not found`;
        warn("controller.go:1600", `Error getting SSL certificate "${key}": ${why}`);
      } else if (pair.identity && coversHost(pair.identity.chain[0], host)) return key;
    }
    return undefined;
  }
}

export interface Assignment {
  /** Undefined: the default certificate. */
  readonly byHost: ReadonlyMap<string, Identity | undefined>;
  readonly log: readonly LogLine[];
}

/** Go's time.Time: "2024-01-01 00:00:00 +0000 UTC". */
function goTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}
