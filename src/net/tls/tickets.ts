// Session tickets: what a TLS 1.3 server needs to resume a session, sealed so that only it can
// read it, and kept by the client (RFC 8446 section 4.6.1, in the manner of RFC 5077).

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { concat, latin1, noBytes, utf8 } from "../../base/bytes.ts";
import type { Random } from "../../base/random.ts";
import { number, vector, WireReader } from "./wire.ts";

/** Two hours, as OpenSSL. */
export const ticketLifetimeMs = 7_200_000;

export interface TicketState {
  readonly suite: number;
  readonly secret: Uint8Array;
  readonly issuedAtMs: number;
  readonly serverName: string | undefined;
}

export function sealTicket(key: Uint8Array, state: TicketState, random: Random): Uint8Array {
  const nonce = random.bytes(12);
  const plain = concat(
    number(state.suite, 2),
    number(Math.floor(state.issuedAtMs), 6),
    vector(1, state.secret),
    vector(1, state.serverName === undefined ? noBytes : utf8(state.serverName)),
  );
  return concat(nonce, chacha20poly1305(key, nonce).encrypt(plain));
}

/** The state in a ticket; undefined when it was not sealed with this key. */
export function openTicket(key: Uint8Array, ticket: Uint8Array): TicketState | undefined {
  if (ticket.length < 12 + 16) return undefined;
  let plain: Uint8Array;
  try {
    plain = chacha20poly1305(key, ticket.subarray(0, 12)).decrypt(ticket.subarray(12));
  } catch {
    return undefined; // somebody else's ticket, or an old key's: a full handshake follows
  }
  const reader = new WireReader(plain);
  const suite = reader.number(2);
  const issuedAtMs = reader.number(6);
  const secret = reader.vector(1);
  const name = latin1(reader.vector(1));
  return { suite, issuedAtMs, secret, serverName: name === "" ? undefined : name };
}
