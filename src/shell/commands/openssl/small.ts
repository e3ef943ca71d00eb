// The small commands: version, rand, dgst.

import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { base64, hex } from "../../../base/bytes.ts";
import { CommandError, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { readAll } from "../../streams.ts";
import { queueLine, writeBytes, writeOutput } from "./load.ts";
import { parseOptions } from "./options.ts";
import { opensslVersion } from "./words.ts";

const full = `OpenSSL ${opensslVersion} 27 Jan 2026 (Library: OpenSSL ${opensslVersion} 27 Jan 2026)`;

export function version(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("version", args, { flags: "a v d p help", values: "x" });
  if (options.has("d")) call.stdout.write('OPENSSLDIR: "/usr/lib/ssl"\n');
  else call.stdout.write(`${full}\n`);
  if (options.has("a")) call.stdout.write('platform: debian-amd64\nOPENSSLDIR: "/usr/lib/ssl"\n');
  return Promise.resolve(0);
}

/** The most bytes at once. */
const randomBytesMax = 1024 * 1024;

export function rand(call: Call, args: readonly string[]): Promise<number> {
  const options = parseOptions("rand", args, {
    flags: "hex base64 help",
    values: "out",
    operands: 1,
  });
  const count = Number(options.operands[0]);
  if (!(count > 0)) throw new CommandError("rand: Use -help for summary.\n");
  const bytes = call.world.random.bytes(Math.min(count, randomBytesMax));
  const out = options.value("out");
  if (options.has("hex")) writeOutput(call, out, `${hex(bytes)}\n`);
  else if (options.has("base64")) {
    writeOutput(
      call,
      out,
      `${base64(bytes)
        .match(/.{1,64}/g)!
        .join("\n")}\n`,
    );
  } else writeBytes(call, out, bytes);
  return Promise.resolve(0);
}

const hashes = { sha1, sha256, sha384, sha512 };
const shown = { sha1: "SHA1", sha256: "SHA2-256", sha384: "SHA2-384", sha512: "SHA2-512" };

/** openssl dgst, and `openssl sha256`. */
export function digest(named: keyof typeof hashes | undefined) {
  return async (call: Call, args: readonly string[]): Promise<number> => {
    const options = parseOptions(named ?? "dgst", args, {
      flags: "sha1 sha256 sha384 sha512 r hex help",
      values: "out",
      absent: "sign verify signature binary hmac c mac prverify",
      operands: Infinity,
    });
    const name = named ?? (["sha1", "sha384", "sha512"] as const).find((one) => options.has(one));
    const which = name ?? "sha256";
    let out = "";
    let status = 0;
    for (const file of options.operands.length > 0 ? options.operands : [undefined]) {
      try {
        const content =
          file === undefined
            ? await readAll(call.stdin)
            : call.world.files.read(pathOf(call, file));
        const sum = hex(hashes[which](content));
        out += options.has("r")
          ? `${sum} *${file ?? "stdin"}\n`
          : `${shown[which]}(${file ?? "stdin"})= ${sum}\n`;
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        const at = "../crypto/bio/bss_file.c";
        const why = "No such file or directory";
        const calling = `${at}:297:calling fopen(${file}, r)`;
        call.stderr.write(
          `${file}: ${why}\n` +
            queueLine("80000002", "system library:file_ctrl", why, calling) +
            queueLine("10080002", "BIO routines:file_ctrl", "system lib", `${at}:300:`),
        );
        status = 1;
      }
    }
    writeOutput(call, options.value("out"), out);
    return status;
  };
}
