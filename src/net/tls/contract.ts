// The contract of the TLS engine: two state machines that do no I/O. Bytes in, bytes out.
//
//   const server = new TlsServer({ random, now, certificate: () => identity });
//   const { bytes, data, events, closed } = server.receive(fromThePeer);
//   // send `bytes` to the peer, hand `data` to the application
//
// The same randomness, time and input give the same bytes. Nothing throws: a failure is an
// `alert` in the output, sent to the peer in `bytes`, and the end of the connection.

import type { Random } from "../../base/random.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { PrivateKey } from "../x509/keys.ts";
import type { Disbelief } from "../x509/verify.ts";
import type { TlsAlert } from "./alerts.ts";
import type { GroupName, TlsVersion } from "./codes.ts";
import type { CipherSuite } from "./suites.ts";

/** What one call of an engine gives. */
export interface TlsOutput {
  /** To be sent to the peer, in order, before anything else. */
  readonly bytes: Uint8Array;
  /** From the peer, for the application. */
  readonly data: Uint8Array;
  readonly events: readonly TlsEvent[];
  /** The peer will send no more data: it closed, or the connection failed. */
  readonly closed: boolean;
  /** Why the connection failed. */
  readonly alert: TlsAlert | undefined;
}

/** An engine of either side. */
export interface TlsEngine {
  /** Bytes from the peer, in pieces of any size. */
  receive(bytes: Uint8Array): TlsOutput;
  /** Data for the peer; only once the handshake is complete and before `close`. */
  send(data: Uint8Array): TlsOutput;
  /** Says close_notify: no more data from this side. */
  close(): TlsOutput;
  /** What was agreed; undefined until the handshake is complete. */
  readonly session: TlsSession | undefined;
}

/** What both sides agreed on. */
export interface TlsSession {
  readonly version: TlsVersion;
  readonly suite: CipherSuite;
  /** The group of the key exchange, which a resumed session has too. */
  readonly group: GroupName;
  readonly serverName: string | undefined;
  readonly alpn: string | undefined;
  /** What the peer showed, its own certificate first; empty when it showed none. */
  readonly peerChain: readonly Certificate[];
  /** What this side showed. */
  readonly ownChain: readonly Certificate[];
  /** Whether an earlier session was resumed by ticket. */
  readonly resumed: boolean;
}

/** A certificate with its chain, and the key that proves it. */
export interface Identity {
  /** The certificate itself first. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly key: PrivateKey;
}

/** What a server may choose its certificate by. */
export interface HelloOffer {
  /** In lower case. */
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly versions: readonly TlsVersion[];
}

/** What both sides' configurations have. */
export interface TlsConfig {
  readonly random: Random;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Default: both. */
  readonly versions?: readonly TlsVersion[];
  /** In order of preference, by the registry's names. Default: all that we have. */
  readonly suites?: readonly string[];
  /** In order of preference. Default: X25519, P-256, P-384. */
  readonly groups?: readonly GroupName[];
  /** Reports secrets as events, for a key log or a lesson. */
  readonly revealSecrets?: boolean;
}

export interface TlsServerConfig extends TlsConfig {
  /** The certificate for a hello; undefined refuses it with unrecognized_name. */
  certificate(offer: HelloOffer): Identity | undefined;
  /** In order of preference; a client that offers others only is refused. Default: no ALPN. */
  readonly alpn?: readonly string[];
  /** 32 secret bytes that seal session tickets; without them none are given out. */
  readonly ticketKey?: Uint8Array;
  /** Asks clients for a certificate. */
  readonly clientCertificate?: {
    readonly required: boolean;
    /** The subjects of the authorities that are accepted, as encoded names. */
    readonly authorities: readonly Uint8Array[];
    /** Why a chain is not accepted; undefined accepts it. */
    check(chain: readonly [Certificate, ...Certificate[]]): Disbelief | undefined;
  };
}

export interface TlsClientConfig extends TlsConfig {
  /** The name asked for (SNI); addresses are not sent. */
  readonly serverName?: string;
  readonly alpn?: readonly string[];
  /**
   * Why a server's chain is not believed; undefined believes it. A client that goes on in spite
   * of it (`curl -k`) answers undefined here and keeps the reason for itself.
   */
  check(chain: readonly [Certificate, ...Certificate[]]): Disbelief | undefined;
  /** What to show a server that asks for a certificate. */
  readonly identity?: Identity;
  /** A session to resume, out of a `ticket` event. */
  readonly resume?: ResumableSession;
}

/** What a client keeps of a session to resume it (TLS 1.3). */
export interface ResumableSession {
  readonly ticket: Uint8Array;
  readonly secret: Uint8Array;
  readonly suite: CipherSuite;
  readonly ageAdd: number;
  readonly receivedAtMs: number;
  readonly lifetimeMs: number;
  readonly serverName: string | undefined;
  readonly peerChain: readonly Certificate[];
}

/** What happened inside, in order. */
export type TlsEvent =
  | {
      /** A handshake message, whole and in the clear. */
      readonly type: "message";
      readonly direction: "sent" | "received";
      /** "client_hello", … */
      readonly name: string;
      /** With its header of four bytes. */
      readonly bytes: Uint8Array;
      /** Whether it travelled encrypted. */
      readonly sealed: boolean;
    }
  | {
      readonly type: "alert";
      readonly direction: "sent" | "received";
      /** The alert's name, or its number for one that no standard names. */
      readonly alert: string;
    }
  | { readonly type: "change_cipher_spec"; readonly direction: "sent" | "received" }
  | { readonly type: "established"; readonly session: TlsSession }
  | { readonly type: "ticket"; readonly session: ResumableSession }
  | {
      /** As a key log names it: CLIENT_HANDSHAKE_TRAFFIC_SECRET, … */
      readonly type: "secret";
      readonly label: string;
      readonly clientRandom: Uint8Array;
      readonly secret: Uint8Array;
    };
