// A server as a component sees it: through a client. Shared by the tests of this folder.

import type { Client } from "../../src/api/client.ts";
import type { ConfigMap } from "../../src/api/kinds/index.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import { Informers } from "../../src/client/informer.ts";

export interface World {
  clock: VirtualClock;
  random: Random;
  client: Client;
  informers: Informers;
}

export function world(): World {
  const clock = new VirtualClock({ startMs: Date.UTC(2026, 10, 23, 9) });
  const random = new Random(7);
  const client = new ApiServer({ clock, random, kinds }).client();
  return { clock, random, client, informers: new Informers({ client, clock }) };
}

export function configMap(name: string, data: Record<string, string> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data };
}
