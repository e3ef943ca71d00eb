// openssl x509: shows certificates, and signs requests (apps/x509.c).

import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { hex, utf8 } from "../../../base/bytes.ts";
import { assemble, randomSerial } from "../../../net/x509/build.ts";
import { printCertificate, type Certificate } from "../../../net/x509/certificate.ts";
import type { Extension } from "../../../net/x509/extensions.ts";
import { coversHost, matchesName } from "../../../net/x509/hostname.ts";
import {
  encodePublicKey,
  keysMatch,
  publicKeyOf,
  type PrivateKey,
} from "../../../net/x509/keys.ts";
import { commonName, nameHash, printName } from "../../../net/x509/name.ts";
import { oid } from "../../../net/x509/oid.ts";
import { printPem } from "../../../net/x509/pem.ts";
import { certificateText, extensionLines, printTime } from "../../../net/x509/print.ts";
import { extensionId } from "../../../net/x509/printextension.ts";
import type { CertificateRequest } from "../../../net/x509/request.ts";
import { CommandError, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { ExtensionError, makeExtension, parseConfig, valueIn, type Sections } from "./config.ts";
import {
  loadCertificates,
  loadKey,
  loadRequest,
  loadText,
  passwordOf,
  queueLine,
  readInput,
  writeOutput,
} from "./load.ts";
import { parseOptions, type Options } from "./options.ts";
import { algorithmOf, extensionQueue, serialOf } from "./req.ts";

const dayMs = 86_400_000;

const spec = {
  flags:
    "req noout text subject issuer dates startdate enddate serial fingerprint pubkey modulus " +
    "email hash subject_hash issuer_hash sha1 sha256 sha384 sha512 CAcreateserial new purpose " +
    "nocert clrext alias help",
  values:
    "in out ext checkend checkhost checkip days CA CAkey CAserial extfile extensions " +
    "copy_extensions signkey key set_serial subj passin inform outform nameopt certopt",
  absent:
    "x509toreq trustout ocspid ocsp_uri preserve_dates force_pubkey addtrust addreject clrtrust " +
    "clrreject setalias badsig vfyopt sigopt engine keyform CAform CAkeyform next_serial C",
};

const hashes = { sha1, sha256, sha384, sha512 };

export async function x509(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("x509", args, spec);
  options.number("days");
  const certificate = options.has("req")
    ? await signed(call, options)
    : await resigned(call, options);
  return show(call, options, certificate);
}

/** What the options ask for, in the order in which openssl prints it. */
function show(call: Call, options: Options, one: Certificate): number {
  let out = "";
  let status = 0;
  for (const name of options.given) {
    if (name === "checkend") {
      const seconds = options.number("checkend") ?? 0;
      const ends = one.notAfterMs < call.world.clock.now() + seconds * 1000;
      out += ends ? "Certificate will expire\n" : "Certificate will not expire\n";
      if (ends) status = 1;
    } else if (name === "ext" && extensionsText(one, options) === "") {
      call.stderr.write("No extensions in certificate\n");
    } else out += printers[name]?.(one, options) ?? "";
  }
  for (const [name, kind] of [
    ["checkhost", "Hostname"],
    ["checkip", "IP"],
  ] as const) {
    const host = options.value(name);
    if (host === undefined) continue;
    const not = isFor(one, host) ? "match" : "NOT match";
    out += `${kind} ${host} does ${not} certificate\n`;
  }
  if (!options.has("noout") && !options.has("nocert")) out += printCertificate(one);
  writeOutput(call, options.value("out"), out);
  return status;
}

const printers: Readonly<Record<string, (one: Certificate, options: Options) => string>> = {
  text: (one) => certificateText(one),
  subject: ({ subject }) => `subject=${printName(subject)}\n`,
  issuer: ({ issuer }) => `issuer=${printName(issuer)}\n`,
  dates: (one) => startDate(one) + endDate(one),
  startdate: (one) => startDate(one),
  enddate: (one) => endDate(one),
  serial: ({ serial }) => `serial=${evenHex(serial)}\n`,
  fingerprint: ({ bytes }, options) => {
    const name = (["sha256", "sha384", "sha512"] as const).find((one) => options.has(one));
    const digits = hex(hashes[name ?? "sha1"](bytes))
      .toUpperCase()
      .match(/../g)!;
    return `${name ?? "SHA1"} Fingerprint=${digits.join(":")}\n`;
  },
  pubkey: ({ publicKey }) => printPem("PUBLIC KEY", encodePublicKey(publicKey)),
  modulus: ({ publicKey }) =>
    publicKey.type === "rsa"
      ? `Modulus=${evenHex(publicKey.n)}\n`
      : "Modulus=No modulus for this public key type\n",
  email: ({ altNames, subject }) =>
    [
      ...subject.attributes.filter(({ type }) => type === "emailAddress").map((at) => at.value),
      ...(altNames?.emails ?? []),
    ]
      .map((address) => `${address}\n`)
      .join(""),
  hash: ({ subject }) => `${nameHash(subject)}\n`,
  subject_hash: ({ subject }) => `${nameHash(subject)}\n`,
  issuer_hash: ({ issuer }) => `${nameHash(issuer)}\n`,
  purpose: (one) => purposesOf(one),
  ext: (one, options) => extensionsText(one, options),
};

function extensionsText({ extensions }: Certificate, options: Options): string {
  const wanted = (options.value("ext") ?? "").split(",").map(extensionId);
  const found = extensions.filter(({ id }) => wanted.includes(id));
  return found.flatMap((one) => extensionLines(one, 0).map((line) => `${line}\n`)).join("");
}

function startDate({ notBeforeMs }: Certificate): string {
  return `notBefore=${printTime(notBeforeMs)}\n`;
}

function endDate({ notAfterMs }: Certificate): string {
  return `notAfter=${printTime(notAfterMs)}\n`;
}

function evenHex(value: bigint): string {
  const digits = value.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

/** X509_check_host: the common name counts where there are no DNS names. */
function isFor(one: Certificate, host: string): boolean {
  const names = one.altNames?.dns ?? [];
  const name = commonName(one.subject);
  return coversHost(one, host) || (names.length === 0 && !!name && matchesName(name, host));
}

/** The purposes that matter here; the others of the real list follow the same fields. */
function purposesOf({ purposes, keyUsage, basicConstraints }: Certificate): string {
  const may = (id: string): boolean => !purposes || purposes.includes(id);
  const signs = !keyUsage || keyUsage.some((one) => one !== "keyCertSign" && one !== "cRLSign");
  const authority =
    basicConstraints?.ca === true && (!keyUsage || keyUsage.includes("keyCertSign"));
  const line = (name: string, yes: boolean): string => `${name} : ${yes ? "Yes" : "No"}\n`;
  return (
    "Certificate purposes:\n" +
    line("SSL client", may(oid.clientAuth) && signs) +
    line("SSL client CA", may(oid.clientAuth) && authority) +
    line("SSL server", may(oid.serverAuth) && signs) +
    line("SSL server CA", may(oid.serverAuth) && authority) +
    line("Any Purpose", true) +
    line("Any Purpose CA", true)
  );
}

/** Without -req: the certificate as it is, or signed anew with -signkey. */
async function resigned(call: Call, options: Options): Promise<Certificate> {
  const [certificate] = await loadCertificates(call, options.value("in"));
  const keyFile = options.value("signkey") ?? options.value("key");
  if (keyFile === undefined) return certificate;
  const key = await loadKey(call, keyFile);
  const startMs = nowMs(call);
  return assemble({
    ...{ subject: certificate.subject, issuerName: certificate.subject, signer: key },
    publicKey: publicKeyOf(key),
    notBeforeMs: startMs,
    notAfterMs: startMs + (options.number("days") ?? 30) * dayMs,
    random: call.world.random,
    serial: certificate.serial,
    extensions: options.has("clrext") ? [] : certificate.extensions,
    algorithm: algorithmOf(options, key),
  });
}

function nowMs(call: Call): number {
  return Math.floor(call.world.clock.now() / 1000) * 1000;
}

async function signed(call: Call, options: Options): Promise<Certificate> {
  const failed = "Unable to load certificate request input";
  const sections = await extensionFile(call, options);
  const request = await loadRequest(call, options.value("in"), failed);
  if (!request.genuine) {
    throw new CommandError("Certificate request self-signature did not match the contents\n");
  }
  call.stderr.write(
    `Certificate request self-signature ok\nsubject=${printName(request.subject)}\n`,
  );
  const { issuer, key } = await signerOf(call, options);
  const extensions = extensionsFor(options, sections, request, issuer);
  const startMs = nowMs(call);
  return assemble({
    subject: request.subject,
    issuerName: issuer?.subject ?? request.subject,
    publicKey: request.publicKey,
    signer: key,
    notBeforeMs: startMs,
    notAfterMs: startMs + (options.number("days") ?? 30) * dayMs,
    random: call.world.random,
    serial: await serialFor(call, options),
    extensions,
    algorithm: algorithmOf(options, key),
  });
}

async function signerOf(
  call: Call,
  options: Options,
): Promise<{ issuer: Certificate | undefined; key: PrivateKey }> {
  const password = await passwordOf(call, options.value("passin"));
  const authority = options.value("CA");
  if (authority === undefined) {
    const own = options.value("signkey") ?? options.value("key");
    if (own !== undefined) return { issuer: undefined, key: await loadKey(call, own) };
    throw new CommandError(
      "We need a private key to sign with, use -key or -CAkey or -CA with private key\n",
    );
  }
  const [issuer] = await loadCertificates(call, authority, "CA certificate");
  const keyFile = options.value("CAkey") ?? authority;
  const key = await loadKey(call, keyFile, { what: "CA private key", password });
  if (!keysMatch(issuer.publicKey, publicKeyOf(key))) {
    const queue = queueLine(
      "05800074",
      "x509 certificate routines:X509_check_private_key",
      "key values mismatch",
      "../crypto/x509/x509_cmp.c:403:",
    );
    throw new CommandError(`CA certificate and CA private key do not match\n${queue}`);
  }
  return { issuer, key };
}

async function extensionFile(call: Call, options: Options): Promise<Sections> {
  const name = options.value("extfile");
  if (name === undefined) return new Map([["default", []]]);
  const parsed = parseConfig(await loadText(call, name));
  if (!("line" in parsed)) return parsed;
  throw new CommandError(`Error on line ${parsed.line} of config file "${name}"\n`);
}

/** What -extfile says, what -copy_extensions takes over, and the two identifiers. */
function extensionsFor(
  options: Options,
  sections: Sections,
  request: CertificateRequest,
  issuer: Certificate | undefined,
): Extension[] {
  const copy = options.value("copy_extensions");
  const copies = copy === "copy" || copy === "copyall";
  const out: Extension[] = copies ? [...(request.extensions ?? [])] : [];
  const context = { key: request.publicKey, issuer, sections };
  const section =
    options.value("extensions") ?? valueIn(sections, "default", "extensions") ?? "default";
  const lines = sections.get(section);
  if (!lines) throw new CommandError(`Error checking extension section ${section}\n`);
  for (const [name, value] of lines) {
    if (section === "default" && name === "extensions") continue;
    try {
      const made = makeExtension(name, value, context);
      const before = out.findIndex(({ id }) => id === made?.id);
      if (before >= 0) out.splice(before, 1);
      if (made) out.push(made);
    } catch (error) {
      if (!(error instanceof ExtensionError)) throw error;
      throw new CommandError(
        `Error checking extension section ${section}\n` +
          extensionQueue(error.message, name, value),
      );
    }
  }
  if (out.length === 0) return out;
  for (const [name, value, id] of [
    ["subjectKeyIdentifier", "hash", oid.subjectKeyIdentifier],
    ["authorityKeyIdentifier", "keyid", oid.authorityKeyIdentifier],
  ] as const) {
    if (out.some((one) => one.id === id) || (issuer === undefined && id.endsWith("35"))) continue;
    out.push(makeExtension(name, value, context)!);
  }
  return out;
}

/** -set_serial, -CAserial, or the file beside the authority, counted on. */
async function serialFor(call: Call, options: Options): Promise<bigint> {
  const given = options.value("set_serial");
  if (given !== undefined) return serialOf("x509", given);
  const authority = options.value("CA");
  const named = options.value("CAserial");
  if (authority === undefined) return randomSerial(call.world.random, 20);
  const beside = `${authority.replace(/\.[^./]*$/, "")}.srl`;
  const file = named ?? beside;
  let serial: bigint;
  try {
    serial = BigInt(`0x${(await readInput(call, file)).trim()}`) + 1n;
  } catch (error) {
    if (!(error instanceof FileError))
      throw new CommandError(`unable to load number from ${file}\n`);
    if (named !== undefined && !options.has("CAcreateserial")) {
      throw new CommandError(`${file}: unable to load number\n`);
    }
    serial = randomSerial(call.world.random, 20);
    if (!options.has("CAcreateserial")) return serial;
  }
  call.world.files.write(pathOf(call, file), utf8(`${evenHex(serial)}\n`));
  return serial;
}
