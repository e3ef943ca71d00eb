// Certificates and keys as bytes: our own round trips, real openssl's, and malformed ones.

import fc from "fast-check";
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Random } from "../../../src/base/random.ts";
import {
  fingerprint,
  parseCertificate,
  parseCertificates,
  printCertificate,
} from "../../../src/net/x509/certificate.ts";
import { DerReader, EncodingError, integer, objectId } from "../../../src/net/x509/der.ts";
import { decodeKeyUsage, encodeKeyUsage, keyUsages } from "../../../src/net/x509/extensions.ts";
import {
  generateEcKey,
  keysMatch,
  parsePrivateKey,
  printPrivateKey,
  printTraditionalKey,
  publicKeyOf,
} from "../../../src/net/x509/keys.ts";
import type { PrivateKey } from "../../../src/net/x509/keys.ts";
import { parseSubject, printName } from "../../../src/net/x509/name.ts";
import { sign, verify } from "../../../src/net/x509/signature.ts";
import { decodeTime, encodeTime } from "../../../src/net/x509/time.ts";
import { describeWithOpenssl, inFolder } from "../openssl.ts";
import { authority, nowMs, party, root, server } from "./hotel.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsa = parsePrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
const ec = generateEcKey(new Random(3));
const p384 = generateEcKey(new Random(3), "P-384");
const keys: readonly (readonly [string, PrivateKey])[] = [
  ["RSA", rsa],
  ["P-256", ec],
  ["P-384", p384],
];

describe("round trips", () => {
  test("integers", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (value) => {
        expect(new DerReader(integer(value)).next().integer()).toBe(value);
      }),
    );
  });

  test.each(["1.2.840.113549.1.1.11", "2.5.29.17", "2.999.3", "0.9.2342.19200300.100.1.25"])(
    "object identifier %s",
    (id) => expect(new DerReader(objectId(id)).next().objectId()).toBe(id),
  );

  test.each(["1999-12-31T23:59:59", "2049-12-31T00:00:00", "2050-01-01T00:00:00"])("%s", (at) => {
    const ms = Date.parse(`${at}Z`);
    expect(decodeTime(new DerReader(encodeTime(ms)).next())).toBe(ms);
  });

  test("key usages", () => {
    fc.assert(
      fc.property(fc.subarray([...keyUsages], { minLength: 1 }), (usages) => {
        expect(decodeKeyUsage(encodeKeyUsage(usages))).toEqual(usages);
      }),
    );
  });

  test.each(keys)("a private %s key, both ways of writing it", (_name, key) => {
    expect(parsePrivateKey(printPrivateKey(key))).toEqual(key);
    expect(parsePrivateKey(printTraditionalKey(key))).toEqual(key);
  });

  test("a certificate", () => {
    const { certificate } = server;
    expect(parseCertificates(printCertificate(certificate))).toEqual([certificate]);
    expect(printName(certificate.issuer)).toBe("CN = City Authority");
    expect(certificate.altNames?.dns).toEqual(["example.com", "*.example.org"]);
  });

  test.each([
    ["/C=DE/O=Grand, Hotel/CN=a", 'C = DE, O = "Grand, Hotel", CN = a'],
    ["/CN=a\\/b", "CN = a/b"],
    ["CN=a", "undefined"],
    ["/XX=a", "undefined"],
  ])("subject %s", (subject, wanted) => {
    const attributes = parseSubject(subject);
    const seen = attributes && printName({ attributes, bytes: new Uint8Array() });
    expect(String(seen)).toBe(wanted);
  });

  test.each(keys)("signatures of a %s key", (_name, key) => {
    const kinds = key.type === "rsa" ? (["rsa-pkcs1", "rsa-pss"] as const) : (["ecdsa"] as const);
    for (const kind of kinds) {
      for (const hash of ["sha256", "sha384", "sha512"] as const) {
        const message = Uint8Array.of(1, 2, 3);
        const signature = sign(key, { kind, hash }, message, new Random(1));
        expect(verify(key, { kind, hash }, message, signature)).toBe(true);
        expect(verify(key, { kind, hash }, Uint8Array.of(1, 2), signature)).toBe(false);
        signature[20]! ^= 1;
        expect(verify(key, { kind, hash }, message, signature)).toBe(false);
      }
    }
  });
});

describe("malformed", () => {
  test.each([
    ["nothing", ""],
    ["no END", "-----BEGIN CERTIFICATE-----\nMIIB\n"],
    ["no base64", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----"],
    ["a key", printPrivateKey(ec)],
    ["cut off", printCertificate({ bytes: server.certificate.bytes.subarray(0, 100) })],
  ])("PEM: %s", (_name, pem) => {
    expect(() => parseCertificates(pem)).toThrow(EncodingError);
  });

  test("bytes changed anywhere are read or refused, never more", () => {
    const { bytes } = server.certificate;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, octet) => {
        const changed = bytes.slice();
        changed[at] = octet;
        try {
          parseCertificate(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(EncodingError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describeWithOpenssl("with real openssl", () => {
  test.each(keys)("it reads and believes what we make with a %s key", async (_name, key) => {
    await inFolder((folder) => {
      const leaf = party("example.com", authority, { dns: ["example.com"] }, key);
      folder.file("root.pem", printCertificate(root.certificate));
      folder.file("ca.pem", printCertificate(authority.certificate));
      folder.file("leaf.pem", printCertificate(leaf.certificate));
      folder.file("leaf.key", printPrivateKey(key));
      const at = Math.floor(nowMs / 1000);
      const verify = `verify -attime ${at} -CAfile root.pem -untrusted ca.pem -x509_strict leaf.pem`;
      expect(folder.openssl(verify)).toBe("leaf.pem: OK\n");
      expect(folder.openssl("x509 -in leaf.pem -noout -subject")).toBe(
        "subject=CN = example.com\n",
      );
      const print = folder.openssl("x509 -in leaf.pem -noout -fingerprint -sha256");
      expect(print).toBe(`sha256 Fingerprint=${fingerprint(leaf.certificate)}\n`);
      expect(folder.openssl("pkey -in leaf.key -check -noout")).toContain("Key is valid");
      const made = folder.openssl("x509 -in leaf.pem -noout -pubkey");
      expect(folder.openssl("pkey -in leaf.key -pubout")).toBe(made);
    });
  });

  test.each([
    ["RSA", "genrsa -out key.pem 2048", "rsa"],
    ["traditional RSA", "genrsa -traditional -out key.pem 2048", "rsa"],
    ["P-256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem", "ec"],
    ["SEC 1 P-384", "ecparam -name secp384r1 -genkey -noout -out key.pem", "ec"],
  ])("we read its %s keys and certificates", async (_name, generate, type) => {
    await inFolder((folder) => {
      folder.openssl(generate);
      folder.openssl(
        'req -x509 -key key.pem -out cert.pem -days 30 -subj "/O=Hotel/CN=a.example" ' +
          "-addext subjectAltName=DNS:a.example,IP:10.0.0.1",
      );
      const [certificate] = parseCertificates(folder.read("cert.pem"));
      const key = parsePrivateKey(folder.read("key.pem"));
      expect(key.type).toBe(type);
      expect(keysMatch(certificate!.publicKey, publicKeyOf(key))).toBe(true);
      expect(keysMatch(certificate!.publicKey, publicKeyOf(ec))).toBe(false);
      expect(printName(certificate!.subject)).toBe("O = Hotel, CN = a.example");
      expect(certificate!.altNames?.ips).toEqual([Uint8Array.of(10, 0, 0, 1)]);
      const { algorithm, tbs, signature, publicKey } = certificate!;
      expect(verify(publicKey, algorithm!, tbs, signature)).toBe(true);
    });
  });
});
