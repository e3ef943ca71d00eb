// Our engines on real sockets of the loopback, for tests against real peers.

import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { text, utf8 } from "../../../src/base/bytes.ts";
import { TlsClient } from "../../../src/net/tls/client.ts";
import type {
  TlsClientConfig,
  TlsEvent,
  TlsOutput,
  TlsServerConfig,
  TlsSession,
} from "../../../src/net/tls/contract.ts";
import { TlsServer } from "../../../src/net/tls/server.ts";
import { clientDefaults, serverDefaults } from "./pair.ts";

/** What one connection of our server came to. */
export interface Served {
  readonly session: TlsSession | undefined;
  readonly alerts: readonly string[];
}

export interface OurServer {
  readonly port: number;
  /** One a connection, in the order in which they ended. */
  readonly served: readonly Served[];
  close(): Promise<void>;
}

/** A server that answers each line L with "you said L", and closes after "bye". */
export async function ourServer(config: Partial<TlsServerConfig> = {}): Promise<OurServer> {
  const served: Served[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const engine = new TlsServer({ ...serverDefaults(), ...config });
    const events: TlsEvent[] = [];
    const give = ({ bytes, events: more }: TlsOutput): void => {
      events.push(...more);
      if (bytes.length > 0) socket.write(bytes);
    };
    socket.on("data", (bytes) => {
      const output = engine.receive(bytes);
      give(output);
      const said = text(output.data).trim();
      if (said !== "") give(engine.send(utf8(`you said ${said}\n`)));
      if (said === "update") give(engine.updateKeys());
      if (said === "bye" || output.closed) {
        give(engine.close());
        socket.end();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      sockets.delete(socket);
      served.push({ session: engine.session, alerts: alertsOf(events) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { port: (server.address() as AddressInfo).port, served, close };
}

/** Our client: says `said`, reads until the server closes or has said something; what came of it. */
export async function ourClient(
  port: number,
  said: string,
  config: Partial<TlsClientConfig> = {},
): Promise<{ session: TlsSession | undefined; heard: string; events: readonly TlsEvent[] }> {
  const engine = new TlsClient({ ...clientDefaults(), ...config });
  const socket = connect(port, "127.0.0.1");
  const events: TlsEvent[] = [];
  let heard = "";
  const give = ({ bytes, events: more, data }: TlsOutput): void => {
    events.push(...more);
    heard += text(data);
    if (bytes.length > 0) socket.write(bytes);
  };
  return new Promise((resolve) => {
    const finish = (): void => resolve({ session: engine.session, heard, events });
    let asked = false;
    socket.on("connect", () => give(engine.start()));
    socket.on("data", (bytes) => {
      const output = engine.receive(bytes);
      give(output);
      if (engine.session && !asked) {
        asked = true;
        give(engine.send(utf8(said)));
      }
      if (output.closed || heard.includes("\n")) {
        give(engine.close());
        socket.end();
      }
    });
    socket.on("error", finish);
    socket.on("close", finish);
  });
}

/** "sent unrecognized_name", … without close_notify. */
export function alertsOf(events: readonly TlsEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === "alert" && event.alert !== "close_notify"
      ? [`${event.direction} ${event.alert}`]
      : [],
  );
}
