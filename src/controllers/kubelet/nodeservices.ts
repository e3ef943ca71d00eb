// What a node has for its Pods.

import type { Client } from "../../api/client.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { EventRecorder } from "../../client/events.ts";
import { ipNumber } from "../../net/address.ts";
import { NetError } from "../../net/errors.ts";
import type { Host, Network } from "../../net/network.ts";
import type { Puller } from "./puller.ts";

export interface NodeServices {
  readonly host: Host;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly puller: Puller;
  readonly addresses: AddressPool;
  /** The API server as a Pod's ServiceAccount reaches it. */
  readonly clientFor: (pod: Pod) => Client;
  /** The Services that a Pod of a namespace is told of in its environment. */
  readonly servicesFor: (namespace: string) => readonly Service[];
}

/** Addresses of a range, each given out once, in turn (as the host-local plug-in does). */
export class AddressPool {
  readonly #first: number;
  readonly #size: number;
  readonly #taken = new Set<number>();
  #next = 2; // .0 is the network, .1 the node's end of the bridge

  /** @param cidr "10.244.1.0/24" */
  constructor(cidr: string) {
    const [base = "", width = "24"] = cidr.split("/");
    this.#first = ipNumber(base) ?? 0;
    this.#size = 2 ** (32 - Number(width));
  }

  /** Throws NetError when none is left. */
  take(): string {
    for (let tried = 0; tried < this.#size; tried++) {
      const n = this.#next;
      this.#next = n + 1 < this.#size - 1 ? n + 1 : 2;
      if (this.#taken.has(n)) continue;
      this.#taken.add(n);
      return dotted(this.#first + n);
    }
    throw new NetError("taken", "no address is left in the node's range");
  }

  giveBack(ip: string): void {
    this.#taken.delete((ipNumber(ip) ?? 0) - this.#first);
  }
}

function dotted(n: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join(".");
}
