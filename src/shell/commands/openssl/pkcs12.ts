// openssl pkcs12: a certificate and its key in one file under a password (apps/pkcs12.c).

import { hex } from "../../../base/bytes.ts";
import { printCertificate } from "../../../net/x509/certificate.ts";
import { EncodingError } from "../../../net/x509/der.ts";
import { encryptPkcs8 } from "../../../net/x509/encrypted.ts";
import { keysMatch, printPrivateKey, publicKeyOf } from "../../../net/x509/keys.ts";
import { printName } from "../../../net/x509/name.ts";
import { printPem } from "../../../net/x509/pem.ts";
import {
  readPkcs12,
  WrongPassword,
  writePkcs12,
  type BagOf,
  type Bundle,
} from "../../../net/x509/pkcs12.ts";
import { CommandError, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { readAll } from "../../streams.ts";
import {
  askPassword,
  cannotOpen,
  loadCertificates,
  loadKey,
  passwordOf,
  queueLine,
  writeBytes,
  writeOutput,
} from "./load.ts";
import { parseOptions, type Options } from "./options.ts";

const spec = {
  flags: "export nodes noenc nokeys nocerts clcerts cacerts info noout nomac help",
  values: "in inkey certfile CAfile name out passin passout password passcerts",
  absent: "legacy keypbe certpbe macalg iter chain CSP caname twopass nomaciter descert engine",
};

export async function pkcs12(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("pkcs12", args, spec);
  return options.has("export") ? write(call, options) : show(call, options);
}

async function write(call: Call, options: Options): Promise<number> {
  const file = options.value("in");
  const key = await loadKey(call, options.value("inkey") ?? file);
  const certificates = await loadCertificates(call, file, "certificates");
  const own = certificates.find((one) => keysMatch(one.publicKey, publicKeyOf(key)));
  if (!own) {
    const queue =
      certificates[0].publicKey.type === key.type
        ? queueLine("05800074", checking, "key values mismatch", `${compare}:403:`)
        : queueLine("03000065", matching, "different key types", `${keymgmt}:388:`) +
          queueLine("05800073", checking, "key type mismatch", `${compare}:406:`);
    const from = file ?? "<stdin>";
    throw new CommandError(`No cert in -in file '${from}' matches private key\n${queue}`);
  }
  const more = options.value("certfile");
  const others = certificates.filter((one) => one !== own);
  if (more !== undefined)
    others.push(...(await loadCertificates(call, more, "extra certificates")));
  const source = options.value("passout") ?? options.value("password");
  const password = (await passwordOf(call, source)) ?? (await newPassword(call));
  const bytes = writePkcs12({
    certificates: [own, ...others],
    ...{ key, password, name: options.value("name"), random: call.world.random },
  });
  writeBytes(call, options.value("out"), bytes);
  return 0;
}

const checking = "x509 certificate routines:X509_check_private_key";
const matching = "digital envelope routines:evp_keymgmt_util_match";
const compare = "../crypto/x509/x509_cmp.c";
const keymgmt = "../crypto/evp/keymgmt_lib.c";

async function newPassword(call: Call): Promise<string> {
  const password = await askPassword(call, "Enter Export Password:");
  const again = await askPassword(call, "Verifying - Enter Export Password:");
  if (password === again) return password;
  throw new CommandError("Verify failure\nCan't read Password\n");
}

async function show(call: Call, options: Options): Promise<number> {
  const bytes = await input(call, options.value("in"));
  const source = options.value("passin") ?? options.value("password");
  const password =
    (await passwordOf(call, source)) ?? (await askPassword(call, "Enter Import Password:"));
  const bundle = open(bytes, password);
  if (options.has("info")) call.stderr.write(about(bundle));
  if (options.has("noout")) return 0;
  let out = "";
  if (!options.has("nocerts")) out += certificatesOf(bundle, options);
  if (!options.has("nokeys")) {
    const locked = options.has("nodes") || options.has("noenc") ? undefined : true;
    const secret = locked && ((await passwordOf(call, options.value("passout"))) ?? password);
    for (const key of bundle.keys) {
      const pem =
        secret === undefined
          ? printPrivateKey(key.value)
          : printPem("ENCRYPTED PRIVATE KEY", encryptPkcs8(key.value, secret, call.world.random));
      out += `${attributes(key)}Key Attributes: <No Attributes>\n${pem}`;
    }
  }
  writeOutput(call, options.value("out"), out);
  return 0;
}

async function input(call: Call, name: string | undefined): Promise<Uint8Array> {
  if (name === undefined) return readAll(call.stdin);
  try {
    return call.world.files.read(pathOf(call, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(cannotOpen(name, "r"));
  }
}

function open(bytes: Uint8Array, password: string): Bundle {
  try {
    return readPkcs12(bytes, password);
  } catch (error) {
    if (error instanceof WrongPassword) {
      throw new CommandError("Mac verify error: invalid password?\n");
    }
    if (!(error instanceof EncodingError)) throw error;
    const queue = queueLine(
      "0688010A",
      "asn1 encoding routines:asn1_d2i_ex_primitive",
      "nested asn1 error",
      "../crypto/asn1/tasn_dec.c:752:",
    );
    throw new CommandError(queue);
  }
}

function about({ certificates, macHash, iterations }: Bundle): string {
  const way = "PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256";
  return (
    (macHash ? `MAC: ${macHash}, Iteration ${iterations}\n` : "") +
    (macHash ? `MAC length: ${macHash === "sha256" ? 32 : 20}, salt length: 8\n` : "") +
    `PKCS7 Encrypted data: ${way}\n` +
    certificates.map(() => "Certificate bag\n").join("") +
    `PKCS7 Data\nShrouded Keybag: ${way}\n`
  );
}

function certificatesOf({ certificates }: Bundle, options: Options): string {
  const wanted = certificates.filter(({ localKeyId }) =>
    options.has("clcerts") ? localKeyId : options.has("cacerts") ? !localKeyId : true,
  );
  return wanted
    .map((bag) => {
      const { subject, issuer } = bag.value;
      const names = `subject=${printName(subject)}\nissuer=${printName(issuer)}\n`;
      return attributes(bag) + names + printCertificate(bag.value);
    })
    .join("");
}

function attributes({ name, localKeyId }: BagOf<unknown>): string {
  if (name === undefined && !localKeyId) return "Bag Attributes: <No Attributes>\n";
  const id = localKeyId && (hex(localKeyId).toUpperCase().match(/../g) ?? []).join(" ");
  return (
    "Bag Attributes\n" +
    (name === undefined ? "" : `    friendlyName: ${name}\n`) +
    (id === undefined ? "" : `    localKeyID: ${id} \n`)
  );
}
