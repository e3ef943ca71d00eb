// openssl.cnf and its like: sections of NAME = VALUE (apps/openssl.cnf, doc/man5/config.pod). And
// the extensions that such lines describe: "subjectAltName = DNS:example.com, IP:10.0.0.1".

import { utf8 } from "../../../base/bytes.ts";
import { ipNumber } from "../../../net/address.ts";
import { keyIdentifier } from "../../../net/x509/build.ts";
import type { Certificate } from "../../../net/x509/certificate.ts";
import { context, element, sequence } from "../../../net/x509/der.ts";
import {
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeKeyIdentifier,
  encodeKeyUsage,
  encodePurposes,
  keyUsages,
  type Extension,
  type KeyUsage,
} from "../../../net/x509/extensions.ts";
import type { PublicKey } from "../../../net/x509/keys.ts";
import { toBytes } from "../../../net/x509/numbers.ts";
import { oid } from "../../../net/x509/oid.ts";
import { extensionId } from "../../../net/x509/printextension.ts";

/** Lines in order; what stands before the first section is in the section "default". */
export type Sections = ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

/** Reads a configuration; undefined with the number of a line that is none. */
export function parseConfig(content: string): Sections | { line: number } {
  const sections = new Map<string, [string, string][]>([["default", []]]);
  let current = sections.get("default")!;
  const joined = content.replace(/\\\r?\n/g, " ").split("\n");
  for (const [index, raw] of joined.entries()) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") continue;
    const section = /^\[\s*(.+?)\s*\]$/.exec(line)?.[1];
    if (section !== undefined) {
      current = sections.get(section) ?? [];
      sections.set(section, current);
      continue;
    }
    const equals = line.indexOf("=");
    if (equals < 0) return { line: index + 1 };
    const value = line.slice(equals + 1).trim();
    current.push([line.slice(0, equals).trim(), value.replace(/^(["'])(.*)\1$/, "$2")]);
  }
  return sections;
}

/** The last value of a name in a section; "default" is asked where the section has none. */
export function valueIn(sections: Sections, section: string, name: string): string | undefined {
  const find = (where: string): string | undefined =>
    sections.get(where)?.findLast(([one]) => one === name)?.[1];
  return find(section) ?? find("default");
}

/** What extensions may refer to. */
export interface Subject {
  readonly key: PublicKey;
  /** Undefined where the certificate signs itself, or nobody has signed yet. */
  readonly issuer: Certificate | undefined;
  readonly sections: Sections;
}

/** A line that cannot be made an extension; the message is OpenSSL's reason. */
export class ExtensionError extends Error {
  override name = "ExtensionError";
}

/** Throws ExtensionError. Undefined for an identifier that is left out ("none"). */
export function makeExtension(name: string, written: string, o: Subject): Extension | undefined {
  const id = extensionId(name);
  const critical = /^critical\s*(,|$)/.test(written);
  const value = written.replace(/^critical\s*,?\s*/, "").trim();
  const make = id === undefined ? undefined : makers[id];
  if (id === undefined || !make) {
    throw new ExtensionError(`unknown extension name:${name}`);
  }
  const content = make(value, o);
  return content && { id, critical, value: content };
}

type Maker = (value: string, o: Subject) => Uint8Array | undefined;

const makers: Readonly<Record<string, Maker>> = {
  [oid.subjectAltName]: (value, { sections }) =>
    sequence(...entries(value, sections).map(([kind, text]) => generalName(kind, text))),
  [oid.basicConstraints]: (value, { sections }) => {
    let ca = false;
    let pathLength: number | undefined;
    for (const [name, text] of entries(value, sections)) {
      if (name === "CA") ca = /^(true|yes|y|t)$/i.test(text);
      else if (name === "pathlen" && /^\d+$/.test(text)) pathLength = Number(text);
      else throw new ExtensionError(`invalid name:${name}`);
    }
    return encodeBasicConstraints({ ca, pathLength });
  },
  [oid.keyUsage]: (value) => {
    const usages = parts(value).map((word) => {
      const found = keyUsages.find((one) => one === word) ?? longUsages[word];
      if (!found) throw new ExtensionError(`unknown bit string argument:${word}`);
      return found;
    });
    return encodeKeyUsage(usages);
  },
  [oid.extKeyUsage]: (value) =>
    encodePurposes(
      parts(value).map((word) => {
        const found = purposes[word] ?? (/^\d+(\.\d+)+$/.test(word) ? word : undefined);
        if (!found) throw new ExtensionError(`invalid object identifier:${word}`);
        return found;
      }),
    ),
  [oid.subjectKeyIdentifier]: (value, { key }) => {
    if (value === "none") return undefined;
    if (value !== "hash") throw new ExtensionError(`not here: ${value}`);
    return encodeKeyIdentifier(keyIdentifier(key));
  },
  [oid.authorityKeyIdentifier]: (value, { key, issuer }) => {
    if (value === "none") return undefined;
    const identifier = issuer
      ? (issuer.keyIdentifier ?? keyIdentifier(issuer.publicKey))
      : keyIdentifier(key);
    return encodeAuthorityKeyIdentifier(identifier);
  },
  [oid.nameConstraints]: (value, { sections }) => {
    const trees: Record<string, Uint8Array[]> = { permitted: [], excluded: [] };
    for (const part of parts(resolved(value, sections))) {
      const [, list = "", kind = "", text = ""] = /^(\w+);(\w+)[:=](.*)$/.exec(part) ?? [];
      const into = trees[list];
      if (!into) throw new ExtensionError(`invalid syntax:${part}`);
      into.push(sequence(generalName(kind, text)));
    }
    const list = (at: number, some: readonly Uint8Array[]): Uint8Array[] =>
      some.length > 0 ? [element(context(at), ...some)] : [];
    return sequence(...list(0, trees["permitted"]!), ...list(1, trees["excluded"]!));
  },
};

const longUsages: Readonly<Record<string, KeyUsage>> = {
  "Digital Signature": "digitalSignature",
  "Key Encipherment": "keyEncipherment",
  "Certificate Sign": "keyCertSign",
  "CRL Sign": "cRLSign",
};

const purposes: Readonly<Record<string, string>> = {
  serverAuth: oid.serverAuth,
  clientAuth: oid.clientAuth,
  anyExtendedKeyUsage: oid.anyExtendedKeyUsage,
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
};

function parts(value: string): string[] {
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** "@section" stands for the section's lines. */
function resolved(value: string, sections: Sections): string {
  if (!value.startsWith("@")) return value;
  const lines = sections.get(value.slice(1));
  if (!lines) throw new ExtensionError(`invalid section:${value.slice(1)}`);
  // "DNS.1 = example.com": the number only tells the lines apart.
  return lines.map(([name, text]) => `${name.replace(/\.\d+$/, "")}:${text}`).join(",");
}

function entries(value: string, sections: Sections): [string, string][] {
  return parts(resolved(value, sections)).map((part) => {
    const colon = part.indexOf(":");
    return colon < 0 ? [part, ""] : [part.slice(0, colon).trim(), part.slice(colon + 1).trim()];
  });
}

function generalName(kind: string, text: string): Uint8Array {
  const name = (at: number, bytes: Uint8Array): Uint8Array =>
    element(context(at, { primitive: true }), bytes);
  if (text === "") throw new ExtensionError(`missing value:${kind}`);
  switch (kind) {
    case "DNS":
      return name(2, utf8(text));
    case "email":
      return name(1, utf8(text));
    case "URI":
      return name(6, utf8(text));
    case "IP":
      return name(7, addressBytes(text));
    default:
      throw new ExtensionError(`unsupported option:name=${kind}`);
  }
}

function addressBytes(text: string): Uint8Array {
  const v4 = ipNumber(text);
  if (v4 !== undefined) return toBytes(BigInt(v4), 4);
  const [head = "", tail] = text.split("::");
  const groups = (some: string): string[] => (some === "" ? [] : some.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: Math.max(0, gap) }, () => "0"), ...after];
  if (all.length !== 8 || !all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) {
    throw new ExtensionError(`bad ip address:value=${text}`);
  }
  return Uint8Array.from(
    all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]),
  );
}
