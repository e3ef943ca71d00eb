// What a container's shell is told of the container that it is in.

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Host, Network } from "../../net/network.ts";

export interface ContainerPlace {
  readonly hostname: string;
  readonly namespace: string;
  /** "docker.io/library/busybox", and the tag: they decide which tools there are. */
  readonly image: string;
  readonly tag: string;
  /** The Pod on the network. */
  readonly host: Host;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string>>;
  /** "/" when undefined. */
  readonly workingDir: string | undefined;
  /** The words of process 1, for `ps`. */
  readonly command: readonly string[];
  /** What the volumes hold now, by absolute path. */
  mounts(): Promise<Readonly<Record<string, Uint8Array>>>;
}
