// The street doors on loopback: every TCP connection to one of them becomes a connection of the
// virtual network to the hotel's public address. Bytes pass untouched, so that whatever listens
// there (the ingress controller, its TLS) speaks to the real client itself.

import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Address } from "../net/address.ts";
import { NetError } from "../net/errors.ts";
import type { Host, Network } from "../net/network.ts";
import { relay } from "../net/relay.ts";
import { Trace } from "../net/trace.ts";
import { SocketConnection } from "./sockets.ts";

export interface StreetDoor {
  /** The loopback port that real clients use. */
  readonly port: number;
  close(): void;
}

/**
 * Opens a door. `port` 0 takes a free one.
 * @throws the listen error of Node (EADDRINUSE, EACCES) when the port cannot be had.
 */
export async function openDoor(options: {
  port: number;
  to: Address;
  from: Host;
  network: Network;
  clock: Clock;
  /** Brings cluster time up to now: called before anything from outside is let in. */
  arrive(): Promise<void>;
}): Promise<StreetDoor> {
  const { port, to, from, network, clock, arrive } = options;
  let guests = 0;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    const trace = new Trace({
      id: `door-${to.port}-${++guests}`,
      now: () => clock.now(),
      on: false,
    });
    const street = new SocketConnection(socket, trace, arrive);
    enter(street).catch((error: unknown) => {
      street.destroy(error instanceof NetError ? error : new NetError("reset", String(error)));
    });
  });
  const enter = async (street: SocketConnection): Promise<void> => {
    await arrive();
    await relay(street, await network.dial(from, to, street.trace));
  };
  await listen(server, port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Listens on loopback; rejects with Node's own error. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
