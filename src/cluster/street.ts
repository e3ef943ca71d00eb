// Who else lives in the street: the city registry. It opens when somebody first knocks, and until
// then costs nothing.

import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AcmeRegistry } from "../net/acme/registry.ts";
import type { Connection } from "../net/connection.ts";
import type { Host, Network } from "../net/network.ts";

/** Names that are in everybody's DNS. */
export const streetNames: ReadonlyMap<string, string> = new Map([
  ["acme.city.example", "192.0.2.80"],
]);

/** Puts the registry behind its address. */
export function openStreet(o: { network: Network; clock: Clock; random: Random }): void {
  const { network, clock, random } = o;
  const name = "acme.city.example";
  const host: Host = { actor: "street/city-registry", ip: streetNames.get(name)! };
  let registry: Promise<AcmeRegistry> | undefined;
  let open = false;
  const load = async (): Promise<AcmeRegistry> => {
    const { AcmeRegistry } = await clock.during(import("../net/acme/registry.ts"));
    return new AcmeRegistry({ network, clock, random: random.fork("city registry"), host, name });
  };
  const accept = (connection: Connection): void =>
    void (registry ??= load()).then((one) => one.accept(connection));
  network.forward(({ ip }) => {
    if (ip !== host.ip || open) return undefined;
    open = true;
    network.attach(host);
    network.listen(host, 443, accept);
    return undefined;
  });
}
