// Key exchange: one fresh secret a side, one shared secret of both (RFC 8446 section 7.4).

import { x25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import type { Random } from "../../base/random.ts";
import { TlsAlert } from "./alerts.ts";
import { groupCode, nameOf } from "./codes.ts";
import type { GroupName } from "./codes.ts";

export interface KeyShare {
  readonly group: GroupName;
  /** What the peer is told. */
  readonly public: Uint8Array;
  readonly secret: Uint8Array;
}

export const allGroups: readonly GroupName[] = ["X25519", "P-256", "P-384"];

const nist = { "P-256": p256, "P-384": p384 } as const;

/** The group of a code; undefined for one that we do not know. */
export function groupOf(code: number): GroupName | undefined {
  return nameOf(groupCode, code) as GroupName | undefined;
}

export function makeKeyShare(group: GroupName, random: Random): KeyShare {
  if (group === "X25519") {
    const secret = random.bytes(32);
    return { group, secret, public: x25519.getPublicKey(secret) };
  }
  const curve = nist[group];
  const secret = curve.utils.randomSecretKey(random.bytes(curve.lengths.seed!));
  return { group, secret, public: curve.getPublicKey(secret, false) };
}

/** The shared secret. Throws TlsAlert illegal_parameter for a share that is no point. */
export function sharedSecret({ group, secret }: KeyShare, peer: Uint8Array): Uint8Array {
  try {
    if (group === "X25519") return x25519.getSharedSecret(secret, peer);
    if (peer[0] !== 4) throw new RangeError("only uncompressed points may be sent");
    // The x coordinate: the point without its first octet and its y.
    return nist[group].getSharedSecret(secret, peer, true).slice(1);
  } catch {
    throw new TlsAlert("illegal_parameter", `the peer's ${group} share is not valid`);
  }
}
