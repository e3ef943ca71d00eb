// The values of RFC 8448 section 3 (a simple 1-RTT handshake), stage by stage.

import { expect, test } from "vitest";
import { fromHex, hex, noBytes } from "../../../src/base/bytes.ts";
import { sharedSecret } from "../../../src/net/tls/groups.ts";
import { expandLabel, finishedValue, KeySchedule } from "../../../src/net/tls/schedule13.ts";

const toServerHello = fromHex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
const toServerFinished = fromHex(
  "9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13",
);

test("shared secret, from either side", () => {
  const clientSecret = fromHex("49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005");
  const serverPublic = fromHex("c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f");
  const share = { group: "X25519", secret: clientSecret, public: noBytes } as const;
  expect(hex(sharedSecret(share, serverPublic))).toBe(
    "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d",
  );
});

test("traffic secrets and keys", () => {
  const schedule = new KeySchedule("sha256");
  schedule.handshake(fromHex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"));
  const client = schedule.secret("c hs traffic", toServerHello);
  const server = schedule.secret("s hs traffic", toServerHello);
  expect(hex(client)).toBe("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
  expect(hex(server)).toBe("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
  const key = (secret: Uint8Array): string =>
    hex(expandLabel("sha256", secret, "key", noBytes, 16));
  const iv = (secret: Uint8Array): string => hex(expandLabel("sha256", secret, "iv", noBytes, 12));
  expect([key(server), iv(server)]).toEqual([
    "3fce516009c21727d0f2e4e86ee403bc",
    "5d313eb2671276ee13000b30",
  ]);
  expect([key(client), iv(client)]).toEqual([
    "dbfaa693d1762c5b666af5d950258d01",
    "5bd3c71b836e0b76bb73265f",
  ]);
  expect(hex(finishedValue("sha256", client, toServerFinished))).toBe(
    "a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61",
  );
  schedule.master();
  expect(hex(schedule.secret("c ap traffic", toServerFinished))).toBe(
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
  );
  expect(hex(schedule.secret("s ap traffic", toServerFinished))).toBe(
    "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
  );
});
