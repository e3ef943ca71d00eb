// What an extension says, in the lines that openssl prints (crypto/x509/v3_*.c).

import { hex, latin1 } from "../../base/bytes.ts";
import { context, DerReader, EncodingError, tag } from "./der.ts";
import {
  decodeAuthorityKeyIdentifier,
  decodeBasicConstraints,
  decodeKeyIdentifier,
  decodeKeyUsage,
  decodePurposes,
} from "./extensions.ts";
import type { Extension, KeyUsage } from "./extensions.ts";
import { decodeName, printName } from "./name.ts";
import { oid } from "./oid.ts";

/** Its name, and what it says line by line. */
export function printExtension({ id, value }: Extension): {
  name: string;
  text: readonly string[];
} {
  const known = printers[id];
  try {
    if (known) return { name: known.name, text: known.print(value) };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { name: known!.name, text: ["<Parse Error>"] };
  }
  // ASN1_STRING_print: what is no character of ASCII becomes a dot.
  return { name: id, text: [latin1(value).replace(/[^ -~\n\r]/g, ".")] };
}

interface Printer {
  readonly name: string;
  /** openssl's short name, for -ext and in configurations. */
  readonly short: string;
  print(value: Uint8Array): readonly string[];
}

const printers: Readonly<Record<string, Printer>> = {
  [oid.subjectKeyIdentifier]: {
    name: "X509v3 Subject Key Identifier",
    short: "subjectKeyIdentifier",
    print: (value) => [octets(decodeKeyIdentifier(value))],
  },
  [oid.authorityKeyIdentifier]: {
    name: "X509v3 Authority Key Identifier",
    short: "authorityKeyIdentifier",
    print: authority,
  },
  [oid.basicConstraints]: {
    name: "X509v3 Basic Constraints",
    short: "basicConstraints",
    print: (value) => {
      const { ca, pathLength } = decodeBasicConstraints(value);
      const limit = pathLength === undefined ? "" : `, pathlen:${pathLength}`;
      return [`CA:${ca ? "TRUE" : "FALSE"}${limit}`];
    },
  },
  [oid.keyUsage]: {
    name: "X509v3 Key Usage",
    short: "keyUsage",
    print: (value) => [
      decodeKeyUsage(value)
        .map((usage) => usageWords[usage])
        .join(", "),
    ],
  },
  [oid.extKeyUsage]: {
    name: "X509v3 Extended Key Usage",
    short: "extendedKeyUsage",
    print: (value) => [
      decodePurposes(value)
        .map((id) => purposeWords[id] ?? id)
        .join(", "),
    ],
  },
  [oid.subjectAltName]: {
    name: "X509v3 Subject Alternative Name",
    short: "subjectAltName",
    print: (value) => [
      new DerReader(value)
        .next(tag.sequence)
        .reader()
        .rest()
        .map(({ tag: kind, content }) => generalName(kind, content))
        .join(", "),
    ],
  },
  [oid.nameConstraints]: {
    name: "X509v3 Name Constraints",
    short: "nameConstraints",
    print: constraints,
  },
};

/** The identifier of an extension by openssl's short name for it. */
export function extensionId(short: string): string | undefined {
  return Object.keys(printers).find((id) => printers[id]!.short === short);
}

const usageWords: Readonly<Record<KeyUsage, string>> = {
  digitalSignature: "Digital Signature",
  nonRepudiation: "Non Repudiation",
  keyEncipherment: "Key Encipherment",
  dataEncipherment: "Data Encipherment",
  keyAgreement: "Key Agreement",
  keyCertSign: "Certificate Sign",
  cRLSign: "CRL Sign",
  encipherOnly: "Encipher Only",
  decipherOnly: "Decipher Only",
};

const purposeWords: Readonly<Record<string, string>> = {
  [oid.serverAuth]: "TLS Web Server Authentication",
  [oid.clientAuth]: "TLS Web Client Authentication",
  [oid.anyExtendedKeyUsage]: "Any Extended Key Usage",
  "1.3.6.1.5.5.7.3.3": "Code Signing",
  "1.3.6.1.5.5.7.3.4": "E-mail Protection",
  "1.3.6.1.5.5.7.3.8": "Time Stamping",
  "1.3.6.1.5.5.7.3.9": "OCSP Signing",
};

function authority(value: Uint8Array): string[] {
  const key = decodeAuthorityKeyIdentifier(value);
  const inside = new DerReader(value).next(tag.sequence).reader();
  const rest = inside.rest();
  const names = rest.find((one) => one.tag === context(1));
  const serial = rest.find((one) => one.tag === context(2, { primitive: true }));
  const alone = !names && !serial;
  return [
    ...(key ? [alone ? octets(key) : `keyid:${octets(key)}`] : []),
    ...(names?.reader().rest() ?? []).map((one) => generalName(one.tag, one.content)),
    ...(serial ? [`serial:${octets(serial.content)}`] : []),
  ];
}

function constraints(value: Uint8Array): string[] {
  const inside = new DerReader(value).next(tag.sequence).reader();
  const out: string[] = [];
  for (const [at, title] of [
    [0, "Permitted:"],
    [1, "Excluded:"],
  ] as const) {
    const trees = inside.optional(context(at));
    if (!trees) continue;
    out.push(title);
    for (const tree of trees.reader().rest()) {
      const { tag: kind, content } = tree.reader().next();
      out.push(`  ${generalName(kind, content)}`);
    }
  }
  return out;
}

/** GENERAL_NAME_print. */
function generalName(kind: number, content: Uint8Array): string {
  switch (kind & 0x1f) {
    case 1:
      return `email:${latin1(content)}`;
    case 2:
      return `DNS:${latin1(content)}`;
    case 4: {
      const name = decodeName(new DerReader(content).next(tag.sequence));
      return `DirName:${printName(name)}`;
    }
    case 6:
      return `URI:${latin1(content)}`;
    case 7:
      return `IP Address:${address(content)}`;
    default:
      return "othername:<unsupported>";
  }
}

function address(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length === 8) return `${bytes.slice(0, 4).join(".")}/${bytes.slice(4).join(".")}`;
  if (bytes.length !== 16) return "<invalid>";
  const groups = hex(bytes).match(/.{4}/g)!;
  return groups.map((group) => parseInt(group, 16).toString(16).toUpperCase()).join(":");
}

function octets(bytes: Uint8Array): string {
  return (hex(bytes).toUpperCase().match(/../g) ?? []).join(":");
}
