// Clients that keep a server waiting, or go away while it works.

import { expect, test } from "vitest";
import { latin1 } from "../../../src/base/bytes.ts";
import { VirtualClock } from "../../../src/base/clock.ts";
import { Random } from "../../../src/base/random.ts";
import type { Connection } from "../../../src/net/connection.ts";
import { serveHttp } from "../../../src/net/http/server.ts";
import type { ServeOptions } from "../../../src/net/http/server.ts";
import { Trace } from "../../../src/net/trace.ts";
import { VirtualNetwork } from "../../../src/net/virtual.ts";
import { answerer, caller, fromLatin1 } from "./street.ts";

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";

const handle: ServeOptions["handle"] = async ({ body }) => ({
  status: 200,
  body: String((await body.bytes()).length),
});

/** A client that writes what it is told and notes what comes back, and when. */
async function slow(options: Partial<ServeOptions>) {
  const clock = new VirtualClock({ startMs: 0 });
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: () => 0 });
  network.attach(caller);
  network.attach(answerer);
  network.listen(answerer, 80, (accepted) => {
    void serveHttp(accepted, { by: answerer.actor, clock, handle, ...options });
  });
  const trace = new Trace({ id: "t", now: () => clock.now() });
  const connection = await clock.finish(network.dial(caller, { ip: answerer.ip, port: 80 }, trace));
  const seen: string[] = [];
  void note(connection, (what) => seen.push(`${clock.now()} ${what}`));
  const say = (bytes: string): void => void connection.write(fromLatin1(bytes));
  return { clock, network, connection, say, seen };
}

async function note(connection: Connection, seen: (what: string) => void): Promise<void> {
  try {
    for (let piece; (piece = await connection.read()) !== null;) {
      seen(/^HTTP\/1.1 (\d+)/.exec(latin1(piece))?.[1] ?? latin1(piece));
    }
    seen("end");
  } catch (error) {
    seen(String(error));
  }
}

test("an idle connection is closed after a while, and the wait begins with each answer", async () => {
  const { clock, connection, network, say, seen } = await slow({ patience: { idleMs: 100 } });
  await clock.advance(80);
  say(get);
  await clock.advance(80);
  say(get);
  await clock.advance(300);
  expect(seen).toEqual(["80 200", "160 200", "260 end"]);
  connection.end();
  await clock.advance(1);
  expect(network.connections).toBe(0);
});

test("a head that comes byte by byte has a fixed time", async () => {
  const { clock, say, seen } = await slow({ patience: { headMs: 50 } });
  for (const char of get) {
    say(char);
    await clock.advance(10);
  }
  expect(seen.slice(0, 2)).toEqual(["50 408", "50 end"]);
});

test("content may take long as long as it comes", async () => {
  const { clock, say, seen } = await slow({ patience: { contentMs: 50 } });
  say(post);
  for (const char of "123456789") {
    await clock.advance(40);
    say(char);
  }
  await clock.advance(10);
  expect(seen).toEqual(["360 200"]);
  say(`${post}1234`);
  await clock.advance(500);
  expect(seen.slice(1)).toEqual(["420 408", "420 end"]);
});

test("a client that does not close after us is torn off", async () => {
  const { clock, network, say, seen } = await slow({ patience: { lingerMs: 30 } });
  say("GET / HTTP/1.0\r\n\r\n");
  await clock.advance(20);
  expect(network.connections).toBe(1);
  await clock.advance(20);
  expect(network.connections).toBe(0);
  expect(seen).toEqual(["0 200", "0 end"]);
});

test.each([
  ["ends", (connection: Connection) => connection.end(), "none"],
  ["tears the connection down", (connection: Connection) => connection.destroy(), "reset"],
])("a handler learns that its client %s", async (_how, leave, fault) => {
  const gone: string[] = [];
  const { clock, connection, say } = await slow({
    handle: async (_request, exchange) => {
      exchange.onGone((seen) => gone.push(seen?.fault ?? "none"));
      await clock.sleep(1000);
      return { status: 204 };
    },
  });
  say(get);
  await clock.advance(10);
  leave(connection);
  await clock.advance(10);
  expect(gone).toEqual([fault]);
});
