// AES-GCM of our own composition against noble's, and against NIST's vectors.

import { gcm } from "@noble/ciphers/aes.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Gcm } from "../../../src/net/tls/gcm.ts";

const none = new Uint8Array(0);

describe("AES-GCM", () => {
  test("the first two of the GCM specification's test cases", () => {
    const zero = new Gcm(new Uint8Array(16));
    const nonce = new Uint8Array(12);
    expect(zero.seal(nonce, none, none)).toEqual(hexToBytes("58e2fccefa7e3061367f1d57a4e7455a"));
    expect(zero.seal(nonce, none, new Uint8Array(16))).toEqual(
      hexToBytes("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"),
    );
  });

  test("seals as noble does, opens what it sealed, and nothing that was changed", () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const key = fc.oneof(bytes(16), bytes(32));
    const text = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(key, bytes(12), text, text, fc.nat(), (key, nonce, additional, plain, at) => {
        const ours = new Gcm(key);
        const sealed = ours.seal(nonce, additional, plain);
        expect(sealed).toEqual(gcm(key, nonce, additional).encrypt(plain));
        const shifted = new Uint8Array([0, ...sealed]).subarray(1); // as records lie in a stream
        expect(ours.open(nonce, additional, shifted)).toEqual(plain);
        const changed = sealed.slice();
        changed[at % changed.length]! ^= 1;
        expect(ours.open(nonce, additional, changed)).toBeUndefined();
        expect(ours.open(nonce, additional, sealed.subarray(0, 15))).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });
});
