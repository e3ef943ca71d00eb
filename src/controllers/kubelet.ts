// The kubelet of one node: runs the Pods that the scheduler bound to it, and hands out their logs.
// Its parts: kubelet/podworker.ts (one Pod), containerrunner.ts (one container), stages.ts (how
// long everything takes), podstatus.ts, prober.ts, puller.ts, environment.ts, logbuffer.ts.

import type { Client, LogOptions } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import type { ExecIo } from "../api/exec.ts";
import { Pod } from "../api/kinds/pod.ts";
import type { Service } from "../api/kinds/service.ts";
import { keyOf } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import { hex } from "../base/bytes.ts";
import type { Random } from "../base/random.ts";
import { EventRecorder } from "../client/events.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import type { Network } from "../net/network.ts";
import type { Cache, ControllerContext } from "./context.ts";
import { AddressPool } from "./kubelet/nodeservices.ts";
import type { NodeServices } from "./kubelet/nodeservices.ts";
import { PodWorker } from "./kubelet/podworker.ts";
import { Puller } from "./kubelet/puller.ts";
import type { Machine } from "./node.ts";
import { isFinished } from "./pods.ts";
import type { ImageCatalogue } from "./program.ts";

export interface KubeletOptions {
  readonly machine: Machine;
  readonly network: Network;
  readonly catalogue: ImageCatalogue;
  /** Images that the node has from the beginning. */
  readonly preloaded?: readonly string[];
  clientFor(pod: Pod): Client;
}

export class Kubelet implements Reconciler {
  readonly name: string;
  readonly watches = [watching(Pod, (pod) => this.#keysOf(pod))];
  readonly #node: string;
  readonly #context: ControllerContext;
  readonly #services: NodeServices;
  readonly #random: Random;
  readonly #workers = new Map<Key, PodWorker>();

  constructor(context: ControllerContext, options: KubeletOptions) {
    const { machine, network, catalogue, clientFor } = options;
    const { client, clock } = context;
    const random = context.random.fork(machine.name);
    const puller = new Puller({ clock, random, catalogue });
    for (const image of options.preloaded ?? []) puller.preload(image);
    this.name = `kubelet/${machine.name}`;
    this.#node = machine.name;
    this.#context = context;
    this.#random = random.fork("exec");
    this.#services = {
      host: machine.host,
      network,
      clock,
      random,
      client,
      events: new EventRecorder({
        client,
        clock,
        random: random.fork("events"),
        component: "kubelet",
        host: machine.name,
      }),
      puller,
      addresses: new AddressPool(machine.podCidr),
      clientFor,
      servicesFor: (namespace) => servicesFor(context.cache, namespace),
    };
  }

  async reconcile(key: Key): Promise<void> {
    const pod = this.#context.cache.pods.get(key);
    const mine = pod?.spec.nodeName === this.#node ? pod : undefined;
    let worker = this.#workers.get(key);
    if (worker && worker.uid !== mine?.metadata.uid) {
      worker.kill();
      this.#workers.delete(key);
      worker = undefined;
    }
    if (!mine) return;
    if (worker) return worker.update(mine);
    if (isFinished(mine) && mine.metadata.deletionTimestamp === undefined) return;
    const fresh = new PodWorker(mine, this.#services);
    this.#workers.set(key, fresh);
    fresh.update(mine);
  }

  /** Ends all Pods at once: the machine is switched off. */
  stop(): void {
    for (const worker of this.#workers.values()) worker.kill();
    this.#workers.clear();
  }

  /** Throws ApiError when there is nothing to read, in the kubelet's words. */
  readLog(pod: Pod, container: string, options: LogOptions): AsyncIterable<Uint8Array> {
    const worker = this.#workers.get(keyOf(pod));
    const log = worker?.log(container, options.previous === true);
    if (log) return log.read(options, this.#context.clock.now());
    const { name } = pod.metadata;
    if (options.previous) {
      const message = `previous terminated container "${container}" in pod "${name}" not found`;
      throw new ApiError("BadRequest", message);
    }
    const reason = worker?.waitingReason(container) ?? "ContainerCreating";
    const words = waitingWords[reason] ?? `is waiting to start: ${reason}`;
    throw new ApiError("BadRequest", `container "${container}" in pod "${name}" ${words}`);
  }

  /** Throws ApiError InternalError in the container runtime's words when it cannot start. */
  async exec(pod: Pod, container: string, command: readonly string[], io: ExecIo): Promise<number> {
    const process = this.#workers.get(keyOf(pod))?.process(container);
    if (process === undefined) throw noContainer(container);
    const code = await process.exec?.(command, io);
    if (code !== undefined) return code;
    const word = command[0] ?? "";
    const why = word.includes("/")
      ? `stat ${word}: no such file or directory`
      : "executable file not found in $PATH";
    throw internal(
      `error executing command in container: failed to exec in container: failed to start exec ` +
        `"${hex(this.#random.bytes(32))}": OCI runtime exec failed: exec failed: unable to start ` +
        `container process: exec: "${word}": ${why}: unknown`,
    );
  }

  /** What the container writes from now on. */
  async attach(pod: Pod, container: string, io: ExecIo): Promise<void> {
    const worker = this.#workers.get(keyOf(pod));
    const process = worker?.process(container);
    if (process?.attach) return process.attach(io);
    const log = process && worker?.log(container, false);
    if (!log) throw noContainer(container);
    const gone = new Promise<"gone">((resolve) => {
      io.signal.addEventListener("abort", () => resolve("gone"), { once: true });
    });
    const options = { follow: true, tailLines: 0 };
    const lines = log.read(options, this.#context.clock.now())[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([lines.next(), gone]);
      if (next === "gone" || next.done) break;
      io.stdout(next.value);
    }
    void lines.return?.(undefined); // may wait for a read that never ends
  }

  #keysOf(pod: Pod): Key[] {
    return pod.spec.nodeName === this.#node ? [keyOf(pod)] : [];
  }
}

/** Models RunInContainer in kubelet_pods.go. */
function noContainer(name: string): ApiError {
  return internal(`unable to upgrade connection: container not found ("${name}")`);
}

function internal(why: string): ApiError {
  return new ApiError("InternalError", `Internal error occurred: ${why}`, {
    causes: [{ reason: "", message: why }],
  });
}

/** Models kubelet_pods.go validateContainerLogStatus. */
const waitingWords: Readonly<Record<string, string>> = {
  ErrImagePull: "is waiting to start: image can't be pulled",
  ImagePullBackOff: "is waiting to start: trying and failing to pull image",
};

function servicesFor(cache: Cache, namespace: string): readonly Service[] {
  const own = cache.servicesByNamespace.get(namespace);
  const apiServer = cache.services.get("default/kubernetes");
  const inherited = apiServer && namespace !== "default" ? [apiServer] : [];
  return [...inherited, ...own].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
