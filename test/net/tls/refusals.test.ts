// Every refusal has its alert (RFC 8446 section 6.2): one side lies, the other says what is wrong.

import { expect, test } from "vitest";
import { concat, noBytes, utf8 } from "../../../src/base/bytes.ts";
import { alertCodes } from "../../../src/net/tls/alerts.ts";
import type { HandshakeName } from "../../../src/net/tls/codes.ts";
import type { TlsClientConfig, TlsServerConfig } from "../../../src/net/tls/contract.ts";
import { protocolsData, shareData } from "../../../src/net/tls/extensions.ts";
import { downgradeTo11, downgradeTo12, retryRandom } from "../../../src/net/tls/hellos.ts";
import { codes, number, vector } from "../../../src/net/tls/wire.ts";
import { oid } from "../../../src/net/x509/oid.ts";
import { authority, party } from "../x509/hotel.ts";
import {
  changed,
  clientHello,
  cutBy,
  oneMore,
  padded,
  rogueTalk,
  serverHello,
  withData,
  without,
} from "./rogue.ts";
import type { Lie } from "./rogue.ts";

const v12 = { versions: ["TLSv1.2"] } as const;
const guest = party("guest", authority, { purposes: [oid.clientAuth] });
const mutual: [Partial<TlsClientConfig>, Partial<TlsServerConfig>] = [
  { identity: { chain: [guest.certificate], key: guest.key } },
  { clientCertificate: { required: true, authorities: [], check: () => undefined } },
];
const mutual12: typeof mutual = [{ ...mutual[0], ...v12 }, mutual[1]];

// "1.2: " in front of a name: the versions are limited to that.
type Row = readonly [
  what: string,
  lies: Partial<Record<HandshakeName, Lie>>,
  code: number,
  client?: Partial<TlsClientConfig>,
  server?: Partial<TlsServerConfig>,
];

const hello = (change: Parameters<typeof clientHello>[0]): Row[1] => ({
  client_hello: clientHello(change),
});
const answer = (change: Parameters<typeof serverHello>[0]): Row[1] => ({
  server_hello: serverHello(change),
});
const random = (end: Uint8Array): Row[1] =>
  answer(({ random: bytes }) => ({ random: concat(bytes.subarray(0, 24), end) }));

/** What our server says to a client that lies. */
const byServer: readonly Row[] = [
  ["a hello that is cut", { client_hello: cutBy(1) }, 50],
  ["a hello with something behind it", { client_hello: padded }, 50],
  ["no cipher suites", hello(() => ({ suites: [] })), 50],
  ["no suite of both", hello(() => ({ suites: [0x1304] })), 40],
  ["a session id that is too long", hello(() => ({ sessionId: new Uint8Array(33) })), 50],
  ["compression only", hello(() => ({ compression: Uint8Array.of(1) })), 47],
  ["compression beside none", hello(() => ({ compression: Uint8Array.of(0, 1) })), 47],
  [
    "an extension twice",
    hello(({ extensions: [a, ...more] }) => ({ extensions: [a!, a!, ...more] })),
    47,
  ],
  ["no key_share", hello(without(51)), 109],
  ["no supported_groups", hello(without(10)), 109],
  ["no signature_algorithms", hello(without(13)), 109],
  ["a pre_shared_key that is not last", hello(withData(41, new Uint8Array(60))), 47],
  ["a share of a group that is not offered", hello(withData(10, codes(2, [0x0018]))), 47],
  [
    "a share that is no point",
    hello(withData(51, vector(2, shareData(0x001d, new Uint8Array(32))))),
    47,
  ],
  [
    "a share that is too short",
    hello(withData(51, vector(2, shareData(0x001d, new Uint8Array(5))))),
    47,
  ],
  [
    "two shares of one group",
    hello(withData(51, (data) => vector(2, data.subarray(2), data.subarray(2)))),
    47,
  ],
  [
    "only groups that we do not know",
    hello((said) => ({
      extensions: withData(51, vector(2))(withData(10, codes(2, [0x0100]))(said)).extensions,
    })),
    40,
  ],
  ["only TLS 1.1", hello((said) => ({ ...without(43)(said), legacyVersion: 0x0302 })), 70],
  ["only versions that nobody knows", hello(withData(43, codes(1, [0x0305, 0x7f17]))), 70],
  [
    "a fallback that was not needed",
    hello((said) => ({ ...without(43)(said), suites: [0xc02b, 0x5600] })),
    86,
  ],
  ["an empty server name", hello(withData(0, vector(2, Uint8Array.of(0), vector(2)))), 50],
  [
    "a server name with a space",
    hello(withData(0, vector(2, Uint8Array.of(0), vector(2, utf8("a b"))))),
    47,
  ],
  [
    "no protocol of both",
    hello(withData(16, protocolsData(["h2"]))),
    120,
    {},
    { alpn: ["http/1.1"] },
  ],
  ["an empty protocol", hello(withData(16, vector(2, vector(1), vector(1, utf8("a"))))), 50],
  ["signatures that the certificate cannot make", hello(withData(13, codes(2, [0x0807]))), 40],
  ["a Finished that does not fit", { finished: changed(0) }, 51],
  [
    "another hello after a retry",
    hello(({ suites }, nth) => (nth === 0 ? {} : { suites: suites.toReversed() })),
    47,
    {},
    { groups: ["P-256"] },
  ],
  [
    "a certificate that is none",
    {
      certificate: () =>
        concat(vector(1), vector(3, vector(3, utf8("no certificate")), number(0, 2))),
    },
    42,
    ...mutual,
  ],
  [
    "no certificate where one is required",
    { certificate: () => concat(vector(1), vector(3)), certificate_verify: () => undefined },
    116,
    ...mutual,
  ],
  ["no proof of the certificate", { certificate_verify: () => undefined }, 10, ...mutual],
  ["a proof that does not fit", { certificate_verify: changed(-1) }, 51, ...mutual],
  [
    "a proof by a scheme that is not for the key",
    { certificate_verify: changed(0) },
    47,
    ...mutual,
  ],
  ["1.2: compression only", hello(() => ({ compression: Uint8Array.of(1) })), 47, v12],
  [
    "1.2: a renegotiation of nothing",
    hello(withData(0xff01, vector(1, new Uint8Array(12)))),
    40,
    v12,
  ],
  [
    "1.2: a key exchange with a bad point",
    { client_key_exchange: () => vector(1, new Uint8Array(32)) },
    47,
    v12,
  ],
  ["1.2: a key exchange that is cut", { client_key_exchange: cutBy(1) }, 50, v12],
  ["1.2: no key exchange", { client_key_exchange: () => undefined }, 10, v12],
  [
    "1.2: no certificate where one is required",
    { certificate: () => vector(3), certificate_verify: () => undefined },
    40,
    ...mutual12,
  ],
  ["1.2: a proof that does not fit", { certificate_verify: changed(-1) }, 51, ...mutual12],
];

/** A Certificate of TLS 1.3 whose last entry has a status_request extension. */
const withStatus: Lie = (body) =>
  concat(
    body.subarray(0, 1),
    vector(3, body.subarray(4, body.length - 2), vector(2, number(5, 2), vector(2))),
  );

/** What our client says to a server that lies. */
const byClient: readonly Row[] = [
  ["a hello that is cut", { server_hello: cutBy(1) }, 50],
  ["a suite that was not offered", answer(() => ({ suite: 0x1304 })), 47],
  ["a suite of the other version", answer(() => ({ suite: 0xc02b })), 47],
  ["another session id", answer(() => ({ sessionId: new Uint8Array(32) })), 47],
  ["an extension that nobody asked for", answer(withData(5, noBytes)), 110],
  ["an extension that belongs elsewhere", answer(withData(16, protocolsData(["a"]))), 47],
  ["no share", answer(without(51)), 109],
  [
    "a share of a group that was not offered",
    answer(withData(51, shareData(0x0018, new Uint8Array(97)))),
    47,
  ],
  ["a share that is no point", answer(withData(51, shareData(0x001d, new Uint8Array(32)))), 47],
  ["a version that nobody knows", answer(withData(43, number(0x0305, 2))), 47],
  ["TLS 1.1", answer((said) => ({ ...without(43)(said), legacyVersion: 0x0302 })), 70],
  ["a session resumed that was not offered", answer(withData(41, number(0, 2))), 47],
  ["a retry for nothing", answer((said) => ({ random: retryRandom, ...without(51)(said) })), 47],
  [
    "a retry with the same group",
    answer((said) => ({ random: retryRandom, ...withData(51, number(0x001d, 2))(said) })),
    47,
  ],
  ["no EncryptedExtensions", { encrypted_extensions: () => undefined }, 10],
  ["an extension that nobody asked for, sealed", { encrypted_extensions: oneMore(5) }, 110],
  ["an extension that belongs elsewhere, sealed", { encrypted_extensions: oneMore(51) }, 47],
  [
    "a protocol that was not offered",
    { encrypted_extensions: oneMore(16, protocolsData(["h2"])) },
    47,
    { alpn: ["a"] },
  ],
  ["an extension beside the certificate", { certificate: withStatus }, 110],
  ["no certificate", { certificate: () => concat(vector(1), vector(3)) }, 50],
  [
    "a certificate that is none",
    { certificate: () => concat(vector(1), vector(3, vector(3, utf8("x")), number(0, 2))) },
    42,
  ],
  ["no proof of the certificate", { certificate_verify: () => undefined }, 10],
  ["a proof that does not fit", { certificate_verify: changed(-1) }, 51],
  ["a proof by a scheme that is not for the key", { certificate_verify: changed(0) }, 47],
  ["a Finished that does not fit", { finished: changed(0) }, 51],
  ["a Finished that is too short", { finished: cutBy(1) }, 50],
  ["no Finished", { finished: () => [["new_session_ticket", noBytes]] }, 10],
  ["1.2: a downgrade to TLS 1.2", random(downgradeTo12), 47, {}, v12],
  ["1.2: a downgrade to TLS 1.1", random(downgradeTo11), 47, {}, v12],
  ["1.2: an extension that nobody asked for", answer(withData(16, protocolsData(["a"]))), 110, v12],
  ["1.2: no secure renegotiation", answer(without(0xff01)), 40, v12],
  ["1.2: no certificate", { certificate: () => vector(3) }, 50, v12],
  [
    "1.2: a curve that was not offered",
    { server_key_exchange: (body) => concat(Uint8Array.of(3, 0, 0x19), body.subarray(3)) },
    47,
    v12,
  ],
  [
    "1.2: parameters of another kind",
    { server_key_exchange: (body) => concat(Uint8Array.of(1), body.subarray(1)) },
    47,
    v12,
  ],
  ["1.2: a signature that does not fit", { server_key_exchange: changed(-1) }, 51, v12],
  ["1.2: ServerHelloDone with content", { server_hello_done: () => utf8("x") }, 50, v12],
  ["1.2: no ServerHelloDone", { server_hello_done: () => [["finished", noBytes]] }, 10, v12],
];

/** The code of the alert that the honest side sent. */
function refusal(liar: "client" | "server", [, lies, , client, server]: Row): number | undefined {
  const talking = rogueTalk(liar, lies, client, server);
  const honest = talking[liar === "client" ? "server" : "client"];
  const sent = honest.events.find((one) => one.type === "alert" && one.direction === "sent");
  expect(honest.last).toMatchObject({ closed: true, alert: { from: "here" } });
  return sent?.type === "alert" ? alertCodes[sent.alert as keyof typeof alertCodes] : undefined;
}

const named = (rows: readonly Row[]): { name: string; row: Row }[] =>
  rows.map((row) => ({ name: row[0], row }));

test.each(named(byServer))("our server refuses $name", ({ row }) => {
  expect(refusal("client", row)).toBe(row[2]);
});

test.each(named(byClient))("our client refuses $name", ({ row }) => {
  expect(refusal("server", row)).toBe(row[2]);
});
