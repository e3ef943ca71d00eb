// openssl req: requests and self-signed certificates (apps/req.c).

import type { Certificate } from "../../../net/x509/certificate.ts";
import { assemble, randomSerial } from "../../../net/x509/build.ts";
import { printCertificate } from "../../../net/x509/certificate.ts";
import { encryptPkcs8 } from "../../../net/x509/encrypted.ts";
import type { Extension } from "../../../net/x509/extensions.ts";
import {
  encodePublicKey,
  printPrivateKey,
  publicKeyOf,
  type PrivateKey,
} from "../../../net/x509/keys.ts";
import { makeName, printName, type NameAttribute } from "../../../net/x509/name.ts";
import { printPem } from "../../../net/x509/pem.ts";
import { certificateText, requestText } from "../../../net/x509/print.ts";
import { makeRequest, type CertificateRequest } from "../../../net/x509/request.ts";
import type { HashName } from "../../../net/x509/rsa.ts";
import type { SignatureAlgorithm } from "../../../net/x509/signature.ts";
import { CommandError, type Call } from "../../command.ts";
import { ExtensionError, makeExtension, parseConfig, valueIn, type Sections } from "./config.ts";
import {
  askPassword,
  loadCertificates,
  loadKey,
  loadRequest,
  loadText,
  passwordOf,
  queueLine,
  readLine,
  writeOutput,
} from "./load.ts";
import { newKey } from "./newkey.ts";
import { parseOptions, usage, type Options } from "./options.ts";
import { attributeOf, readSubject } from "./subject.ts";

const dayMs = 86_400_000;

const spec = {
  flags:
    "x509 new newkey- nodes noenc noout text subject pubkey verify batch modulus sha256 sha384 " +
    "sha512 sha1 utf8 help",
  values:
    "newkey pkeyopt keyout out in key days subj addext config extensions reqexts passin passout " +
    "set_serial CA CAkey copy_extensions inform outform keyform nameopt",
  absent: "not_before not_after precert engine sigopt vfyopt section multivalue-rdn x509v1 newhdr",
};

export async function req(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("req", args, spec);
  const days = options.number("days");
  const config = await configOf(call, options);
  const makes = options.has("new") || options.has("x509") || options.has("newkey");
  if (!makes) return show(call, options);
  const key = await keyOf(call, options, config);
  const subject = makeName(await subjectOf(call, options, config));
  const request = options.value("in");
  if (request !== undefined && options.has("x509")) {
    await loadRequest(call, request, "Unable to load X509 request");
  }
  if (options.has("x509")) {
    const certificate = await selfSigned(call, options, { key, subject, config, days });
    if (options.has("text")) writeOutput(call, options.value("out"), certificateText(certificate));
    if (!options.has("noout")) append(call, options, printCertificate(certificate));
    return 0;
  }
  const extensions = await extensionsOf(options, config, {
    section: options.value("reqexts") ?? options.value("extensions"),
    fallback: valueIn(config, "req", "req_extensions"),
    key,
    issuer: undefined,
  });
  const made = makeRequest({
    ...{ subject, key, extensions, random: call.world.random },
    ...{ algorithm: algorithmOf(options, key) },
  });
  print(call, options, made);
  return 0;
}

/** Without -new: shows a request that there is. */
async function show(call: Call, options: Options): Promise<number> {
  const request = await loadRequest(call, options.value("in"), "Unable to load X509 request");
  if (options.has("verify")) {
    call.stderr.write(
      request.genuine
        ? "Certificate request self-signature verify OK\n"
        : "Certificate request self-signature verify failure\n",
    );
    if (!request.genuine) return 1;
  }
  print(call, options, request);
  return 0;
}

function print(call: Call, options: Options, request: CertificateRequest): void {
  let out = "";
  if (options.has("text")) out += requestText(request);
  if (options.has("subject")) out += `subject=${printName(request.subject)}\n`;
  if (options.has("pubkey")) out += printPem("PUBLIC KEY", encodePublicKey(request.publicKey));
  if (options.has("modulus") && request.publicKey.type === "rsa") {
    out += `Modulus=${request.publicKey.n.toString(16).toUpperCase()}\n`;
  }
  if (!options.has("noout")) out += printPem("CERTIFICATE REQUEST", request.bytes);
  writeOutput(call, options.value("out"), out);
}

function append(call: Call, options: Options, pem: string): void {
  writeOutput(call, options.value("out"), pem);
}

async function selfSigned(
  call: Call,
  options: Options,
  o: {
    key: PrivateKey;
    subject: ReturnType<typeof makeName>;
    config: Sections;
    days?: number | undefined;
  },
): Promise<Certificate> {
  const { random, clock } = call.world;
  const authority = options.value("CA");
  const [issuer] = authority === undefined ? [] : await loadCertificates(call, authority);
  const signer = issuer ? await loadKey(call, options.value("CAkey") ?? authority) : o.key;
  const extensions = await extensionsOf(options, o.config, {
    section: options.value("extensions"),
    fallback: valueIn(o.config, "req", "x509_extensions"),
    key: o.key,
    issuer,
  });
  const startMs = Math.floor(clock.now() / 1000) * 1000;
  const serial = options.value("set_serial");
  return assemble({
    subject: o.subject,
    issuerName: issuer?.subject ?? o.subject,
    publicKey: publicKeyOf(o.key),
    signer,
    notBeforeMs: startMs,
    notAfterMs: startMs + (o.days ?? 30) * dayMs,
    random,
    serial: serial === undefined ? randomSerial(random, 20) : serialOf("req", serial),
    extensions,
    algorithm: algorithmOf(options, signer),
  });
}

/** Throws CommandError. */
export function serialOf(tool: string, written: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(written)) {
    throw usage(tool, `Can't parse "${written}" as a number`);
  }
  return BigInt(written);
}

/** -sha256 and its like; otherwise what fits the key. */
export function algorithmOf(options: Options, key: PrivateKey): SignatureAlgorithm {
  const named = (["sha1", "sha256", "sha384", "sha512"] as const).find((one) => options.has(one));
  const hash: HashName = named ?? "sha256";
  if (key.type === "ec") return { kind: "ecdsa", hash: hash === "sha1" ? "sha256" : hash };
  return { kind: "rsa-pkcs1", hash };
}

/** The extensions of a section, or openssl.cnf's own, with what -addext adds. */
function extensionsOf(
  options: Options,
  config: Sections,
  o: {
    section: string | undefined;
    fallback: string | undefined;
    key: PrivateKey;
    issuer: Certificate | undefined;
  },
): Extension[] {
  const context = { key: publicKeyOf(o.key), issuer: o.issuer, sections: config };
  const section = o.section ?? o.fallback;
  const lines = section === undefined ? [] : config.get(section);
  if (!lines) {
    throw new CommandError(`Error checking extension section ${section}\n`);
  }
  const added = options.all("addext").map((one): readonly [string, string] => {
    const equals = one.indexOf("=");
    return [one.slice(0, equals).trim(), one.slice(equals + 1).trim()];
  });
  const out: Extension[] = [];
  for (const [name, value] of [...lines, ...added]) {
    try {
      const made = makeExtension(name, value, context);
      const before = out.findIndex(({ id }) => id === made?.id);
      if (before >= 0) out.splice(before, 1);
      if (made) out.push(made);
    } catch (error) {
      if (!(error instanceof ExtensionError)) throw error;
      const from = added.length > 0 ? "s defined using -addext" : ` section ${section}`;
      throw new CommandError(
        `Error checking extension${from}\n${extensionQueue(error.message, name, value)}`,
      );
    }
  }
  return out;
}

/** The error queue after a line that is no extension. */
export function extensionQueue(reason: string, name: string, value: string): string {
  const [why = "", more] = reason.split(":");
  const inner =
    why === "unknown extension name"
      ? queueLine("11000082", "X509 V3 routines:do_ext_nconf", why, "../crypto/x509/v3_conf.c:88:")
      : queueLine(
          "11000075",
          "X509 V3 routines:v2i_GENERAL_NAME_ex",
          why,
          `../crypto/x509/v3_san.c:626:${more ?? ""}`,
        );
  return (
    inner +
    queueLine(
      "11000080",
      "X509 V3 routines:X509V3_EXT_nconf_int",
      "error in extension",
      `../crypto/x509/v3_conf.c:48:section=default, name=${name}, value=${value}`,
    )
  );
}

/** What Debian's openssl.cnf says of requests. */
const defaultConfig = `
[req]
distinguished_name = req_distinguished_name
x509_extensions = v3_ca
[req_distinguished_name]
countryName = Country Name (2 letter code)
countryName_default = AU
stateOrProvinceName = State or Province Name (full name)
stateOrProvinceName_default = Some-State
localityName = Locality Name (eg, city)
0.organizationName = Organization Name (eg, company)
0.organizationName_default = Internet Widgits Pty Ltd
organizationalUnitName = Organizational Unit Name (eg, section)
commonName = Common Name (e.g. server FQDN or YOUR name)
emailAddress = Email Address
[v3_ca]
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid:always,issuer
basicConstraints = critical,CA:true
[v3_req]
basicConstraints = CA:FALSE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment
`;

async function configOf(call: Call, options: Options): Promise<Sections> {
  const name = options.value("config");
  const content = name === undefined ? defaultConfig : await loadText(call, name);
  const parsed = parseConfig(content);
  if (!("line" in parsed)) return parsed;
  throw new CommandError(
    `Error on line ${parsed.line} of config file "${name}"\n` +
      queueLine(
        "07000065",
        "configuration file routines:def_load_bio",
        "missing equal sign",
        `../crypto/conf/conf_def.c:521:HERE-->line ${parsed.line}`,
      ),
  );
}

async function keyOf(call: Call, options: Options, config: Sections): Promise<PrivateKey> {
  const password = await passwordOf(call, options.value("passin"));
  if (options.value("newkey") === undefined && options.value("key") !== undefined) {
    return loadKey(call, options.value("key"), { password });
  }
  const bits = valueIn(config, "req", "default_bits") ?? "2048";
  const wanted = options.value("newkey") ?? `rsa:${bits}`;
  const pkeyOptions = options.all("pkeyopt");
  const key = newKey(call, wanted, { options: pkeyOptions, tool: "req", shown: true });
  const out = options.value("keyout") ?? valueIn(config, "req", "default_keyfile") ?? "privkey.pem";
  const open =
    options.has("nodes") || options.has("noenc") || valueIn(config, "req", "encrypt_key") === "no";
  const pem = open ? printPrivateKey(key) : await lockedKey(call, options, key);
  writeOutput(call, out, pem);
  call.stderr.write("-----\n");
  return key;
}

async function lockedKey(call: Call, options: Options, key: PrivateKey): Promise<string> {
  const given = await passwordOf(call, options.value("passout"));
  const password = given ?? (await askPassword(call, "Enter PEM pass phrase:"));
  if (given === undefined) {
    const again = await askPassword(call, "Verifying - Enter PEM pass phrase:");
    if (again !== password) throw new CommandError("Verify failure\n");
  }
  return printPem("ENCRYPTED PRIVATE KEY", encryptPkcs8(key, password, call.world.random));
}

async function subjectOf(
  call: Call,
  options: Options,
  config: Sections,
): Promise<readonly NameAttribute[]> {
  const written = options.value("subj");
  if (written !== undefined) return readSubject(call, "req", written);
  const section = valueIn(config, "req", "distinguished_name") ?? "req_distinguished_name";
  const lines = config.get(section) ?? [];
  const silent = options.has("batch") || valueIn(config, "req", "prompt") === "no";
  if (!silent) call.stderr.write(aboutNames);
  const out: NameAttribute[] = [];
  for (const [name, text] of lines) {
    if (/_(default|min|max)$/.test(name)) continue;
    const type = attributeOf(name.replace(/^\d+\./, ""));
    if (type === undefined) continue;
    const preset = valueIn(config, section, `${name}_default`);
    if (silent) {
      const value = options.has("batch") ? preset : text;
      if (value !== undefined) out.push({ type, value });
      continue;
    }
    call.stderr.write(`${text} [${preset ?? ""}]:`);
    const line = await readLine(call);
    if (line === undefined) throw new CommandError("Error making certificate request\n");
    const value = line === "" ? (preset ?? "") : line;
    if (value !== "" && value !== ".") out.push({ type, value });
  }
  if (!silent && !options.has("x509")) await askExtras(call);
  return out;
}

const aboutNames =
  "You are about to be asked to enter information that will be incorporated\n" +
  "into your certificate request.\n" +
  "What you are about to enter is what is called a Distinguished Name or a DN.\n" +
  "There are quite a few fields but you can leave some blank\n" +
  "For some fields there will be a default value,\n" +
  "If you enter '.', the field will be left blank.\n" +
  "-----\n";

/** Two attributes that nobody looks at any more. */
async function askExtras(call: Call): Promise<void> {
  call.stderr.write(
    "\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n",
  );
  for (const prompt of ["A challenge password []:", "An optional company name []:"]) {
    call.stderr.write(prompt);
    await readLine(call);
  }
}
