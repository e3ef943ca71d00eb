// The same command lines to the real openssl and to ours, over the same files.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTraditionalKey } from "../../src/net/x509/keys.ts";
import { makeName } from "../../src/net/x509/name.ts";
import { printPem } from "../../src/net/x509/pem.ts";
import { makeRequest } from "../../src/net/x509/request.ts";
import { generateRsaKey } from "../../src/net/x509/rsakey.ts";
import { Random } from "../../src/base/random.ts";
import { printCertificate } from "../../src/net/x509/certificate.ts";
import { generateEcKey, printPrivateKey } from "../../src/net/x509/keys.ts";
import { oid } from "../../src/net/x509/oid.ts";
import { dayMs, party, random, type Party } from "../net/x509/hotel.ts";
import { makeLaptop, type Laptop } from "./laptop.ts";

export const nowMs = Math.floor(Date.now() / 1000) * 1000;
const dates = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 100 * dayMs };

const root = party("City Root", undefined, { ...dates, ca: true });
const middle = party("City Authority", root, { ...dates, ca: true, pathLength: 0 });
const rsa = generateRsaKey(new Random(5), 2048);
const parties: Record<string, Party> = {
  root,
  middle,
  good: party("good.example", root, {
    ...dates,
    dns: ["good.example", "*.wild.example"],
    ips: ["127.0.0.1"],
    keyUsage: ["digitalSignature", "keyEncipherment"],
    purposes: [oid.serverAuth, oid.clientAuth],
  }),
  below: party("below.example", middle, { ...dates, dns: ["below.example"] }),
  self: party("self.example", undefined, { ...dates, dns: ["self.example"], serial: 4097n }),
  old: party("old", root, { ...dates, notAfterMs: nowMs - dayMs / 2 }),
  young: party("young", root, { ...dates, notBeforeMs: nowMs + dayMs }),
  client: party("client", root, { ...dates, purposes: [oid.clientAuth] }),
  underleaf: party("x", party("good.example", root, dates), dates),
  deep: party("deep", party("Second", middle, { ...dates, ca: true }), dates),
  rsa: party("rsa.example", undefined, { ...dates, ca: true, dns: ["rsa.example"] }, rsa),
  p384: party("p384.example", root, dates, generateEcKey(random, "P-384")),
};

const request = makeRequest({
  subject: makeName([
    { type: "C", value: "DE" },
    { type: "O", value: "Grand, Hotel" },
    { type: "CN", value: "asked.example" },
  ]),
  key: parties["good"]!.key,
  extensions: [],
  random,
});

export const files: Record<string, string> = {
  "junk.pem": "junk\n",
  "asked.csr": printPem("CERTIFICATE REQUEST", request.bytes),
  "old-style.key": printTraditionalKey(rsa),
  "chain.pem": [parties["below"]!, middle].map((one) => printCertificate(one.certificate)).join(""),
  "server.cnf":
    "subjectAltName = @names\nkeyUsage = critical, digitalSignature\n" +
    "extendedKeyUsage = serverAuth\nbasicConstraints = CA:FALSE\n" +
    "[names]\nDNS.1 = a.example\nDNS.2 = *.b.example # two\nIP.1 = 10.0.0.1\n",
  "authority.cnf":
    "[v3]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=keyCertSign,cRLSign\n",
  ...Object.fromEntries(
    Object.entries(parties).flatMap(([name, { certificate, key }]) => [
      [`${name}.crt`, printCertificate(certificate)],
      [`${name}.key`, printPrivateKey(key)],
    ]),
  ),
};

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A folder for the real one. */
export class RealFolder {
  readonly path = mkdtempSync(join(tmpdir(), "grand-ingress-openssl-"));

  constructor() {
    for (const [name, content] of Object.entries(files)) this.put(name, content);
  }

  put(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.path, name), content);
  }

  read(name: string): Uint8Array {
    return readFileSync(join(this.path, name));
  }

  run(args: string, input = ""): Outcome {
    const env = {
      ...process.env,
      SSL_CERT_FILE: join(this.path, "self.crt"),
      SSL_CERT_DIR: "/none",
    };
    const child = spawnSync("bash", ["-c", `openssl ${args}`], { cwd: this.path, input, env });
    const [out, err] = [child.stdout.toString(), child.stderr.toString()];
    return { status: child.status ?? -1, out, err };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A laptop with the same files. */
export function fileLaptop(): Laptop {
  const home = Object.entries(files).map(([name, content]) => [`/home/guest/${name}`, content]);
  const store = ["/etc/ssl/certs/ca-certificates.crt", files["self.crt"]];
  return makeLaptop({
    startMs: nowMs,
    files: Object.fromEntries([...home, store]) as Record<string, string>,
  });
}

export async function ours(laptop: Laptop, args: string, input = ""): Promise<Outcome> {
  const { status, out, err } = await laptop.result(`openssl ${args}`, input);
  return { status, out, err };
}

/** Threads' numbers and the dots of a search, told away. */
export function shown({ status, out, err }: Outcome): Outcome {
  const plain = err
    .replace(/^[0-9A-F]{16}:/gm, "THREAD:")
    .replace(/^[.+*]+\n/gm, "")
    .replace(/(ciphercommon_block\.c):\d+/g, "$1")
    .replace(/:section=\w+, name/g, ":section, name");
  return { status, out, err: plain };
}
