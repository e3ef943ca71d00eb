// Our curl beside the real one over https: what -v says of the handshake, what is believed, and
// how a refusal reads. NOT RUN without a curl of version 7.88 with OpenSSL.

import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  files,
  ourTlsCurl,
  realTlsCurl,
  type Outcome,
  type TlsBehaviour,
} from "./curl-tls-servers.ts";

const about = spawnSync("curl", ["--version"]).stdout?.toString() ?? "";
const comparable = /^curl 7\.88\..*OpenSSL\/3\.0/.test(about);
if (!comparable)
  console.warn("NOT RUN: https beside the real curl (no curl 7.88 with OpenSSL 3.0)");

const folder = mkdtempSync(join(tmpdir(), "grand-ingress-curl-"));
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Releases, sizes that depend on a client's offers and on random signatures, told away. */
function shown({ status, out, err }: Outcome): Outcome {
  const plain = err
    .replace(/(Client hello \(1\):|Server hello \(2\):|CERT verify \(15\):)\n[{}] \[\d+/g, "$1 [N")
    .replace(/(Server key exchange \(12\):|Certificate \(11\):)\n[{}] \[\d+/g, "$1 [N")
    .replace(
      /(Encrypted Extensions \(8\):|exchange \(16\):|Finished \(20\):)\n[{}] \[\d+/g,
      "$1 [N",
    )
    .replace(/(Newsession Ticket \(4\):|Request CERT \(13\):)\n[{}] \[\d+/g, "$1 [N")
    .replace(/\* (Found bundle|Can not multiplex|Mark bundle).*\n/g, "")
    .replace(/Re-using existing connection #\d+ with/g, "Re-using existing connection with")
    .replace(/(Closing connection) -?\d+/g, "$1")
    .replace(/(port \S+) \(#\d+\)/g, "$1")
    .replace(/after \d+ milliseconds/g, "after N milliseconds")
    .replace(/curl\/\d+\.\d+\.\d+/g, "curl/X")
    .replace(/OpenSSL\/3\.0\.\d+/g, "OpenSSL/3.0.X");
  return { status, out, err: plain };
}

async function compare(args: readonly string[], behaviour: TlsBehaviour): Promise<void> {
  const ours = shown(await ourTlsCurl(args, behaviour));
  expect(ours).toEqual(shown(await realTlsCurl(args, behaviour, folder)));
}

const to = (name: string): string[] => [
  ...["--resolve", `${name}:PORT:127.0.0.1`, `https://${name}:PORT/`],
];
const root = ["--cacert", "root.crt"];
const tickets = { ticketKey: new Uint8Array(32).fill(9) };
const asks = {
  clientCertificate: { required: true, authorities: [], check: () => undefined },
} as const;

describe.skipIf(!comparable)("like the real curl over https", () => {
  test.each<[readonly string[], TlsBehaviour]>([
    [["-sv", ...root, ...to("good.example")], {}],
    [["-sv", ...root, ...to("good.example")], { versions: ["TLSv1.2"] }],
    [["-sv", ...root, ...to("good.example")], { groups: ["P-256"] }],
    [["-sv", ...root, ...to("a.wild.example")], tickets],
    [["-sv", ...root, "https://127.0.0.1:PORT/"], {}],
    [["-sv", ...root, "--tls-max", "1.2", ...to("good.example")], {}],
    [["-sv", ...root, "--tlsv1.3", ...to("good.example")], {}],
    [["-sv", ...root, "--http1.1", ...to("good.example")], {}],
    [["-sv", ...root, "--no-alpn", ...to("good.example")], {}],
    [["-sv", "-k", "-0", ...to("good.example")], {}],
    [["-sv", ...root, ...to("nosan.example")], { shows: "nosan" }],
    [["-sv", ...root, ...to("below.example")], { shows: "below", whole: true }],
    [["-sv", "--cacert", "self.crt", ...to("self.example")], { shows: "self" }],
    [["-sv", "-d", "abc", ...root, ...to("good.example")], {}],
    [["-sv", ...root, ...to("good.example"), "https://good.example:PORT/two"], {}],
    [["-sv", ...root, ...to("good.example")], { closes: true }],
  ])("talks: %j %j", compare);

  test("resumes a session", async () => {
    const args = ["-sv", ...root, ...to("good.example"), "https://good.example:PORT/two"];
    await compare(args, { ...tickets, closes: true });
  });

  test.each<[readonly string[], TlsBehaviour]>([
    [["-sv", ...to("good.example")], {}],
    [["-sS", ...to("good.example")], { versions: ["TLSv1.2"] }],
    [["-sv", ...root, ...to("self.example")], { shows: "self" }],
    [["-sSv", ...root, ...to("bad.example")], {}],
    [["-sSv", ...root, ...to("b.a.wild.example")], {}],
    [["-sSv", ...root, ...to("x.example")], { shows: "nosan" }],
    [["-sS", ...root, "https://127.0.0.1:PORT/"], { shows: "nosan" }],
    [["-sS", ...root, ...to("below.example")], { shows: "below" }],
    [["-sS", ...to("below.example")], { shows: "below", whole: true }],
    [["-sSv", ...root, ...to("old.example")], { shows: "old" }],
    [["-sSv", ...root, ...to("young.example")], { shows: "young" }],
    [["-sv", "-k", ...to("bad.example")], {}],
    [["-sv", "-k", ...to("old.example")], { shows: "old" }],
    [["-sv", "-k", ...to("below.example")], { shows: "below" }],
    [["-S", ...to("good.example")], {}],
    [["-s", "-k", "-w", "%{ssl_verify_result} %{num_certs} %{scheme}", ...to("good.example")], {}],
    [["-s", "-w", "%{ssl_verify_result} %{exitcode} %{errormsg}", ...to("good.example")], {}],
  ])("does not believe everybody: %j %j", compare);

  test.each<[readonly string[], TlsBehaviour]>([
    [["-sSv", ...root, ...to("good.example")], { certificate: () => undefined }],
    [["-sSv", ...root, "--tlsv1.3", ...to("good.example")], { versions: ["TLSv1.2"] }],
    [["-sS", ...root, ...to("good.example")], { alpn: ["spdy/1"] }],
    [["-sSv", ...to("good.example")], { plain: "HTTP/1.1 400 Bad Request\r\n\r\n" }],
    [["-sSv", ...to("good.example")], { plain: "" }],
    [["-sSv", "--tlsv1.3", "--tls-max", "1.2", ...to("good.example")], {}],
    [["-sS", "--tls-max", "2", ...to("good.example")], {}],
    [["-sSv", "--cacert", "nope.crt", ...to("good.example")], {}],
    [["-sSv", "--cacert", "junk.pem", ...to("good.example")], {}],
    [["-sSv", "--cert", "nope.crt", ...to("good.example")], {}],
    [["-sSv", "--cert", "junk.pem", "--key", "good.key", ...to("good.example")], {}],
    [["-sSv", "--cert", "client.crt", ...to("good.example")], {}],
    [["-sSv", "--cert", "client.crt", "--key", "good.key", ...to("good.example")], {}],
    [["-sSv", "--cert", "client.crt", "--key", "nope.key", ...to("good.example")], {}],
  ])("tells what went wrong: %j %j", compare);

  test.each<[readonly string[], TlsBehaviour]>([
    [["-sSv", ...root, ...to("good.example")], asks],
    [["-sSv", ...root, ...to("good.example")], { ...asks, versions: ["TLSv1.2"] }],
    [["-sv", ...root, "--cert", "client.crt", "--key", "client.key", ...to("good.example")], asks],
    [
      ["-sv", ...root, "-E", "client.crt", "--key", "client.key", ...to("good.example")],
      { ...asks, versions: ["TLSv1.2"] },
    ],
  ])("shows a certificate: %j %j", compare);
});
