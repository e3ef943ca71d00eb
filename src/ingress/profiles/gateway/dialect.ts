// How a Gateway speaks: as the plain profile does, with the ports that clients know, and with 421
// for requests that came over a connection made for another listener.

import type { Dialect } from "../../proxy/dialect.ts";
import { specDialect } from "../spec/dialect.ts";
import { mostSpecific } from "./hostnames.ts";
import type { Listener } from "./listeners.ts";

/** @param port the listeners' port, which the Pod's is not */
export function gatewayDialect(port: number, listeners: () => readonly Listener[]): Dialect {
  return {
    ...specDialect,
    hidden: new Set(),
    toClient: () => [],
    prepare: (x) => {
      x.passPort = String(port);
      const { serverName } = x.tls ?? {};
      if (serverName === undefined) return undefined;
      const [met, meant] = [serverName, x.host].map((one) => mostSpecific(listeners(), one));
      if (met === meant || meant === undefined) return undefined;
      const why =
        `the connection was made for ${serverName}, listener ${met?.spec.name ?? "none"}; ` +
        `${x.host} is served by listener ${meant.spec.name}`;
      return { status: 421, why };
    },
  };
}
