// Our TLS against real peers on the loopback: openssl and Node, in both directions.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:tls";
import type { ConnectionOptions, TlsOptions } from "node:tls";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import type { TlsClientConfig, TlsServerConfig } from "../../../src/net/tls/contract.ts";
import { printCertificate } from "../../../src/net/x509/certificate.ts";
import { parsePrivateKey, printPrivateKey } from "../../../src/net/x509/keys.ts";
import { oid } from "../../../src/net/x509/oid.ts";
import { verifyChain } from "../../../src/net/x509/verify.ts";
import { generateKeyPairSync } from "node:crypto";
import { describeWithOpenssl, inFolder } from "../openssl.ts";
import type { Folder } from "../openssl.ts";
import { authority, nowMs, party, root, server } from "../x509/hotel.ts";
import { alertsOf, ourClient, ourServer } from "./sockets.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const rsaKey = parsePrivateKey(pem.export({ type: "pkcs8", format: "pem" }).toString());
const rsa = party("example.com", authority, { dns: ["example.com"] }, rsaKey);
const guest = party("guest", authority, { purposes: [oid.clientAuth] });
const withRsa: Partial<TlsServerConfig> = {
  certificate: () => ({ chain: [rsa.certificate, authority.certificate], key: rsa.key }),
};
const clientCertificate: TlsServerConfig["clientCertificate"] = {
  required: true,
  authorities: [authority.certificate.subject.bytes],
  check: (chain) => {
    const seen = verifyChain({ chain, trusted: [root.certificate], nowMs, purpose: "client" });
    return seen.ok ? undefined : seen.reason;
  },
};

const caPem = printCertificate(root.certificate);
const chainPem = printCertificate(server.certificate) + printCertificate(authority.certificate);
const rsaPem = printCertificate(rsa.certificate) + printCertificate(authority.certificate);
const guestPem = printCertificate(guest.certificate) + printCertificate(authority.certificate);

function write(folder: Folder): void {
  folder.file("ca.pem", caPem);
  folder.file("ec.pem", chainPem);
  folder.file("ec.key", printPrivateKey(server.key));
  folder.file("rsa.pem", rsaPem);
  folder.file("rsa.key", printPrivateKey(rsa.key));
  folder.file("guest.pem", guestPem);
  folder.file("guest.key", printPrivateKey(guest.key));
}

/** Runs s_client, says a line and "bye", and gives all that it printed. */
async function sClient(folder: Folder, port: number, options: string): Promise<string> {
  const at = Math.floor(nowMs / 1000);
  const fixed = `-connect 127.0.0.1:${port} -CAfile ca.pem -attime ${at} -verify_return_error`;
  const args = `s_client ${fixed} ${options}`.trim().split(/\s+/);
  const child = spawn("openssl", args, { cwd: folder.path });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      out += piece;
      if (out.includes("you said hello")) child.stdin.write("bye\n");
    });
  }
  child.stdin.on("error", () => {});
  child.stdin.write("hello\n");
  await once(child, "close");
  return out;
}

describeWithOpenssl("openssl s_client to our server", () => {
  test.each<[string, string, Partial<TlsServerConfig>, string]>([
    ["by default", "-servername example.com", {}, "TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"],
    [
      "checking the name",
      "-servername example.com -verify_hostname example.com",
      {},
      "Verify return code: 0 (ok)",
    ],
    ["TLS 1.2", "-tls1_2", {}, "TLSv1.2, Cipher is ECDHE-ECDSA-AES256-GCM-SHA384"],
    ["RSA", "", withRsa, "Peer signature type: RSA-PSS"],
    ["RSA in TLS 1.2", "-tls1_2", withRsa, "Cipher is ECDHE-RSA-AES256-GCM-SHA384"],
    ["AES-128", "-ciphersuites TLS_AES_128_GCM_SHA256", {}, "Cipher is TLS_AES_128_GCM_SHA256"],
    [
      "ChaCha20",
      "-ciphersuites TLS_CHACHA20_POLY1305_SHA256",
      {},
      "Cipher is TLS_CHACHA20_POLY1305_SHA256",
    ],
    [
      "ChaCha20 in TLS 1.2",
      "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
      {},
      "Cipher is ECDHE-ECDSA-CHACHA20-POLY1305",
    ],
    [
      "AES-128 in TLS 1.2",
      "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
      {},
      "Cipher is ECDHE-ECDSA-AES128-GCM-SHA256",
    ],
    [
      "a HelloRetryRequest",
      "-groups X25519:P-256",
      { groups: ["P-256"] },
      "Server Temp Key: ECDH, prime256v1, 256 bits",
    ],
    ["P-384", "-groups P-384", {}, "Server Temp Key: ECDH, secp384r1, 384 bits"],
    ["ALPN", "-alpn h2,http/1.1", { alpn: ["http/1.1"] }, "ALPN protocol: http/1.1"],
    [
      "a client's certificate",
      "-cert guest.pem -cert_chain guest.pem -key guest.key",
      { clientCertificate },
      "Acceptable client certificate CA names",
    ],
    [
      "a client's certificate in TLS 1.2",
      "-tls1_2 -cert guest.pem -cert_chain guest.pem -key guest.key",
      { clientCertificate },
      "Acceptable client certificate CA names",
    ],
    [
      "tickets",
      "",
      { ticketKey: new Uint8Array(32) },
      "TLS session ticket lifetime hint: 7200 (seconds)",
    ],
  ])("%s", async (_name, options, config, wanted) => {
    await inFolder(async (folder) => {
      write(folder);
      const ours = await ourServer(config);
      try {
        const printed = await sClient(folder, ours.port, options);
        expect(printed).toContain("you said hello");
        expect(printed).toContain(wanted);
      } finally {
        await ours.close();
      }
    });
  });

  test.each<[string, string, Partial<TlsServerConfig>, string]>([
    ["TLS 1.1", "-tls1_1 -cipher DEFAULT@SECLEVEL=0", {}, "alert number 70"],
    ["no shared suite", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", {}, "alert number 40"],
    [
      "no certificate for the name",
      "-servername nope.example",
      { certificate: () => undefined },
      "alert number 112",
    ],
    ["no shared protocol", "-alpn h2", { alpn: ["http/1.1"] }, "alert number 120"],
    ["no client's certificate", "", { clientCertificate }, "alert number 116"],
  ])("refused: %s", async (_name, options, config, wanted) => {
    await inFolder(async (folder) => {
      write(folder);
      const ours = await ourServer(config);
      try {
        expect(await sClient(folder, ours.port, options)).toContain(wanted);
      } finally {
        await ours.close();
      }
    });
  });

  test("a session is resumed", async () => {
    await inFolder(async (folder) => {
      write(folder);
      const ours = await ourServer({ ticketKey: new Uint8Array(32) });
      try {
        await sClient(folder, ours.port, "-sess_out session.pem");
        expect(await sClient(folder, ours.port, "-sess_in session.pem")).toContain(
          "Reused, TLSv1.3",
        );
      } finally {
        await ours.close();
      }
    });
  });
});

/** A real s_server that mirrors lines, reversed, as `-rev` does. */
async function sServer(
  folder: Folder,
  options: string,
): Promise<{ port: number; child: ChildProcess }> {
  const args = `s_server -accept 127.0.0.1:0 -rev ${options}`.trim().split(/\s+/);
  const child = spawn("openssl", args, { cwd: folder.path });
  let out = "";
  for await (const piece of child.stdout!.setEncoding("utf8")) {
    out += piece;
    const port = /ACCEPT [^\n]*:(\d+)/.exec(out)?.[1];
    if (port) return { port: Number(port), child };
  }
  throw new Error(`openssl s_server did not start: ${out}`);
}

describeWithOpenssl("our client to openssl s_server", () => {
  const ec = "-cert ec.pem -cert_chain ec.pem -key ec.key";
  test.each<[string, string, Partial<TlsClientConfig>, string]>([
    ["by default", ec, {}, "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519"],
    [
      "RSA",
      "-cert rsa.pem -cert_chain rsa.pem -key rsa.key",
      {},
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519",
    ],
    ["TLS 1.2", `${ec} -tls1_2`, {}, "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 X25519"],
    [
      "RSA in TLS 1.2",
      "-cert rsa.pem -cert_chain rsa.pem -key rsa.key -tls1_2",
      {},
      "TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 X25519",
    ],
    ["a HelloRetryRequest", `${ec} -groups P-256`, {}, "TLSv1.3 TLS_AES_256_GCM_SHA384 P-256"],
    [
      "a client's certificate",
      `${ec} -Verify 1 -CAfile ca.pem -attime ${Math.floor(nowMs / 1000)}`,
      {
        identity: { chain: [guest.certificate, authority.certificate], key: guest.key },
      },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519",
    ],
    [
      "a client's certificate in TLS 1.2",
      `${ec} -tls1_2 -Verify 1 -CAfile ca.pem -attime ${Math.floor(nowMs / 1000)}`,
      {
        identity: { chain: [guest.certificate, authority.certificate], key: guest.key },
      },
      "TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 X25519",
    ],
    [
      "ALPN",
      `${ec} -alpn http/1.1`,
      { alpn: ["http/1.1"] },
      "TLSv1.3 TLS_AES_256_GCM_SHA384 X25519 http/1.1",
    ],
  ])("%s", async (_name, options, config, wanted) => {
    await inFolder(async (folder) => {
      write(folder);
      const { port, child } = await sServer(folder, options);
      try {
        const { session, heard, events } = await ourClient(port, "hello\n", config);
        expect(alertsOf(events)).toEqual([]);
        const { version, suite, group, alpn } = session!;
        expect(`${version} ${suite.name} ${group} ${alpn ?? ""}`.trim()).toBe(wanted);
        expect(heard).toBe("olleh\n");
        const tickets = events.flatMap((one) => (one.type === "ticket" ? [one.session] : []));
        if (version === "TLSv1.3" && !config.identity) {
          const again = await ourClient(port, "again\n", { ...config, resume: tickets[0]! });
          expect([again.heard, again.session?.resumed]).toEqual(["niaga\n", true]);
        }
      } finally {
        child.kill();
      }
    });
  });
});

describe("Node's tls", () => {
  const versions = ["TLSv1.2", "TLSv1.3"] as const;

  test.each(versions)("as client to our server, %s", async (version) => {
    const ours = await ourServer({ alpn: ["http/1.1"] });
    const options: ConnectionOptions = {
      ...{ host: "127.0.0.1", port: ours.port, servername: "example.com" },
      // Its clock is the real one, and our certificates are of the city's time.
      ...{ rejectUnauthorized: false, ALPNProtocols: ["http/1.1"] },
      ...{ minVersion: version, maxVersion: version },
    };
    const socket = connect(options);
    socket.write("hello\n");
    const [heard] = (await once(socket.setEncoding("utf8"), "data")) as [string];
    expect([heard, socket.getProtocol(), socket.alpnProtocol]).toEqual([
      ...["you said hello\n", version, "http/1.1"],
    ]);
    const closed = once(socket, "close");
    socket.end();
    await closed;
    await ours.close();
  });

  test.each(versions)("as server to our client, %s", async (version) => {
    const options: TlsOptions = {
      ...{ cert: chainPem, key: printPrivateKey(server.key) },
      ...{ minVersion: version, maxVersion: version },
    };
    const theirs = createServer(options, (socket) => {
      socket.on("data", (bytes) => socket.end(`you said ${String(bytes)}`));
      socket.on("error", () => {}); // our client does not wait for the last tickets
    });
    theirs.listen(0, "127.0.0.1");
    await once(theirs, "listening");
    const { port } = theirs.address() as AddressInfo;
    const { session, heard } = await ourClient(port, "hello\n");
    expect([session?.version, heard]).toEqual([version, "you said hello\n"]);
    theirs.close();
  });
});
