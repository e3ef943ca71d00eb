// openssl s_client beside the real one, against the same server: our engine on a socket and in the
// virtual network. NOT RUN without an openssl of version 3.0.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  files,
  ourLine,
  withRealServer,
  type Outcome,
  type TlsBehaviour,
} from "./curl-tls-servers.ts";

const version = spawnSync("openssl", ["version"]).stdout?.toString() ?? "";
const here = version.startsWith("OpenSSL 3.0");
if (!here) console.warn("NOT RUN: openssl s_client beside the real one (no OpenSSL 3.0)");

const folder = mkdtempSync(join(tmpdir(), "grand-ingress-sclient-"));
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sizes, sessions and times of day, told away. */
function shown({ status, out, err }: Outcome): Outcome {
  const plain = out
    .replace(/has read \d+ bytes and written \d+ bytes/, "has read N bytes and written N bytes")
    .replace(/(Start Time: |Timeout {3}: |Session-ID: |Master-Key: ).*/g, "$1…");
  const queue = err
    .replace(/^[0-9A-F]{16}:/gm, "THREAD:")
    // A client of ours offers one format, and so is answered one.
    .replace(/(Point Formats: uncompressed).*/, "$1");
  return { status, out: plain, err: queue };
}

function real(args: string, stdin: string): (port: number) => Promise<Outcome> {
  return (port) =>
    new Promise((resolve) => {
      const env = {
        ...process.env,
        SSL_CERT_FILE: join(folder, "self.crt"),
        SSL_CERT_DIR: "/none",
      };
      const line = `openssl ${args.replaceAll("PORT", `${port}`)}`;
      const child = spawn("bash", ["-c", line], { cwd: folder, env });
      let [out, err] = ["", ""];
      child.stdout.on("data", (data: Uint8Array) => (out += new TextDecoder().decode(data)));
      child.stderr.on("data", (data: Uint8Array) => (err += new TextDecoder().decode(data)));
      child.on("close", (status) => resolve({ status: status ?? -1, out, err }));
      child.stdin.end(stdin);
    });
}

const at = "-connect 127.0.0.1:PORT";
const root = "-CAfile root.crt";

describe.skipIf(!here).concurrent("like the real openssl", () => {
  test.each<[string, TlsBehaviour]>([
    [`${at} -servername good.example ${root}`, {}],
    [`${at} -servername good.example ${root} -showcerts`, { shows: "below", whole: true }],
    [`${at} -servername good.example ${root}`, { versions: ["TLSv1.2"] }],
    [`${at} -servername good.example ${root} -brief`, {}],
    [`${at} -servername good.example ${root} -brief -tls1_2`, {}],
    [`${at} ${root} -brief`, { groups: ["P-256"] }],
    [`${at} -noservername -alpn h2,http/1.1`, {}],
    [`${at} -servername x`, { shows: "below" }],
    [`${at} -servername x ${root} -brief`, { shows: "below" }],
    [`${at} -servername x ${root}`, { shows: "old" }],
    [`${at} -servername x ${root} -brief`, { shows: "young" }],
    [`${at} -servername x ${root}`, { shows: "self" }],
    [`${at} -servername x ${root} -verify_return_error`, { shows: "self" }],
    [`${at} -servername x ${root} -verify_hostname bad.example -brief`, {}],
    [`${at} -servername x ${root} -verify_hostname a.wild.example -brief`, {}],
    [`${at} -servername x ${root} -tls1_3`, { versions: ["TLSv1.2"] }],
    [`${at} -servername x ${root}`, { certificate: () => undefined }],
    [`${at} -servername x ${root}`, { plain: "HTTP/1.1 400 Bad Request\r\n\r\n" }],
    [`${at} -servername x ${root}`, { plain: "" }],
    ["-connect 127.0.0.1:9", {}],
    [`${at} -CAfile nope.crt`, {}],
  ])("s_client %s %j", async (args, behaviour) => {
    const line = `s_client ${args} < /dev/null`;
    const ours = shown(await ourLine(`openssl ${line}`, behaviour));
    expect(ours).toEqual(shown(await withRealServer(behaviour, real(line, ""))));
  });

  test("carries a request and its answer", async () => {
    const line = `s_client ${at} -servername good.example ${root} -quiet`;
    const said = "GET / HTTP/1.1\r\nHost: good.example\r\nConnection: close\r\n\r\n";
    const ours = shown(await ourLine(`openssl ${line}`, { closes: true }, said));
    expect(ours).toEqual(shown(await withRealServer({ closes: true }, real(line, said))));
    expect(ours.out).toContain("hi\n");
  });
});
