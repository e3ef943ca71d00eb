// Which certificates are believed, and why the others are not.

import { describe, expect, test } from "vitest";
import type { Certificate } from "../../../src/net/x509/certificate.ts";
import { parseCertificate, printCertificate } from "../../../src/net/x509/certificate.ts";
import { cityRootPem } from "../../../src/net/x509/cityroot.ts";
import { cityRegistry } from "../../../src/net/x509/registry.ts";
import { context, element, octetString, sequence } from "../../../src/net/x509/der.ts";
import { utf8 } from "../../../src/base/bytes.ts";
import { matchesName } from "../../../src/net/x509/hostname.ts";
import { oid } from "../../../src/net/x509/oid.ts";
import { verifyChain } from "../../../src/net/x509/verify.ts";
import type { VerifyOptions } from "../../../src/net/x509/verify.ts";
import { authority, dayMs, nowMs, party, root, server } from "./hotel.ts";

type Chain = readonly [Certificate, ...Certificate[]];

function verdict(chain: Chain, more: Partial<VerifyOptions> = {}): string {
  const trusted = [root.certificate];
  const seen = verifyChain({ chain, trusted, nowMs, purpose: "server", ...more });
  return seen.ok ? `ok, ${seen.chain.length} long` : `${seen.reason} at ${seen.depth}`;
}

const full: Chain = [server.certificate, authority.certificate];
const old = party("old", authority, { notAfterMs: nowMs - 1000, dns: ["old"] });
const young = party("young", authority, { notBeforeMs: nowMs + dayMs, dns: ["young"] });
const selfSigned = party("alone", undefined, { dns: ["alone"] });
const otherRoot = party("Other Root", undefined, { ca: true });
const foreign = party("foreign", otherRoot, { dns: ["foreign"] });
const underLeaf = party("under a leaf", server, { dns: ["x"] });
const second = party("Second Authority", authority, { ca: true });
const tooDeep = party("deep", second, { dns: ["x"] });
const forClients = party("client", authority, { purposes: [oid.clientAuth], dns: ["x"] });
const noSigning = party("No Signing", root, { ca: true, keyUsage: ["digitalSignature"] });
const underNoSigning = party("x", noSigning, { dns: ["x"] });
const odd = party("odd", authority, {
  extensions: [{ id: "1.2.3.4", critical: true, value: octetString(utf8("?")) }],
});
const narrow = party("Narrow Authority", root, {
  ca: true,
  extensions: [
    {
      id: oid.nameConstraints,
      critical: true,
      value: sequence(
        element(context(0), sequence(element(0x82, utf8("example.com")))),
        element(context(1), sequence(element(0x82, utf8("bad.example.com")))),
      ),
    },
  ],
});
const underNarrow = (...dns: string[]): Chain => [
  party("n", narrow, { dns }).certificate,
  narrow.certificate,
];

describe("a chain", () => {
  test.each<[string, Chain, Partial<VerifyOptions>, string]>([
    ["in order", full, {}, "ok, 3 long"],
    ["with more than is needed", [full[0], foreign.certificate, full[1]!], {}, "ok, 3 long"],
    ["with the root", [...full, root.certificate], {}, "ok, 3 long"],
    ["trusted half-way", full, { trusted: [authority.certificate] }, "ok, 2 long"],
    [
      "trusted itself",
      [selfSigned.certificate],
      { trusted: [selfSigned.certificate] },
      "ok, 1 long",
    ],
    ["without its intermediate", [server.certificate], {}, "unknown issuer at 0"],
    ["without trust in its root", full, { trusted: [] }, "unknown issuer at 1"],
    [
      "of a foreign root that came along",
      [foreign.certificate, otherRoot.certificate],
      {},
      "self-signed in chain at 1",
    ],
    ["self-signed", [selfSigned.certificate], {}, "self-signed at 0"],
    ["expired", [old.certificate, authority.certificate], {}, "expired at 0"],
    ["to the second", full, { nowMs: server.certificate.notAfterMs }, "ok, 3 long"],
    // All three end then, and openssl looks from the root down.
    ["a second later", full, { nowMs: server.certificate.notAfterMs + 1000 }, "expired at 2"],
    ["not valid yet", [young.certificate, authority.certificate], {}, "not yet valid at 0"],
    ["issued by a server", [underLeaf.certificate, ...full], {}, "not an authority at 1"],
    [
      "issued by one that may not sign",
      [underNoSigning.certificate, noSigning.certificate],
      {},
      "not an authority at 1",
    ],
    [
      "deeper than allowed",
      [tooDeep.certificate, second.certificate, authority.certificate],
      {},
      "path too long at 2",
    ],
    ["for clients only", [forClients.certificate, authority.certificate], {}, "wrong purpose at 0"],
    [
      "for clients, from a client",
      [forClients.certificate, authority.certificate],
      { purpose: "client" },
      "ok, 3 long",
    ],
    [
      "with an unknown critical extension",
      [odd.certificate, authority.certificate],
      {},
      "unknown critical extension at 0",
    ],
    ["within name constraints", underNarrow("a.example.com"), {}, "ok, 3 long"],
    ["outside name constraints", underNarrow("example.org"), {}, "name not permitted at 0"],
    ["in an excluded subtree", underNarrow("a.bad.example.com"), {}, "name not permitted at 0"],
    ["for its host", full, { host: "EXAMPLE.com" }, "ok, 3 long"],
    ["for another host", full, { host: "www.example.com" }, "wrong host at 0"],
    ["for its address", full, { host: "203.0.113.10" }, "ok, 3 long"],
    ["for another address", full, { host: "203.0.113.11" }, "wrong host at 0"],
  ])("%s", (_name, chain, more, wanted) => {
    expect(verdict(chain, more)).toBe(wanted);
  });

  test("with a changed byte in what is signed", () => {
    const bytes = server.certificate.bytes.slice();
    const at = bytes.indexOf("e".charCodeAt(0), 200);
    bytes[at] = "f".charCodeAt(0);
    expect(verdict([parseCertificate(bytes), authority.certificate])).toBe("bad signature at 0");
  });
});

test.each([
  ["example.com", "example.com", true],
  ["example.com", "EXAMPLE.COM.", true],
  ["*.example.com", "a.example.com", true],
  ["*.example.com", "example.com", false],
  ["*.example.com", "a.b.example.com", false],
  ["*.com", "example.com", false],
  ["a*.example.com", "ab.example.com", false],
  ["*", "a", false],
  ["*.example.com", ".example.com", false],
  ["", "", false],
])("%s covers %s: %s", (pattern, host, wanted) => {
  expect(matchesName(pattern, host)).toBe(wanted);
});

test("the city registry's root is what every laptop trusts", () => {
  expect(printCertificate(cityRegistry().certificate)).toBe(cityRootPem);
});
