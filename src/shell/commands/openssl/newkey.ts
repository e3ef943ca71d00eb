// Making keys: -newkey of req, genrsa, genpkey, ecparam.

import { queueLine } from "./load.ts";
import { generateEcKey, type CurveName, type PrivateKey } from "../../../net/x509/keys.ts";
import { generateRsaKey } from "../../../net/x509/rsakey.ts";
import { CommandError, notHere, type Call } from "../../command.ts";

/** Names that openssl knows the curves by. */
const curveNames: Readonly<Record<string, CurveName>> = {
  prime256v1: "P-256",
  secp256r1: "P-256",
  "P-256": "P-256",
  secp384r1: "P-384",
  "P-384": "P-384",
};

/** Curves that only the real one has. */
const otherCurves =
  /^(secp(112|128|160|192|224|256|521)[rk][12]|P-(192|224|521)|brainpool.*|sect.*)$/;

export function ecKey(call: Call, curve: string): PrivateKey {
  return generateEcKey(call.world.random, curveOf(curve));
}

/** Throws CommandError for a curve that is not here, or nowhere. */
export function curveOf(name: string): CurveName {
  const curve = curveNames[name];
  if (curve) return curve;
  if (otherCurves.test(name)) {
    throw new CommandError(`${notHere(`the curve ${name}; prime256v1 and secp384r1 are`)}\n`);
  }
  throw new CommandError(`unknown curve name (${name})\n`);
}

/** With the dots that show the search, where they are wanted. */
export function rsaKey(call: Call, bits: number, { shown }: { shown: boolean }): PrivateKey {
  if (bits < 512) {
    const queue = queueLine(
      "1C8000AB",
      "Provider routines:rsa_gen_set_params",
      "key size too small",
      "../providers/implementations/keymgmt/rsa_kmgmt.c:509:",
    );
    throw new CommandError(`Error setting RSA length\n${queue}`);
  }
  if (bits > 4096) {
    throw new CommandError(`${notHere(`RSA keys of ${bits} bits; up to 4096 are`)}\n`);
  }
  let dots = "";
  const key = generateRsaKey(call.world.random, bits, (what) => {
    dots += what === "candidate" ? "." : `${"+".repeat(65)}*\n`;
  });
  if (shown) call.stderr.write(dots);
  return key;
}

/** "rsa:2048", "ec" with -pkeyopt, "RSA": what -newkey and -algorithm say. */
export function newKey(
  call: Call,
  wanted: string,
  { options, tool, shown }: { options: readonly string[]; tool: string; shown: boolean },
): PrivateKey {
  const [algorithm = "", size] = wanted.split(":");
  const given = new Map(options.map((one) => one.split(":", 2) as [string, string]));
  switch (algorithm.toLowerCase()) {
    case "rsa":
      return rsaKey(call, Number(given.get("rsa_keygen_bits") ?? size ?? 2048), { shown });
    case "ec": {
      const curve = given.get("ec_paramgen_curve") ?? given.get("group");
      if (curve === undefined) {
        throw new CommandError(`${tool}: Error generating ${algorithm} key\n`);
      }
      return ecKey(call, curve);
    }
    case "ed25519":
    case "ed448":
    case "x25519":
    case "dsa":
    case "rsa-pss":
      throw new CommandError(`${tool}: ${notHere(`${algorithm} keys; RSA and EC are`)}\n`);
    default:
      throw new CommandError(`${tool}: Error initializing ${algorithm} context\n`);
  }
}
