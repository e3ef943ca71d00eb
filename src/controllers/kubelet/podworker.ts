// One Pod on one node, from the kubelet's first look to its last word:
//
//   noticed → volumes there → sandbox with an address → init containers one by one → containers
//   deletionTimestamp → SIGTERM to all → … → status → removed from the API
//
// Models kubernetes/pkg/kubelet/pod_workers.go and kubelet.go SyncPod.

import { isConflict, isNotFound } from "../../api/errors.ts";
import { ConfigMap } from "../../api/kinds/configmap.ts";
import { Pod } from "../../api/kinds/pod.ts";
import type { Container } from "../../api/kinds/pod.ts";
import { Secret } from "../../api/kinds/secret.ts";
import { keyOf, makeKey } from "../../api/object.ts";
import type { Timer } from "../../base/clock.ts";
import type { Host } from "../../net/network.ts";
import { sameJson } from "../../api/json.ts";
import type { Process } from "../program.ts";
import { ContainerRunner } from "./containerrunner.ts";
import type { ContainerHome, Context } from "./containerrunner.ts";
import { environment, expand } from "./environment.ts";
import type { LogBuffer } from "./logbuffer.ts";
import type { NodeServices } from "./nodeservices.ts";
import { mountedFiles } from "./volumes.ts";
import { podStatus } from "./podstatus.ts";
import { delayMs, stages } from "./stages.ts";

export class PodWorker {
  readonly uid: string;
  #pod: Pod;
  readonly #node: NodeServices;
  readonly #startedAt: number;
  readonly #inits: ContainerRunner[] = [];
  readonly #containers: ContainerRunner[] = [];
  #host: Host | undefined;
  #place: { detach(): void } | undefined;
  /** The status is to be written once the present event is over. */
  #dirty = false;
  #writing: Promise<void> | undefined;
  #terminating = false;
  #killed = false;
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  #stepEnded: (() => void) | undefined;

  constructor(pod: Pod, node: NodeServices) {
    this.uid = pod.metadata.uid!;
    this.#pod = pod;
    this.#node = node;
    this.#startedAt = node.clock.now();
    const init = this.#home((code) => this.#initRestarts(code));
    const home = this.#home((code) => this.#restarts(code));
    for (const one of pod.spec.initContainers ?? []) {
      this.#inits.push(new ContainerRunner(one, init));
    }
    for (const one of pod.spec.containers) this.#containers.push(new ContainerRunner(one, home));
    void this.#live();
  }

  /** The Pod as the API has it now. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined && !this.#terminating) void this.#leave();
  }

  /** The Pod is gone from the API: nothing of it may go on. */
  kill(): void {
    this.#killed = true;
    this.#cancelWait();
    for (const one of [...this.#inits, ...this.#containers]) one.kill();
    this.#stepEnded?.();
    this.#detach();
  }

  /** Undefined when that container, or its run before, never wrote anything. */
  log(container: string, previous: boolean): LogBuffer | undefined {
    return this.#runner(container)?.log(previous);
  }

  /** What runs in a container now. */
  process(container: string): Process | undefined {
    return this.#runner(container)?.process;
  }

  /** Why a container has no log: "ContainerCreating". */
  waitingReason(container: string): string | undefined {
    return this.#runner(container)?.view.state.waiting?.reason;
  }

  #runner(name: string): ContainerRunner | undefined {
    return [...this.#inits, ...this.#containers].find(({ container }) => container.name === name);
  }

  get #over(): boolean {
    return this.#terminating || this.#killed;
  }

  async #live(): Promise<void> {
    const { random } = this.#node;
    if (!(await this.#pause(delayMs(stages.noticing, random)))) return;
    this.#changed();
    while (!(await this.#mounted())) {
      if (!(await this.#pause(delayMs(stages.resyncing, random)))) return;
    }
    if (!(await this.#pause(delayMs(stages.sandbox, random)))) return;
    this.#attach();
    for (const init of this.#inits) {
      const ended = new Promise<void>((resolve) => (this.#stepEnded = resolve));
      await init.start();
      if (!this.#over) await ended;
      if (this.#over || init.view.state.terminated?.exitCode !== 0) return;
    }
    this.#stepEnded = undefined;
    this.#changed();
    for (const one of this.#containers) void one.start();
  }

  /** Whether the ConfigMaps and Secrets that the volumes are made of exist. */
  async #mounted(): Promise<boolean> {
    const { namespace } = this.#pod.metadata;
    for (const { name, configMap, secret } of this.#pod.spec.volumes ?? []) {
      const source = configMap ?? secret;
      if (!source || source.optional) continue;
      const object = (configMap ? configMap.name : secret!.secretName) ?? "";
      const kind = configMap ? ConfigMap : Secret;
      const key = makeKey(namespace, object);
      const found = configMap
        ? await this.#node.client.get(ConfigMap, key)
        : await this.#node.client.get(Secret, key);
      if (found) continue;
      const what = `${kind.singular} "${object}" not found`;
      const message = `MountVolume.SetUp failed for volume "${name}" : ${what}`;
      this.#event("Warning", "FailedMount", message);
      return false;
    }
    return !this.#over;
  }

  #attach(): void {
    const { namespace, name } = this.#pod.metadata;
    const { addresses, host, network } = this.#node;
    if (this.#pod.spec.hostNetwork) {
      this.#host = host;
      return;
    }
    const ip = addresses.take();
    this.#host = { actor: `pod/${namespace}/${name}`, ip };
    this.#place = network.attach(this.#host);
  }

  #detach(): void {
    this.#place?.detach();
    if (this.#place) this.#node.addresses.giveBack(this.#host!.ip);
    this.#place = undefined;
  }

  /** Ends everything within the grace period, then takes the Pod out of the API. */
  async #leave(): Promise<void> {
    this.#terminating = true;
    this.#cancelWait();
    const { clock, client } = this.#node;
    const graceMs = (this.#pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000;
    const running = [...this.#inits, ...this.#containers].filter((one) => one.running);
    const waits = running.map((one) => preStopMs(one.container));
    const allEnded = new Promise<void>((resolve) => (this.#stepEnded = resolve));
    for (const one of [...this.#inits, ...this.#containers]) {
      if (!one.running) one.stop(0);
    }
    running.forEach((one, i) => {
      const hookMs = Math.min(waits[i]!, graceMs);
      if (hookMs === 0) one.stop(graceMs);
      else clock.after(hookMs, () => one.stop(graceMs - hookMs));
    });
    if (running.length > 0) await allEnded;
    if (this.#killed) return;
    this.#detach();
    if (running.length > 0) this.#changed();
    await this.#written();
    await client
      .remove(Pod, keyOf(this.#pod), { graceSeconds: 0, uid: this.uid })
      .catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
  }

  #home(restarts: (code: number) => boolean): ContainerHome {
    const worker = {
      pod: (): Pod => this.#pod,
      host: (): Host => this.#host!,
    };
    const { clock, random, network, puller, host } = this.#node;
    return {
      get pod() {
        return worker.pod();
      },
      get host() {
        return worker.host();
      },
      node: host,
      network,
      clock,
      random,
      puller,
      restarts,
      context: (container) => this.#context(container),
      event: (type, reason, message) => this.#event(type, reason, message),
      changed: () => this.#changed(),
      ended: () => this.#ended(),
    };
  }

  #restarts(code: number): boolean {
    const policy = this.#pod.spec.restartPolicy ?? "Always";
    return policy === "Always" || (policy === "OnFailure" && code !== 0);
  }

  #initRestarts(code: number): boolean {
    return code !== 0 && this.#pod.spec.restartPolicy !== "Never";
  }

  /** A container has ended for good; the sandbox goes with the last one. */
  #ended(): void {
    if (!this.#terminating) {
      this.#stepEnded?.();
      if (this.#containers.every((one) => one.over)) this.#detach();
    } else if (![...this.#inits, ...this.#containers].some((one) => one.running)) {
      this.#stepEnded?.();
    }
  }

  async #context(container: Container): Promise<Context> {
    const { network, clock, client, servicesFor, clientFor } = this.#node;
    const host = this.#host!;
    const pod: Pod = {
      ...this.#pod,
      status: { ...this.#pod.status, hostIP: this.#node.host.ip, podIP: host.ip },
    };
    const services = servicesFor(pod.metadata.namespace ?? "");
    const env = await environment(container, { pod, client, services });
    const words = (list: readonly string[] = []): string[] => list.map((one) => expand(one, env));
    return {
      pod,
      host,
      network,
      clock,
      client: clientFor(pod),
      env,
      mounts: () => mountedFiles(container, { pod: this.#pod, client }),
      command: words(container.command),
      args: words(container.args),
    };
  }

  #event(type: "Normal" | "Warning", reason: string, message: string): void {
    if (!this.#killed) this.#node.events.event(this.#pod, type, reason, message);
  }

  /** Changes within one event are one write. */
  #changed(): void {
    if (this.#dirty || this.#killed) return;
    this.#dirty = true;
    this.#writing ??= this.#write();
  }

  async #written(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    const { client } = this.#node;
    await Promise.resolve();
    while (this.#dirty && !this.#killed) {
      this.#dirty = false;
      const pod = await client.get(Pod, keyOf(this.#pod));
      if (pod?.metadata.uid !== this.uid) break;
      const status = this.#status(pod);
      if (sameJson(status, pod.status)) continue;
      try {
        this.#pod = await client.updateStatus(Pod, { ...pod, status });
      } catch (error) {
        if (isConflict(error)) this.#dirty = true;
        else if (!isNotFound(error)) throw error;
      }
    }
    this.#writing = undefined;
  }

  #status(pod: Pod): NonNullable<Pod["status"]> {
    return podStatus({
      pod,
      hostIp: this.#node.host.ip,
      podIp: this.#host?.ip,
      startedAt: this.#startedAt,
      inits: this.#inits.map(({ view }) => view),
      containers: this.#containers.map(({ view }) => view),
      now: this.#node.clock.now(),
    });
  }

  /** False when the Pod was deleted meanwhile. */
  #pause(ms: number): Promise<boolean> {
    if (this.#over) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#wake = () => resolve(false);
      this.#timer = this.#node.clock.after(ms, () => resolve(!this.#over));
    });
  }

  #cancelWait(): void {
    this.#timer?.cancel();
    this.#wake?.();
  }
}

/** How long a preStop hook takes: a sleep, said either way. Other hooks take no time here. */
function preStopMs({ lifecycle }: Container): number {
  const hook = lifecycle?.["preStop"] as
    { sleep?: { seconds?: number }; exec?: { command?: string[] } } | undefined;
  if (hook?.sleep) return (hook.sleep.seconds ?? 0) * 1_000;
  const seconds = /(?:^|\s)sleep\s+(\d+(?:\.\d+)?)/.exec(hook?.exec?.command?.join(" ") ?? "")?.[1];
  return Number(seconds ?? 0) * 1_000;
}
