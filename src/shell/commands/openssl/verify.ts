// openssl verify: whether certificates are believed, and if not, why (apps/verify.c).

import { text } from "../../../base/bytes.ts";
import { parseCertificates, type Certificate } from "../../../net/x509/certificate.ts";
import { EncodingError } from "../../../net/x509/der.ts";
import { printName } from "../../../net/x509/name.ts";
import { examine } from "../../../net/x509/verify.ts";
import { CommandError, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { defaultAuthorities } from "../authorities.ts";
import { loadCertificates, queueLine } from "./load.ts";
import { parseOptions, usage, type Options } from "./options.ts";
import { verifyWords } from "./words.ts";

const spec = {
  flags:
    "verbose show_chain partial_chain no_check_time no-CAfile no-CApath no-CAstore trusted_first " +
    "x509_strict help",
  values: "CAfile CApath untrusted trusted verify_hostname verify_ip purpose attime nameopt",
  absent:
    "CRLfile crl_check crl_check_all CAstore policy verify_depth verify_email verify_name " +
    "ignore_critical check_ss_sig suiteB_128 crl_download engine vfyopt auth_level",
  operands: Infinity,
};

export async function verify(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("verify", args, spec);
  const trusted = trustedOf(call, options);
  const untrusted: Certificate[] = [];
  for (const name of options.all("untrusted")) {
    untrusted.push(...(await loadCertificates(call, name, "untrusted certificates")));
  }
  const names = options.operands.length > 0 ? options.operands : [undefined];
  let status = 0;
  for (const name of names) {
    try {
      const [certificate] = await loadCertificates(call, name, "certificate file");
      const fine = one(call, options, { name: name ?? "stdin", certificate, trusted, untrusted });
      if (!fine) status = 2;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      call.stderr.write(error.message);
      status = 2;
    }
  }
  return status;
}

interface Candidate {
  readonly name: string;
  readonly certificate: Certificate;
  readonly trusted: readonly Certificate[];
  readonly untrusted: readonly Certificate[];
}

function one(call: Call, options: Options, o: Candidate): boolean {
  const { certificate, trusted, untrusted, name } = o;
  const at = options.number("attime");
  const host = options.value("verify_hostname") ?? options.value("verify_ip");
  const steps = examine({
    chain: [certificate, ...untrusted],
    trusted,
    nowMs: at === undefined ? call.world.clock.now() : at * 1000,
    purpose: purposeOf(options),
    partialChain: options.has("partial_chain"),
    ...(host !== undefined && { host }),
  });
  let fine = true;
  for (;;) {
    const step = steps.next();
    if (step.done && fine) return passed(call, options, name, step.value, o);
    if (step.done) break;
    const { code, depth, at: where } = step.value;
    if (code === 0) continue;
    if (options.has("no_check_time") && (code === 9 || code === 10)) continue;
    call.stderr.write(
      `${printName(where.subject)}\n` +
        `error ${code} at ${depth} depth lookup: ${verifyWords(code)}\n`,
    );
    fine = false;
    if (!continued.has(code)) break;
  }
  call.stderr.write(`error ${name}: verification failed\n`);
  return false;
}

/** Problems that openssl verify looks beyond (apps/verify.c, cb). */
const continued: ReadonlySet<number> = new Set([10, 18, 25, 26, 34, 79]);

function passed(
  call: Call,
  options: Options,
  name: string,
  chain: readonly Certificate[],
  { trusted }: Candidate,
): true {
  call.stdout.write(`${name}: OK\n`);
  if (!options.has("show_chain")) return true;
  const lines = chain.map((one, depth) => {
    const known = depth > 0 || chain.length === 1 ? trusted.includes(one) : false;
    return `depth=${depth}: ${printName(one.subject)}${known ? "" : " (untrusted)"}\n`;
  });
  call.stdout.write(`Chain:\n${lines.join("")}`);
  return true;
}

function purposeOf(options: Options): "server" | "client" | "any" {
  const name = options.value("purpose");
  if (name === undefined || name === "any") return "any";
  if (name === "sslserver" || name === "nssslserver") return "server";
  if (name === "sslclient") return "client";
  throw usage("verify", 'Invalid value "' + name + '" for option -purpose');
}

/** Whom to believe: -CAfile and -trusted, or else everybody that Debian believes. */
export function trustedOf(
  call: Call,
  options: Options,
  complaint: (name: string) => string = (name) => `Error loading file ${name}\n`,
): readonly Certificate[] {
  const files = [...options.all("trusted"), ...options.all("CAfile")];
  const given = files.flatMap((name) => authoritiesIn(call, name, complaint(name)));
  // -CAfile replaces the default file, and -trusted all defaults.
  if (files.length > 0 || options.has("no-CAfile")) return given;
  try {
    return parseCertificates(text(call.world.files.read(defaultAuthorities)));
  } catch (error) {
    if (error instanceof FileError || error instanceof EncodingError) return [];
    throw error;
  }
}

function authoritiesIn(call: Call, name: string, complaint: string): readonly Certificate[] {
  try {
    return parseCertificates(text(call.world.files.read(pathOf(call, name))));
  } catch (error) {
    if (error instanceof EncodingError) {
      const none = queueLine(
        "05800088",
        "x509 certificate routines:X509_load_cert_crl_file_ex",
        "no certificate or crl found",
        "../crypto/x509/by_file.c:251:",
      );
      throw new CommandError(complaint + none);
    }
    if (!(error instanceof FileError)) throw error;
    const lines = [
      [
        "80000002",
        "system library:BIO_new_file",
        "No such file or directory",
        `../crypto/bio/bss_file.c:67:calling fopen(${name}, r)`,
      ],
      ["10000080", "BIO routines:BIO_new_file", "no such file", "../crypto/bio/bss_file.c:75:"],
      [
        "05880002",
        "x509 certificate routines:X509_load_cert_crl_file_ex",
        "system lib",
        "../crypto/x509/by_file.c:229:",
      ],
    ] as const;
    const queue = lines.map(([a, b, c, d]) => queueLine(a, b, c, d)).join("");
    throw new CommandError(complaint + queue);
  }
}
