// A conversation in which one side says other things than it should, and seals and signs them as
// properly as everything else: what it sends is changed before it leaves its engine.

import { vi } from "vitest";
import { concat, noBytes } from "../../../src/base/bytes.ts";
import type { HandshakeName } from "../../../src/net/tls/codes.ts";
import type { TlsClientConfig, TlsServerConfig } from "../../../src/net/tls/contract.ts";
import { Engine } from "../../../src/net/tls/engine.ts";
import { readExtensions, writeExtensions } from "../../../src/net/tls/extensions.ts";
import type { TlsExtension } from "../../../src/net/tls/extensions.ts";
import {
  readClientHello,
  readServerHello,
  writeClientHello,
  writeServerHello,
} from "../../../src/net/tls/hellos.ts";
import type { ClientHello, ServerHello } from "../../../src/net/tls/hellos.ts";
import { number, WireReader } from "../../../src/net/tls/wire.ts";
import { talk } from "./pair.ts";
import type { Talk } from "./pair.ts";

/** The body to send instead, several messages as [name, body], or none. */
export type Instead = Uint8Array | readonly (readonly [HandshakeName, Uint8Array])[] | undefined;
/** `nth` counts the liar's messages of that name, from 0. */
export type Lie = (body: Uint8Array, nth: number) => Instead;

/** Talks with messages of one side changed. */
export function rogueTalk(
  liar: "client" | "server",
  lies: Partial<Record<HandshakeName, Lie>>,
  clientConfig: Partial<TlsClientConfig> = {},
  serverConfig: Partial<TlsServerConfig> = {},
): Talk {
  const honest = Engine.prototype.message;
  const counts = new Map<string, number>();
  const speakers = new Set<Engine>();
  const spy = vi.spyOn(Engine.prototype, "message").mockImplementation(function (
    this: Engine,
    name,
    body,
  ) {
    speakers.add(this);
    const [client] = speakers; // it speaks first
    const lie = (this === client) === (liar === "client") ? lies[name] : undefined;
    const nth = counts.get(name) ?? 0;
    if (lie) counts.set(name, nth + 1);
    const instead = lie ? lie(body, nth) : body;
    if (instead === undefined) return;
    const all = instead instanceof Uint8Array ? [[name, instead] as const] : instead;
    for (const [one, content] of all) honest.call(this, one, content);
  });
  try {
    return talk({ check: () => undefined, ...clientConfig }, serverConfig);
  } finally {
    spy.mockRestore();
  }
}

export const clientHello =
  (change: (hello: ClientHello, nth: number) => Partial<ClientHello>): Lie =>
  (body, nth) => {
    const hello = readClientHello(body);
    return writeClientHello({ ...hello, ...change(hello, nth) });
  };

export const serverHello =
  (change: (hello: ServerHello) => Partial<ServerHello>): Lie =>
  (body) => {
    const hello = readServerHello(body);
    return writeServerHello({ ...hello, ...change(hello) });
  };

export const without =
  (type: number) =>
  ({ extensions }: { readonly extensions: readonly TlsExtension[] }) => ({
    extensions: extensions.filter((one) => one.type !== type),
  });

/** With an extension's data changed, or a new one in front. */
export const withData =
  (type: number, data: Uint8Array | ((before: Uint8Array) => Uint8Array)) =>
  ({ extensions }: { readonly extensions: readonly TlsExtension[] }) => {
    const made = (before: Uint8Array): Uint8Array =>
      typeof data === "function" ? data(before) : data;
    const known = extensions.some((one) => one.type === type);
    const changed = extensions.map((one) =>
      one.type === type ? { type, data: made(one.data) } : one,
    );
    return { extensions: known ? changed : [{ type, data: made(noBytes) }, ...changed] };
  };

/** EncryptedExtensions with one more. */
export const oneMore =
  (type: number, data: Uint8Array = noBytes): Lie =>
  (body) => {
    const list = readExtensions(new WireReader(body).inside(2));
    return writeExtensions([...list, { type, data }]);
  };

/** With one octet changed, counted from the end when negative. */
export const changed =
  (at: number): Lie =>
  (body) => {
    const out = body.slice();
    out[at < 0 ? out.length + at : at]! ^= 1;
    return out;
  };

export const cutBy =
  (octets: number): Lie =>
  (body) =>
    body.subarray(0, body.length - octets);

export const padded: Lie = (body) => concat(body, number(0, 1));
