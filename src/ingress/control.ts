// What a controller is started with, and what it gives back: the contract between the Pod that
// runs it and every implementation.

import type { Client } from "../api/client.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Host, Network } from "../net/network.ts";

export interface ControllerOptions {
  readonly client: Client;
  readonly network: Network;
  /** The Pod on the network: it listens and dials from here. */
  readonly host: Host;
  readonly clock: Clock;
  readonly random: Random;
  readonly pod: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly ip: string;
  };
  readonly args: readonly string[];
  /** A line to standard output. */
  log(line: string): void;
}

export interface RunningController {
  /** SIGTERM: finishes what is under way, then calls `done`. */
  terminate(done: () => void): void;
  /** SIGKILL: everything is gone at once. */
  kill(): void;
}
