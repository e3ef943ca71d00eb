// Certificates: every Secret that a tls section of an Ingress names is one for all hosts, chosen
// by the name that a client asks for; nobody's name gets Traefik's own certificate. Models
// getCertificates of the provider and pkg/tls.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import type { Random } from "../../../base/random.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import { issue } from "../../../net/x509/build.ts";
import { coversHost } from "../../../net/x509/hostname.ts";
import { generateEcKey } from "../../../net/x509/keys.ts";
import { oid } from "../../../net/x509/oid.ts";
import type { World } from "../../compile/world.ts";
import type { Shown } from "../../tls/door.ts";
import { readPair } from "../../tls/pair.ts";

export interface CertificateReading {
  readonly identities: readonly { readonly secret: string; readonly identity: Identity }[];
  /** Why the first unusable Secret cannot be used; those after it are not looked at. */
  readonly error: string | undefined;
}

/** The certificates that an Ingress brings. */
export function certificatesOf(ingress: Ingress, world: World): CertificateReading {
  const { namespace = "default" } = ingress.metadata;
  const identities: { secret: string; identity: Identity }[] = [];
  for (const { secretName } of ingress.spec.tls ?? []) {
    if (!secretName) continue;
    const secret = `${namespace}/${secretName}`;
    const found = world.get(Secret, secret);
    if (!found) return { identities, error: `secret ${secret} does not exist` };
    const lacks = (test: (value: string | undefined) => boolean): string =>
      ["tls.crt", "tls.key"].filter((name) => test(found.data?.[name])).join(", ");
    const missing = lacks((value) => value === undefined);
    if (missing) {
      const error = `secret ${secret} is missing the following TLS data entries: ${missing}`;
      return { identities, error };
    }
    const empty = lacks((value) => value === "");
    if (empty) {
      const error = `secret ${secret} contains the following empty TLS data entries: ${empty}`;
      return { identities, error };
    }
    const { identity } = readPair(found);
    if (identity) identities.push({ secret, identity });
  }
  return { identities, error: undefined };
}

/** The certificate for a server name: the first in the order of the Secrets that covers it. */
export function choose(
  serverName: string | undefined,
  known: ReadonlyMap<string, Identity>,
  fallback: () => Identity,
): Shown {
  const nothing = { asksClient: false, authorities: [] };
  for (const secret of serverName === undefined ? [] : [...known.keys()].sort()) {
    const identity = known.get(secret)!;
    if (!coversHost(identity.chain[0], serverName!)) continue;
    return {
      identity,
      why: `the certificate of Secret ${secret} covers ${serverName}`,
      ...nothing,
    };
  }
  const why =
    serverName === undefined
      ? "no server name was sent: Traefik's default certificate"
      : `no certificate covers ${serverName}: Traefik's default certificate`;
  return { identity: fallback(), why, ...nothing };
}

/** Models pkg/tls/generate: self-signed, for a name that nobody asks for. */
export function defaultIdentity(random: Random, nowMs: number): Identity {
  const key = generateEcKey(random);
  const word = (): string =>
    [...random.bytes(16)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const certificate = issue({
    subject: [{ type: "CN", value: "TRAEFIK DEFAULT CERT" }],
    key,
    notBeforeMs: nowMs,
    notAfterMs: nowMs + 365 * 86_400_000,
    random,
    dns: [`${word()}.${word()}.traefik.default`],
    keyUsage: ["digitalSignature", "keyEncipherment"],
    purposes: [oid.serverAuth],
  });
  return { chain: [certificate], key };
}
