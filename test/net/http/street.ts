// Two hosts and a clock, for tests that speak HTTP over the virtual network.

import { latin1, utf8 } from "../../../src/base/bytes.ts";
import { VirtualClock } from "../../../src/base/clock.ts";
import { Random } from "../../../src/base/random.ts";
import type { Connection } from "../../../src/net/connection.ts";
import { HttpClient } from "../../../src/net/http/client.ts";
import { serveHttp } from "../../../src/net/http/server.ts";
import type { ServeOptions } from "../../../src/net/http/server.ts";
import type { Host } from "../../../src/net/network.ts";
import { Trace } from "../../../src/net/trace.ts";
import { VirtualNetwork } from "../../../src/net/virtual.ts";

export const caller: Host = { actor: "pod/default/caller", ip: "10.244.1.2" };
export const answerer: Host = { actor: "pod/default/web-1", ip: "10.244.2.3" };

/** A server on port 80 of `answerer` that handles with `options`. */
export async function street(options: Omit<ServeOptions, "by">, { traced = true } = {}) {
  const clock = new VirtualClock({ startMs: 0 });
  const network = new VirtualNetwork({ clock, random: new Random(1) });
  network.attach(caller);
  network.attach(answerer);
  network.listen(answerer, 80, (connection) => {
    void serveHttp(connection, { by: answerer.actor, ...options });
  });
  const trace = new Trace({ id: "t", now: () => clock.now(), on: traced });
  const dial = (): Promise<Connection> =>
    clock.finish(network.dial(caller, { ip: answerer.ip, port: 80 }, trace));
  return { clock, network, trace, dial, client: async () => new HttpClient(await dial()) };
}

/** Writes raw bytes to the server and gives all that comes back, to the end of the connection. */
export async function converse(
  place: Awaited<ReturnType<typeof street>>,
  bytes: string,
  { end = true } = {},
): Promise<string> {
  const connection = await place.dial();
  void connection.write(fromLatin1(bytes));
  if (end) connection.end();
  let out = "";
  const reading = (async () => {
    for (;;) {
      const piece = await connection.read();
      if (piece === null) return;
      out += latin1(piece);
    }
  })().catch((error: unknown) => void (out += `<${String(error)}>`));
  await place.clock.finish(reading);
  connection.end();
  await place.clock.advance(50);
  return out;
}

export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export { utf8 };
