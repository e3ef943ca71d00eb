// A TLS server with certificates of all kinds, on a real socket for the real curl and in the
// virtual network for ours. Both are our engine, so that what differs is the client.

import { createServer } from "node:net";
import { concat, latin1, noBytes, utf8 } from "../../src/base/bytes.ts";
import { Random } from "../../src/base/random.ts";
import type { Connection } from "../../src/net/connection.ts";
import type { TlsOutput, TlsServerConfig } from "../../src/net/tls/contract.ts";
import { TlsServer } from "../../src/net/tls/server.ts";
import { printCertificate } from "../../src/net/x509/certificate.ts";
import { printPrivateKey } from "../../src/net/x509/keys.ts";
import { dayMs, party, type Party } from "../net/x509/hotel.ts";
import { runReal } from "./curl-servers.ts";
import { makeLaptop } from "./laptop.ts";

/** The real curl's clock cannot be set. */
export const nowMs = Math.floor(Date.now() / 1000) * 1000;

const dates = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 300 * dayMs };
const root = party("City Root", undefined, { ...dates, ca: true });
const middle = party("City Authority", root, { ...dates, ca: true });
const leaf = (name: string, issuer?: Party, more = {}): Party =>
  party(name, issuer, { ...dates, dns: [name], ...more });

const good = leaf("good.example", root, {
  dns: ["good.example", "*.wild.example"],
  ips: ["127.0.0.1"],
});
const parties = {
  good,
  self: leaf("self.example"),
  below: leaf("below.example", middle),
  nosan: party("nosan.example", root, dates),
  old: leaf("old.example", root, { notBeforeMs: nowMs - 9 * dayMs, notAfterMs: nowMs - dayMs }),
  young: leaf("young.example", root, { notBeforeMs: nowMs + dayMs }),
  client: leaf("client", root),
};

/** Files of both laptops. */
export const files: Record<string, string> = {
  "root.crt": printCertificate(root.certificate),
  "junk.pem": "junk\n",
  ...Object.fromEntries(
    Object.entries(parties).flatMap(([name, { certificate, key }]) => [
      [`${name}.crt`, printCertificate(certificate)],
      [`${name}.key`, printPrivateKey(key)],
    ]),
  ),
};

export interface TlsBehaviour extends Partial<TlsServerConfig> {
  readonly shows?: keyof typeof parties;
  /** Sends the intermediate too. */
  readonly whole?: boolean;
  /** Says this instead of any TLS, then ends. */
  readonly plain?: string;
  readonly closes?: boolean;
}

class Server {
  readonly #engine: TlsServer;
  readonly #behaviour: TlsBehaviour;
  #received = "";
  #heard = false;

  constructor(behaviour: TlsBehaviour) {
    const { shows = "good", whole = false, ...config } = behaviour;
    const { certificate, key } = parties[shows];
    const chain = whole ? ([certificate, middle.certificate] as const) : ([certificate] as const);
    this.#behaviour = behaviour;
    this.#engine = new TlsServer({
      random: new Random(3),
      now: () => nowMs,
      alpn: ["http/1.1"],
      certificate: () => ({ chain, key }),
      ...config,
    });
  }

  /** What goes back, and whether that is the end. */
  take(bytes: Uint8Array): { bytes: Uint8Array; ends: boolean } {
    const { plain, closes = false } = this.#behaviour;
    if (plain !== undefined) return { bytes: utf8(plain), ends: true };
    const outputs: TlsOutput[] = [this.#engine.receive(bytes)];
    this.#received += latin1(outputs[0]!.data);
    const asked = this.#received.includes("\r\n\r\n");
    if (asked) {
      this.#received = "";
      const field = closes ? "Connection: close\r\n" : "";
      const answer = `HTTP/1.1 200 OK\r\n${field}Content-Length: 3\r\n\r\nhi\n`;
      outputs.push(this.#engine.send(utf8(answer)));
    }
    const ends = outputs[0]!.closed || (asked && closes);
    if (ends && !this.#heard) outputs.push(this.#engine.close());
    this.#heard ||= ends;
    return { bytes: concat(noBytes, ...outputs.map((one) => one.bytes)), ends };
  }
}

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** PORT in the arguments is the server's port. */
export async function realTlsCurl(
  args: readonly string[],
  behaviour: TlsBehaviour,
  folder: string,
): Promise<Outcome> {
  return withRealServer(behaviour, (port) =>
    runReal(
      args.map((arg) => arg.replaceAll("PORT", `${port}`)),
      folder,
    ),
  );
}

/** Runs `work` beside the server on a real socket. */
export async function withRealServer(
  behaviour: TlsBehaviour,
  work: (port: number) => Promise<Outcome>,
): Promise<Outcome> {
  const server = createServer((socket) => {
    const tls = new Server(behaviour);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const { bytes, ends } = tls.take(data);
      if (bytes.length > 0) socket.write(bytes);
      if (ends) socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const outcome = await work(port);
  server.close();
  return named(outcome, port);
}

const virtualPort = 8765;

/** Our curl against the same server in the virtual network. */
export async function ourTlsCurl(
  args: readonly string[],
  behaviour: TlsBehaviour,
): Promise<Outcome> {
  const line = ["curl", ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
  return ourLine(line, behaviour);
}

/** Runs a line on our laptop, beside the server on its port PORT. */
export async function ourLine(
  line: string,
  behaviour: TlsBehaviour,
  stdin?: string,
): Promise<Outcome> {
  const home = Object.entries(files).map(([name, content]) => [`/home/guest/${name}`, content]);
  const store = [["/etc/ssl/certs/ca-certificates.crt", files["self.crt"]]];
  const laptop = makeLaptop({
    startMs: nowMs,
    files: Object.fromEntries([...home, ...store]) as Record<string, string>,
  });
  const serve = async (connection: Connection): Promise<void> => {
    const tls = new Server(behaviour);
    try {
      for (let data; (data = await connection.read()) !== null;) {
        const { bytes, ends } = tls.take(data);
        if (bytes.length > 0) void connection.write(bytes);
        if (ends) return connection.end();
      }
    } catch {
      return; // the client has torn it down
    }
  };
  laptop.network.listen(laptop.world.laptop, virtualPort, (one) => void serve(one));
  const typed = line.replaceAll("PORT", `${virtualPort}`);
  return named(await laptop.result(typed, stdin), virtualPort);
}

function named({ status, out, err }: Outcome, port: number): Outcome {
  const plain = (text: string): string => text.replaceAll(String(port), "PORT");
  return { status, out: plain(out), err: plain(err) };
}
