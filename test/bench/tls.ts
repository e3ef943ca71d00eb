// What TLS costs, in Node and in Chromium: both ends of a handshake on one thread, and megabytes
// sealed and opened. The peer is node-forge (TLS 1.0 is the best that it can); the limit is Node's
// own tls, which is OpenSSL. Medians of forty.

import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Duplex } from "node:stream";
import { connect, TLSSocket } from "node:tls";
import forge from "node-forge";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "../../scripts/browser.mjs";
import { serveFolder } from "../../scripts/static.mjs";
import { vite } from "../../scripts/steps.mjs";
import type { Row } from "./route.ts";
import { measure } from "./tls.part.ts";
import type { Costs } from "./tls.part.ts";

export async function bench(): Promise<Row[]> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rsaKey = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const peerMs = await forgeHandshakeMs(rsaKey);
  const native = await nativeCosts(rsaKey);
  const here = measure(rsaKey, () => performance.now());
  const there = await inChromium(rsaKey);
  return [
    ...rows("Node", here, { peerMs, ...native }),
    ...(there ? rows("Chromium", there, { peerMs: null, ...native }) : []),
  ];
}

interface Others {
  readonly peerMs: number | null;
  readonly handshakeMs: number;
  readonly megabytes: number;
}

function rows(where: string, costs: Costs, { peerMs, handshakeMs, megabytes }: Others): Row[] {
  const row = (
    metric: string,
    unit: string,
    ours: number,
    limit: number,
    peer: number | null,
  ): Row => ({
    metric: `${where}: ${metric}`,
    ...{ unit, ours: round(ours), limit: round(limit) },
    ...{
      peer: peer === null ? null : round(peer),
      peerName: peer === null ? "–" : "node-forge, TLS 1.0",
    },
  });
  const ms = (metric: string, ours: number, peer: number | null = null): Row =>
    row(metric, "ms, both ends", ours, handshakeMs, peer);
  const rate = (metric: string, ours: number): Row =>
    row(metric, "MB/s sealed and opened", ours, megabytes, null);
  return [
    ms("the very first handshake", costs.firstMs),
    ms("TLS 1.3, ECDSA P-256", costs.ecdsaMs, peerMs),
    ms("TLS 1.3, RSA 2048", costs.rsaMs, peerMs),
    ms("TLS 1.2, ECDSA P-256", costs.olderMs, peerMs),
    ms("TLS 1.3 resumed", costs.resumedMs),
    rate("AES-128-GCM", costs.aes128),
    rate("AES-256-GCM", costs.aes256),
    rate("ChaCha20-Poly1305", costs.chacha),
  ];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function middle(all: number[]): number {
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
}

/** A self-signed RSA certificate for both other implementations. */
function forgeCertificate(rsaKey: string): string {
  const key = forge.pki.privateKeyFromPem(rsaKey);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
  certificate.validity.notBefore = new Date(Date.now() - 1000);
  certificate.validity.notAfter = new Date(Date.now() + 1_000_000);
  certificate.setSubject([{ name: "commonName", value: "example.com" }]);
  certificate.setIssuer([{ name: "commonName", value: "example.com" }]);
  certificate.sign(key, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

async function forgeHandshakeMs(rsaKey: string): Promise<number> {
  const cert = forgeCertificate(rsaKey);
  const one = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const error = (_: unknown, what: { message: string }): void =>
        reject(new Error(what.message));
      const shared = { verify: () => true as const, error, dataReady: () => {}, closed: () => {} };
      const server: forge.tls.Connection = forge.tls.createConnection({
        ...{ ...shared, server: true, connected: () => {} },
        ...{ getCertificate: () => cert, getPrivateKey: () => rsaKey },
        tlsDataReady: (from) => void client.process(from.tlsData.getBytes()),
      });
      const client: forge.tls.Connection = forge.tls.createConnection({
        ...{ ...shared, server: false },
        connected: () => resolve(performance.now() - start),
        tlsDataReady: (from) => void server.process(from.tlsData.getBytes()),
      });
      client.handshake();
    });
  const all: number[] = [];
  for (let i = 0; i < 20; i++) all.push(await one());
  return middle(all);
}

/** Two streams, each of which reads what the other writes. */
function wire(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => {},
      write: (chunk: Uint8Array, _encoding, done) => {
        other().push(chunk);
        done();
      },
    });
  const a: Duplex = end(() => b);
  const b: Duplex = end(() => a);
  return [a, b];
}

async function nativeCosts(rsaKey: string): Promise<Omit<Others, "peerMs">> {
  const cert = forgeCertificate(rsaKey);
  const shake = async (): Promise<{ ms: number; client: TLSSocket; server: TLSSocket }> => {
    const start = performance.now();
    const [a, b] = wire();
    const server = new TLSSocket(b as never, { isServer: true, cert, key: rsaKey });
    const client = connect({ socket: a, rejectUnauthorized: false });
    await Promise.all([once(client, "secureConnect"), once(server, "secure")]);
    return { ms: performance.now() - start, client, server };
  };
  const all: number[] = [];
  for (let i = 0; i < 60; i++) all.push((await shake()).ms);
  const { client, server } = await shake();
  const data = Buffer.alloc(1_000_000);
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const start = performance.now();
    let left = data.length;
    const arrived = new Promise<void>((done) => {
      const take = (chunk: Buffer): void => {
        left -= chunk.length;
        if (left > 0) return;
        server.off("data", take);
        done();
      };
      server.on("data", take);
    });
    client.write(data);
    await arrived;
    times.push(performance.now() - start);
  }
  return { handshakeMs: middle(all), megabytes: 1000 / middle(times) };
}

/** The same measures in a browser; undefined where there is none. */
async function inChromium(rsaKey: string): Promise<Costs | undefined> {
  const found = await findChromium({ install: false });
  if (!found) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "grand-ingress-tls-"));
  const browser = await chromium.launch({ executablePath: found.path, args: chromiumArguments() });
  try {
    buildInto(folder);
    const page = await browser.newPage();
    await page.goto(await serveFolder(folder));
    const key = JSON.stringify(rsaKey);
    // In text: what the bench's own server makes of an import would not run in a page.
    const script = `import("/tls.js").then((m) => m.measure(${key}, () => performance.now()))`;
    return await page.evaluate<Costs>(script);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The measures as one production module. */
function buildInto(folder: string): void {
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>TLS</title>");
  const entry = JSON.stringify(resolve("test/bench/tls.part.ts"));
  const config = join(folder, "vite.config.mjs");
  const lib = `{ entry: ${entry}, formats: ["es"], fileName: () => "tls.js" }`;
  const build = `{ lib: ${lib}, outDir: ${JSON.stringify(folder)}, emptyOutDir: false }`;
  writeFileSync(config, `export default { build: ${build}, publicDir: false };`);
  const [node = "", ...rest] = vite;
  const options = ["build", "--config", config, "--logLevel", "error"];
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(node, [...rest, ...options], { stdio: ["ignore", "ignore", "inherit"], env });
}
