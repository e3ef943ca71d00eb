// What runs in a container: an image is a small program of our own. The kubelet starts it with
// everything that it may touch; it never reaches around that.

import type { Client } from "../api/client.ts";
import type { ExecIo } from "../api/exec.ts";
import type { Container, Pod } from "../api/kinds/pod.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Host, Network } from "../net/network.ts";

/** A container's world. */
export interface ProgramContext {
  readonly pod: Pod;
  readonly container: Container;
  /** The Pod on the network; listen and dial from it. */
  readonly host: Host;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** The API server as the Pod's ServiceAccount reaches it. */
  readonly client: Client;
  /** Resolved environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** What the volumes hold now, by absolute path. */
  mounts(): Promise<Readonly<Record<string, Uint8Array>>>;
  /** The tools that the image has; absent where the cluster has none to offer. */
  readonly tools?: Tools;
  /** A line to standard output; `kubectl logs` shows it. */
  log(line: string): void;
  /** The container ends by itself with this exit code. */
  exit(code: number): void;
}

/** A running program. */
export interface Process {
  /** SIGTERM: stop taking new work, finish what is under way, then call `exit`. */
  terminate(): void;
  /** SIGKILL: everything is gone at once; `exit` is not called any more. */
  kill(): void;
  /**
   * Runs a command beside it in the same container and gives its exit code; undefined when the
   * image has no such executable. Absent where there are no tools.
   */
  exec?(command: readonly string[], io: ExecIo): Promise<number | undefined>;
  /** Joins the program's own screen until it ends, or `io.signal` does. Absent: only its log. */
  attach?(io: ExecIo): Promise<void>;
}

/** The inside of one container: its files and what else of the image can be run. */
export interface Tools {
  /**
   * Runs a program of the image to its end; no words: what the image starts. Undefined when it
   * has no such program.
   */
  run(words: readonly string[], io: ExecIo): Promise<number | undefined>;
  /** A file as a volume, or somebody inside, has written it; undefined when nobody has. */
  written(path: string): Promise<Uint8Array | undefined>;
}

export interface Program {
  /** The ports it would listen on when the container names none (for documentation). */
  start(context: ProgramContext): Process;
}

/** Finds the program of an image reference; undefined means ErrImagePull. */
export type ImageCatalogue = (image: string) => Program | undefined;
