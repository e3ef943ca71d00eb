// The desk's TLS, and the API server's, answering real openssl, curl, Node, Chromium and kubectl.
// The certificates are made by a real openssl, too.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test } from "@playwright/test";
import { type Ran, type Served, installed, startServe } from "./serve.ts";

for (const program of ["kubectl", "curl", "openssl"]) {
  if (!installed(program)) console.log(`NOT RUN: sealed needs ${program}, which is not installed`);
}
test.skip(
  !["kubectl", "curl", "openssl"].every(installed),
  "kubectl, curl or openssl is not installed",
);
test.describe.configure({ mode: "serial" });

let hotel: Served;
let folder: string;
const file = (name: string): string => join(folder, name);

async function done(program: string, args: readonly string[], input?: string): Promise<Ran> {
  const ran = await hotel.run(program, args, input);
  if (ran.code !== 0) throw new Error(`${program} ${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
  return ran;
}

/** A key and a certificate by the city's own authority. */
async function certificate(name: string, key: string, extensions: string): Promise<void> {
  const [kind, option] = key.split(" ") as [string, string];
  writeFileSync(file(`${name}.ext`), extensions);
  const request = `req -newkey ${kind} -pkeyopt ${option} -nodes -subj /CN=${name}`;
  const sign = "x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile";
  const at = (words: string): string[] =>
    words.split(" ").map((one) => (/^[\w.-]+\.(crt|key|csr|ext)$/.test(one) ? file(one) : one));
  await done("openssl", at(`${request} -keyout ${name}.key -out ${name}.csr`));
  await done("openssl", at(`${sign} ${name}.ext -in ${name}.csr -out ${name}.crt`));
}

const ingress = (name: string, host: string, annotations: Record<string, string> = {}): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name, annotations },
  spec: {
    ingressClassName: "nginx",
    tls: [{ hosts: [host], secretName: name }],
    rules: [
      {
        host,
        http: {
          paths: [
            {
              path: "/",
              pathType: "Prefix",
              backend: { service: { name: "frontend-service", port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
});

const hosts = { ec: "example.com", rsa: "rsa.example.com", guests: "guests.example.com" } as const;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "grand-ingress-sealed-"));
  hotel = await startServe(["--seed", "7", "--install", "ingress-nginx"]);
  const ca = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -days 30";
  await done("openssl", [
    ...`${ca} -subj /CN=City -keyout`.split(" "),
    ...[file("ca.key"), "-out", file("ca.crt")],
  ]);
  await certificate("ec", "ec ec_paramgen_curve:P-256", `subjectAltName=DNS:${hosts.ec}`);
  await certificate("rsa", "rsa rsa_keygen_bits:2048", `subjectAltName=DNS:${hosts.rsa}`);
  await certificate("guests", "ec ec_paramgen_curve:P-384", `subjectAltName=DNS:${hosts.guests}`);
  await certificate("guest", "rsa rsa_keygen_bits:2048", "extendedKeyUsage=clientAuth");
  const create = async (...args: string[]): Promise<void> => {
    const { stdout } = await done("kubectl", ["create", ...args, "--dry-run=client", "-o", "json"]);
    await done("kubectl", ["apply", "--validate=false", "-f", "-"], stdout);
  };
  for (const name of Object.keys(hosts)) {
    const pair = [`--cert=${file(`${name}.crt`)}`, `--key=${file(`${name}.key`)}`];
    await create("secret", "tls", name, ...pair);
  }
  await create("secret", "generic", "ca", `--from-file=${file("ca.crt")}`);
  const prefix = "nginx.ingress.kubernetes.io";
  const items = [
    ingress("ec", hosts.ec),
    ingress("rsa", hosts.rsa),
    ingress("guests", hosts.guests, { [`${prefix}/auth-tls-secret`]: "default/ca" }),
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await done("kubectl", ["apply", "--validate=false", "-f", "-"], list);
  await expect.poll(async () => (await curl(hosts.guests)).code, { timeout: 60_000 }).toBe(0);
});

test.afterAll(async () => {
  await hotel?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const port = (): number => Number(new URL(hotel.https).port);

function curl(host: string, ...args: string[]): Promise<Ran> {
  const to = ["--connect-to", `${host}:443:127.0.0.1:${port()}`, "--cacert", file("ca.crt")];
  return hotel.run("curl", [
    "-sS",
    "-o",
    "/dev/null",
    "-w",
    "%{http_code}",
    ...to,
    ...args,
    `https://${host}/`,
  ]);
}

/** s_client with lines typed one after another, each once the server has said something more. */
async function sClient(options: string, lines: readonly string[] = []): Promise<string> {
  const at = options.split(" ").map((one) => (/^[\w.-]+\.(crt|key)$/.test(one) ? file(one) : one));
  const child = spawn("openssl", ["s_client", "-connect", `127.0.0.1:${port()}`, ...at]);
  let out = "";
  const waiting = [...lines];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      out += piece;
      if (!/Verify return code|KEYUPDATE|HTTP\/1\.1 \d+[^]*\r\n\r\n/.test(piece)) return;
      const line = waiting.shift();
      if (line !== undefined) child.stdin.write(line);
    });
  }
  child.stdin.on("error", () => {});
  if (lines.length === 0) child.stdin.end();
  const timer = setTimeout(() => child.kill(), 10_000);
  await once(child, "close");
  clearTimeout(timer);
  return out;
}

test("curl believes the certificate, agrees on http/1.1, and on every version", async () => {
  expect(await curl(hosts.ec)).toEqual({ code: 0, stdout: "200", stderr: "" });
  expect((await curl(hosts.rsa, "--tls-max", "1.2")).stdout).toBe("200");
  const said = (await curl(hosts.ec, "-v")).stderr;
  expect(said).toContain("SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384");
  expect(said).toContain("ALPN: server accepted http/1.1");
  expect(said).toContain("SSL certificate verify ok.");
});

test("curl does not believe the fake certificate, and says why", async () => {
  const seen = await curl("nobody.example.com");
  expect([seen.code, seen.stderr]).toEqual([60, expect.stringMatching(/self-signed certificate/)]);
});

test("a client's certificate opens the guests' door, and nothing else does", async () => {
  expect((await curl(hosts.guests)).stdout).toBe("400");
  const pair = ["--cert", file("guest.crt"), "--key", file("guest.key")];
  expect((await curl(hosts.guests, ...pair)).stdout).toBe("200");
  expect((await curl(hosts.guests, ...pair, "--tls-max", "1.2")).stdout).toBe("200");
});

const suites: readonly (readonly [string, string, string])[] = [
  ["ec", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"],
  ["ec", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256"],
  ["rsa", "-tls1_3", "TLS_AES_256_GCM_SHA384"],
  ["ec", "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ["ec", "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-CHACHA20-POLY1305"],
  ["ec", "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"],
  ["rsa", "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"],
  ["rsa", "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"],
  ["rsa", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"],
];

for (const [name, options, wanted] of suites) {
  test(`openssl s_client: ${name} ${options}`, async () => {
    const host = hosts[name as keyof typeof hosts];
    const said = await sClient(
      `-servername ${host} -verify_hostname ${host} -CAfile ca.crt ${options}`,
    );
    expect(said).toContain(`Cipher is ${wanted}`);
    expect(said).toContain("Verify return code: 0 (ok)");
  });
}

test("openssl s_client: a retry for another group", async () => {
  const said = await sClient(`-servername ${hosts.ec} -groups X448:P-384 -msg`);
  expect(said.match(/<<< TLS 1\.3, Handshake \[length \w+\], ServerHello/g)).toHaveLength(2);
  expect(said).toContain("Server Temp Key: ECDH, secp384r1, 384 bits");
});

test("openssl s_client: new keys in the middle of a conversation", async () => {
  const request = `GET / HTTP/1.1\r\nHost: ${hosts.ec}\r\n`;
  const said = await sClient(`-servername ${hosts.ec} -msg`, [
    `${request}\r\n`,
    "K\n",
    `${request}Connection: close\r\n\r\n`,
  ]);
  expect(said).toContain("KeyUpdate");
  expect(said.match(/^HTTP\/1\.1 200/gm)).toHaveLength(2);
});

test("openssl s_client: a name that nobody serves gets the fake certificate", async () => {
  const said = await sClient("-servername nobody.example.com");
  expect(said).toContain("O = Acme Co, CN = Kubernetes Ingress Controller Fake Certificate");
});

test("openssl s_client: TLS 1.1 is refused with alert 70", async () => {
  const said = await sClient(`-servername ${hosts.ec} -tls1_1 -cipher DEFAULT@SECLEVEL=0`);
  expect(said).toContain("SSL alert number 70");
});

test("Chromium loads a page over it", async ({ launchOptions }) => {
  const map = `MAP ${hosts.ec}:443 127.0.0.1:${port()}`;
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--host-resolver-rules=${map}`],
  });
  try {
    // Its store of authorities is not ours to change; the certificate itself is shown below.
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    const response = await page.goto(`https://${hosts.ec}/`);
    expect(response?.status()).toBe(200);
    const details = await response?.securityDetails();
    expect(details).toMatchObject({ protocol: "TLS 1.3", subjectName: "ec", issuer: "City" });
    await expect(page.getByText(/served by/)).toBeVisible();
  } finally {
    await browser.close();
  }
});

test("Node believes the certificate", async () => {
  const options = {
    host: "127.0.0.1",
    port: port(),
    servername: hosts.ec,
    ca: readFileSync(file("ca.crt")),
  };
  const request = get({ ...options, headers: { host: hosts.ec } });
  const [response] = (await once(request, "response")) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(200);
});

test("kubectl speaks to the API server through the same engine", async () => {
  const { stderr } = await hotel.run("kubectl", ["get", "pods", "-v=8"]);
  expect(stderr).toMatch(/Response Status: 200 OK|status="200 OK"/);
  const args = ["s_client", "-connect", hotel.api.replace("https://", ""), "-brief"];
  const seen = await hotel.run("openssl", args, "");
  expect(seen.stderr).toContain("Ciphersuite: TLS_AES_256_GCM_SHA384");
  expect(seen.stderr).toContain("Peer certificate: CN = kube-apiserver");
});
