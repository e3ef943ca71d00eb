// What a controller is started with, and what it gives back: the contract between the Pod that
// runs it and every implementation.

import type { Client } from "../api/client.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Host, Network } from "../net/network.ts";
import type { Configuration } from "./proxy/proxy.ts";

/** What the cloud around the cluster builds for those who may ask it: load balancers. */
export interface Cloud {
  /** Builds a load balancer, or changes it. It serves on, whoever asked for it. */
  put(wanted: WantedBalancer): { readonly hostname: string; readonly created: boolean };
  remove(name: string): void;
  has(name: string): boolean;
}

export interface WantedBalancer {
  readonly name: string;
  /** An internal one is not reached from the street. */
  readonly scheme: "internet-facing" | "internal";
  readonly listeners: readonly WantedListener[];
}

export interface WantedListener {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS";
  /** For HTTPS: the hosts that the certificate is for. */
  readonly hosts: readonly string[];
  readonly configuration: Configuration;
}

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
  /** Absent where there is no cloud. */
  readonly cloud?: Cloud;
  /** Opens that account; it is fetched when somebody first builds in it. */
  openCloud?(): Promise<Cloud>;
  /** A line to standard output. */
  log(line: string): void;
}

export interface RunningController {
  /** SIGTERM: finishes what is under way, then calls `done`. */
  terminate(done: () => void): void;
  /** SIGKILL: everything is gone at once. */
  kill(): void;
}
