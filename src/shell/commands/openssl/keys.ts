// Keys: genrsa, genpkey, ecparam make them; pkey, rsa and ec show and rewrite them.

import { encryptPkcs8 } from "../../../net/x509/encrypted.ts";
import {
  encodePublicKey,
  printPrivateKey,
  printTraditionalKey,
  publicKeyOf,
  type PrivateKey,
  type PublicKey,
} from "../../../net/x509/keys.ts";
import { objectId } from "../../../net/x509/der.ts";
import { oid } from "../../../net/x509/oid.ts";
import { printPem } from "../../../net/x509/pem.ts";
import { keyText } from "../../../net/x509/print.ts";
import { CommandError, notHere, type Call } from "../../command.ts";
import { askPassword, loadKey, loadPublicKey, passwordOf, writeOutput } from "./load.ts";
import { curveOf, ecKey, newKey, rsaKey } from "./newkey.ts";
import { parseOptions, usage, type Options } from "./options.ts";

const ciphers = "aes128 aes192 aes256 aes-128-cbc aes-192-cbc aes-256-cbc des3 des";

export async function genrsa(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("genrsa", args, {
    flags: `verbose traditional 3 F4 f4 help ${ciphers}`,
    values: "out passout",
    absent: "primes rand writerand engine",
    operands: 1,
  });
  const size = options.operands[0] ?? "2048";
  if (!/^\d+$/.test(size)) throw new CommandError(`genrsa: Can't parse "${size}" as a number\n`);
  const key = rsaKey(call, Number(size), { shown: options.has("verbose") });
  await writeKey(call, options, key, options.has("traditional"));
  return 0;
}

export async function genpkey(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("genpkey", args, {
    flags: `text help quiet ${ciphers}`,
    values: "algorithm pkeyopt out outform pass",
    absent: "paramfile genparam config engine",
  });
  const algorithm = options.value("algorithm");
  if (algorithm === undefined) throw new CommandError("genpkey: Use -help for summary.\n");
  const pkeyOptions = options.all("pkeyopt");
  const o = { options: pkeyOptions, tool: "genpkey", shown: !options.has("quiet") };
  const key = newKey(call, algorithm, o);
  await writeKey(call, options, key, false, options.has("text") ? keyText(key) : "");
  return 0;
}

export async function ecparam(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("ecparam", args, {
    flags: "genkey noout list_curves text check help",
    values: "name out in conv_form param_enc",
    absent: "no_seed rand writerand engine check_named",
  });
  if (options.has("list_curves")) {
    call.stdout.write(
      "  secp384r1 : NIST/SECG curve over a 384 bit prime field\n" +
        "  prime256v1: X9.62/SECG curve over a 256 bit prime field\n",
    );
    return 0;
  }
  const name = options.value("name");
  if (name === undefined) {
    throw new CommandError(`ecparam: ${notHere("reading parameters; name a curve with -name")}\n`);
  }
  if (name === "secp256r1") {
    call.stderr.write("using curve name prime256v1 instead of secp256r1\n");
  }
  const curve = curveOf(name) === "P-256" ? oid.prime256v1 : oid.secp384r1;
  const parameters = options.has("noout") ? "" : printPem("EC PARAMETERS", objectId(curve));
  const key = options.has("genkey") ? printTraditionalKey(ecKey(call, name)) : "";
  writeOutput(call, options.value("out"), parameters + key);
  return Promise.resolve(0);
}

const showing = {
  flags: `text noout pubout pubin check text_pub traditional modulus RSAPublicKey_out help ${ciphers}`,
  values: "in out passin passout inform outform conv_form param_enc",
  absent: "pubcheck engine param_out no_public",
};

/** openssl pkey, rsa and ec: the same work under three names. */
export function showKey(tool: "pkey" | "rsa" | "ec") {
  return async (call: Call, args: readonly string[]): Promise<number> => {
    const options = parseOptions(tool, args, showing);
    if (tool === "ec") call.stderr.write("read EC key\n");
    const name = options.value("in");
    const password = await passwordOf(call, options.value("passin"));
    const secret = options.has("pubin")
      ? undefined
      : await loadKey(call, name, { what: tool === "pkey" ? "key" : "private key", password });
    const key = secret ?? (await loadPublicKey(call, name));
    if (tool === "rsa" && key.type !== "rsa") throw new CommandError("Not an RSA key\n");
    let out = shown(tool, options, key);
    if (!options.has("noout")) {
      const onlyPublic = options.has("pubout") || !secret;
      if (tool !== "pkey") call.stderr.write(`writing ${tool.toUpperCase()} key\n`);
      if (onlyPublic) out = joined(tool, out, publicPem(key));
      else out = joined(tool, out, await privatePem(call, options, secret, tool));
    }
    writeOutput(call, options.value("out"), out);
    return 0;
  };
}

function shown(tool: string, options: Options, key: PrivateKey | PublicKey): string {
  let out = "";
  if (options.has("modulus") && key.type === "rsa") {
    out += `Modulus=${key.n.toString(16).toUpperCase()}\n`;
  }
  if (
    options.has("text_pub") ||
    (options.has("text") && options.has("pubout") && tool === "pkey")
  ) {
    out += keyText("d" in key ? publicKeyOf(key) : key);
  } else if (options.has("text")) out += keyText(key);
  if (options.has("check")) out += tool === "rsa" ? "RSA key ok\n" : "Key is valid\n";
  return out;
}

/** pkey prints the PEM first, the older ones what was asked for. */
function joined(tool: string, text: string, pem: string): string {
  return tool === "pkey" ? pem + text : text + pem;
}

function publicPem(key: PrivateKey | PublicKey): string {
  return printPem("PUBLIC KEY", encodePublicKey("d" in key ? publicKeyOf(key) : key));
}

function privatePem(
  call: Call,
  options: Options,
  key: PrivateKey,
  tool: string,
): Promise<string> | string {
  if (locks(options)) return lockedPem(call, options, key);
  const old = options.has("traditional") || tool === "ec";
  return old ? printTraditionalKey(key) : printPrivateKey(key);
}

function locks(options: Options): boolean {
  return ciphers.split(" ").some((name) => options.has(name));
}

async function lockedPem(call: Call, options: Options, key: PrivateKey): Promise<string> {
  const source = options.value("passout") ?? options.value("pass");
  const given = await passwordOf(call, source);
  const password = given ?? (await askPassword(call, "Enter PEM pass phrase:"));
  if (password.length < 4 && given === undefined) throw usage("openssl", "Pass phrase too short");
  return printPem("ENCRYPTED PRIVATE KEY", encryptPkcs8(key, password, call.world.random));
}

async function writeKey(
  call: Call,
  options: Options,
  key: PrivateKey,
  traditional: boolean,
  behind = "",
): Promise<void> {
  const open = traditional ? printTraditionalKey(key) : printPrivateKey(key);
  const pem = locks(options) ? await lockedPem(call, options, key) : open;
  writeOutput(call, options.value("out"), pem + behind);
}
