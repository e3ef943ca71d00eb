// A server that says what it is told, byte for byte: once on a real socket for the real curl, once
// on the laptop's own address in the virtual network for ours.

import { createServer } from "node:net";
import { spawn } from "node:child_process";
import type { Laptop } from "./laptop.ts";
import { concat, latin1, noBytes } from "../../src/base/bytes.ts";
import type { Connection } from "../../src/net/connection.ts";
import { NetError } from "../../src/net/errors.ts";

/** The n-th request gets the n-th answer; the last one is repeated. One character a byte. */
export interface Behaviour {
  readonly answers: readonly string[];
  /** What the server does after each answer; default: it waits for the next request. */
  readonly then?: "end" | "reset";
}

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** All that the server received, one character a byte. */
  readonly received: string;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** Whether a request is complete: its head, and as much content as it announces. */
function isRequest(received: string): boolean {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const content = received.slice(end + 4);
  if (/\ntransfer-encoding: *chunked/i.test(received)) return content.endsWith("0\r\n\r\n");
  return content.length >= Number(/\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
}

/** Runs the real curl against a real socket; PORT in the arguments is its port. */
export async function realCurl(args: readonly string[], behaviour: Behaviour): Promise<Outcome> {
  let received = "";
  let turn = 0;
  const server = createServer((socket) => {
    let pending = "";
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const text = latin1(data);
      received += text;
      pending += text;
      if (!isRequest(pending)) return;
      pending = "";
      const { answers, then } = behaviour;
      socket.write(bytesOf(answers[Math.min(turn++, answers.length - 1)]!), () => {
        if (then === "reset") socket.resetAndDestroy();
        else if (then === "end") socket.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const { status, out, err } = await runReal(args.map((arg) => arg.replaceAll("PORT", `${port}`)));
  server.close();
  const named = (text: string): string => text.replaceAll(String(port), "PORT");
  return { status, out: named(out), err: named(err), received: named(received) };
}

export function runReal(
  args: readonly string[],
  cwd?: string,
): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    // No configuration file of whoever runs the tests.
    const env = { ...process.env, HOME: "/nonexistent", CURL_HOME: "/nonexistent" };
    const child = spawn("curl", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let out: Uint8Array = noBytes;
    let err: Uint8Array = noBytes;
    child.stdout.on("data", (data: Uint8Array) => (out = concat(out, data)));
    child.stderr.on("data", (data: Uint8Array) => (err = concat(err, data)));
    child.on("close", (status) => {
      resolve({ status: status ?? -1, out: latin1(out), err: latin1(err) });
    });
  });
}

const virtualPort = 8765;

/** Runs our curl against the same server in the virtual network. */
export async function ourCurl(
  laptop: Laptop,
  args: readonly string[],
  behaviour: Behaviour,
): Promise<Outcome> {
  let received = "";
  let turn = 0;
  const serve = async (connection: Connection): Promise<void> => {
    let pending = "";
    try {
      for (let bytes; (bytes = await connection.read()) !== null;) {
        received += latin1(bytes);
        pending += latin1(bytes);
        if (!isRequest(pending)) continue;
        pending = "";
        const { answers, then } = behaviour;
        void connection.write(bytesOf(answers[Math.min(turn++, answers.length - 1)]!));
        if (then === "reset") connection.destroy();
        else if (then === "end") connection.end();
      }
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
    }
  };
  const accept = (connection: Connection): void => void serve(connection);
  const listener = laptop.network.listen(laptop.world.laptop, virtualPort, accept);
  const line = ["curl", ...args]
    .map((arg) => `'${arg.replaceAll("PORT", `${virtualPort}`).replaceAll("'", "'\\''")}'`)
    .join(" ");
  const { status, out, err } = await laptop.result(line);
  listener.close();
  const named = (text: string): string => text.replaceAll(String(virtualPort), "PORT");
  const raw = (text: string): string => latin1(new TextEncoder().encode(text));
  return { status, out: named(raw(out)), err: named(raw(err)), received: named(received) };
}
