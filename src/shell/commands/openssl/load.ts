// Certificates, keys and requests out of files and into files, with openssl's words for what
// cannot be read (apps/lib/apps.c).

import { concat, noBytes, text, utf8 } from "../../../base/bytes.ts";
import { parseCertificate, type Certificate } from "../../../net/x509/certificate.ts";
import { DerReader, EncodingError, tag } from "../../../net/x509/der.ts";
import { decryptPkcs8, UnknownEncryption } from "../../../net/x509/encrypted.ts";
import { decodePublicKey, parsePrivateKey, type PrivateKey } from "../../../net/x509/keys.ts";
import type { PublicKey } from "../../../net/x509/keys.ts";
import { parsePem, type PemBlock } from "../../../net/x509/pem.ts";
import { parseRequest, type CertificateRequest } from "../../../net/x509/request.ts";
import { CommandError, notHere, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { valueOf } from "../../session.ts";
import { readAll } from "../../streams.ts";

/** The thread's number, with which OpenSSL begins each line of its error queue. */
const thread = "40B7F2A5C17F0000";

/** One line of the error queue: where within the library, and why. */
export function queueLine(code: string, where: string, why: string, source: string): string {
  return `${thread}:error:${code}:${where}:${why}:${source}\n`;
}

const missing = (path: string): string =>
  queueLine(
    "16000069",
    "STORE routines:ossl_store_get0_loader_int",
    "unregistered scheme",
    "../crypto/store/store_register.c:237:scheme=file",
  ) +
  queueLine(
    "80000002",
    "system library:file_open",
    "No such file or directory",
    `../providers/implementations/storemgmt/file_store.c:266:calling stat(${path})`,
  );

const unsupported = queueLine(
  "1608010C",
  "STORE routines:ossl_store_handle_load_result",
  "unsupported",
  "../crypto/store/store_result.c:149:",
);

/** A file's text, or stdin's where no name is given. Throws FileError. */
export async function readInput(call: Call, name: string | undefined): Promise<string> {
  const bytes =
    name === undefined || name === "-"
      ? await readAll(call.stdin)
      : call.world.files.read(pathOf(call, name));
  return text(bytes);
}

/** The blocks of a file that should hold a `what`. Throws CommandError. */
async function blocksOf(
  call: Call,
  name: string | undefined,
  what: string,
): Promise<readonly PemBlock[]> {
  const from = name ?? "<stdin>";
  try {
    return parsePem(await readInput(call, name));
  } catch (error) {
    if (error instanceof EncodingError) throw unreadable(from, what, "");
    if (!(error instanceof FileError)) throw error;
    const words = `Could not open file or uri for loading ${what} from ${from}\n${missing(from)}`;
    throw new CommandError(words + tail(what));
  }
}

const badDecrypt = "../providers/implementations/ciphers/ciphercommon_block.c:124:";
const wrong = "../crypto/pkcs12/p12_decr.c:88:maybe wrong password";

/** The closing words, which only certificates have. */
function tail(what: string): string {
  return /certificate/.test(what) && !/^CA |untrusted/.test(what) ? `Unable to load ${what}\n` : "";
}

function unreadable(from: string, what: string, queue: string): CommandError {
  return new CommandError(`Could not read ${what} from ${from}\n${queue}${tail(what)}`);
}

/** All certificates of a file. Throws CommandError. */
export async function loadCertificates(
  call: Call,
  name: string | undefined,
  what = "certificate",
): Promise<[Certificate, ...Certificate[]]> {
  const blocks = await blocksOf(call, name, what);
  const wanted = blocks.filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label));
  try {
    const [first, ...others] = wanted.map(({ bytes }) => parseCertificate(bytes));
    if (first) return [first, ...others];
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  throw unreadable(name ?? "<stdin>", what, blocks.length > 0 ? unsupported : "");
}

/** A private key; `password` opens one that is locked. Throws CommandError. */
export async function loadKey(
  call: Call,
  name: string | undefined,
  { what = "private key", password }: { what?: string; password?: string | undefined } = {},
): Promise<PrivateKey> {
  const from = name ?? "<stdin>";
  const blocks = await blocksOf(call, name, what);
  const locked = blocks.find(({ label }) => label === "ENCRYPTED PRIVATE KEY");
  if (locked) return unlocked(call, locked, { from, what, password });
  try {
    return parsePrivateKey(blocks.map(pemOf).join(""));
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    throw unreadable(from, what, blocks.length > 0 ? unsupported : "");
  }
}

async function unlocked(
  call: Call,
  { bytes }: PemBlock,
  o: { from: string; what: string; password: string | undefined },
): Promise<PrivateKey> {
  const password = o.password ?? (await askPassword(call, `Enter pass phrase for ${o.from}:`));
  try {
    return decryptPkcs8(bytes, password);
  } catch (error) {
    if (error instanceof UnknownEncryption) {
      const words = notHere(`keys locked in an old way (${error.message}); AES is here: -aes256`);
      throw new CommandError(`openssl: ${words}\n`);
    }
    if (!(error instanceof EncodingError)) throw error;
    const bad = [
      ["1C800064", "Provider routines:ossl_cipher_unpadblock", "bad decrypt", badDecrypt],
      ["11800074", "PKCS12 routines:PKCS12_pbe_crypt_ex", "pkcs12 cipherfinal error", wrong],
    ] as const;
    const queue = unsupported + bad.map(([a, b, c, d]) => queueLine(a, b, c, d)).join("");
    throw unreadable(o.from, o.what, queue);
  }
}

/** A line from whoever sits there. */
export async function askPassword(call: Call, prompt: string): Promise<string> {
  call.stderr.write(prompt);
  const line = await readLine(call);
  call.stderr.write("\n");
  return line ?? "";
}

/** The next line of stdin without its end; undefined once there is none. */
export async function readLine({ stdin }: Call): Promise<string | undefined> {
  let bytes: Uint8Array = noBytes;
  for (let chunk = await stdin.read(); chunk !== null; chunk = await stdin.read()) {
    bytes = concat(bytes, chunk);
    const end = bytes.indexOf(0x0a);
    if (end < 0) continue;
    if (end + 1 < bytes.length) stdin.unread?.(bytes.subarray(end + 1));
    return text(bytes.subarray(0, end)).replace(/\r$/, "");
  }
  return bytes.length > 0 ? text(bytes) : undefined;
}

/** A public key: its own file, or out of a certificate or a private key. Throws CommandError. */
export async function loadPublicKey(call: Call, name: string | undefined): Promise<PublicKey> {
  const blocks = await blocksOf(call, name, "Public Key");
  const found = blocks.find(({ label }) => label === "PUBLIC KEY");
  try {
    if (found) return decodePublicKey(new DerReader(found.bytes).next(tag.sequence));
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  throw unreadable(name ?? "<stdin>", "Public Key", blocks.length > 0 ? unsupported : "");
}

/** What BIO_new_file says of a file that is not there, or whose folder is not. */
export function cannotOpen(name: string, mode: "r" | "w"): string {
  const way = mode === "r" ? "reading" : "writing";
  const calling = `../crypto/bio/bss_file.c:67:calling fopen(${name}, ${mode})`;
  return (
    `Can't open "${name}" for ${way}, No such file or directory\n` +
    queueLine("80000002", "system library:BIO_new_file", "No such file or directory", calling) +
    queueLine(
      "10000080",
      "BIO routines:BIO_new_file",
      "no such file",
      "../crypto/bio/bss_file.c:75:",
    )
  );
}

/** A text file that an option names. Throws CommandError. */
export async function loadText(call: Call, name: string | undefined): Promise<string> {
  try {
    return await readInput(call, name);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(cannotOpen(name ?? "<stdin>", "r"));
  }
}

/** A signing request. Throws CommandError, which ends in `failed`. */
export async function loadRequest(
  call: Call,
  name: string | undefined,
  failed: string,
): Promise<CertificateRequest> {
  let content: string;
  try {
    content = await readInput(call, name);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(`${cannotOpen(name!, "r")}${failed}\n`);
  }
  try {
    const found = parsePem(content).find(({ label }) => /^(NEW )?CERTIFICATE REQUEST$/.test(label));
    if (found) return parseRequest(found.bytes);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
  }
  const queue = queueLine(
    "0480006C",
    "PEM routines:get_name",
    "no start line",
    "../crypto/pem/pem_lib.c:760:Expecting: CERTIFICATE REQUEST",
  );
  throw new CommandError(`${failed}\n${queue}`);
}

/** Writes to the file that -out names, or to stdout. Throws CommandError. */
export function writeOutput(call: Call, name: string | undefined, content: string): void {
  writeBytes(call, name, utf8(content));
}

export function writeBytes(call: Call, name: string | undefined, content: Uint8Array): void {
  if (name === undefined || name === "-") return call.stdout.write(content);
  if (name === "/dev/null") return;
  try {
    call.world.files.write(pathOf(call, name), content);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(cannotOpen(name, "w"));
  }
}

function pemOf({ label, bytes }: PemBlock): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `-----BEGIN ${label}-----\n${btoa(binary)}\n-----END ${label}-----\n`;
}

/** "pass:secret", "file:NAME", "env:NAME" or "stdin", as -passin and -passout take them. */
export async function passwordOf(
  call: Call,
  source: string | undefined,
): Promise<string | undefined> {
  if (source === undefined) return undefined;
  const [, kind = "", value = ""] = /^(pass|file|env):(.*)$/s.exec(source) ?? [];
  if (source === "stdin") return (await readLine(call)) ?? "";
  if (kind === "pass") return value;
  if (kind === "env") return valueOf(call.session, value);
  if (kind === "file") return (await readInput(call, value)).split("\n")[0]!;
  throw new CommandError(`Invalid password argument, starting with "${source.slice(0, 4)}"\n`);
}
