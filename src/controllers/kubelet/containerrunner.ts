// One container of a Pod, from its image to its last exit:
//
//   waiting (ContainerCreating) → pull → create → start → running → terminated
//        ↑   ErrImagePull/ImagePullBackOff                            │
//        └────────────── CrashLoopBackOff, 10 s … 5 min ──────────────┘
//
// Models kubernetes/pkg/kubelet/kuberuntime/kuberuntime_manager.go and kuberuntime_container.go.

import type { Container, ContainerState, Pod } from "../../api/kinds/pod.ts";
import { timestamp } from "../../api/object.ts";
import { hex } from "../../base/bytes.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Host, Network } from "../../net/network.ts";
import type { Process, ProgramContext } from "../program.ts";
import { ConfigError } from "./environment.ts";
import { LogBuffer } from "./logbuffer.ts";
import { Prober } from "./prober.ts";
import type { Pull, Puller } from "./puller.ts";
import { BackOff, delayMs, forgivenAfterMs, goDuration, stages } from "./stages.ts";
import type { Delay } from "./stages.ts";

/** What a program gets from its Pod; the runner adds the rest. */
export type Context = Omit<ProgramContext, "container" | "log" | "exit" | "random">;

/** What a container needs of its Pod. */
export interface ContainerHome {
  readonly pod: Pod;
  /** The Pod on the network. */
  readonly host: Host;
  readonly node: Host;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly puller: Puller;
  /** Whether a container that ended with `code` shall run again. */
  restarts(code: number): boolean;
  /** Everything that the program gets, but what the runner itself knows. Throws ConfigError. */
  context(container: Container): Promise<Context>;
  event(type: "Normal" | "Warning", reason: string, message: string): void;
  /** The status has changed. */
  changed(): void;
  /** The container ended and will not run again. */
  ended(): void;
}

/** What the world may know of a container. */
export interface ContainerView {
  readonly container: Container;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly image: string;
  readonly imageId: string;
  readonly containerId: string | undefined;
}

/** Exit codes of a process that a signal ended: 128 + SIGKILL. */
const killedCode = 137;

export class ContainerRunner {
  readonly container: Container;
  readonly #home: ContainerHome;
  readonly #pullBackOff = new BackOff();
  readonly #crashBackOff = new BackOff();
  #state: ContainerState = { waiting: { reason: "ContainerCreating" } };
  #lastState: ContainerState = {};
  #restartCount = 0;
  #image: string;
  #imageId = "";
  #containerId: string | undefined;
  #startedAt = 0;
  #process: Process | undefined;
  #prober: Prober | undefined;
  #log: LogBuffer | undefined;
  #previousLog: LogBuffer | undefined;
  /** The wait under way, so that an end can cut it short. */
  #wait: { timer: Timer; done: (on: boolean) => void } | undefined;
  #deadline: Timer | undefined;
  #stopping = false;
  #over = false;

  constructor(container: Container, home: ContainerHome) {
    this.container = container;
    this.#home = home;
    this.#image = container.image ?? "";
  }

  get view(): ContainerView {
    const running = this.#state.running !== undefined;
    return {
      container: this.container,
      state: this.#state,
      lastState: this.#lastState,
      ready: running && (this.#prober?.ready ?? false),
      started: running && (this.#prober?.started ?? false),
      restartCount: this.#restartCount,
      image: this.#image,
      imageId: this.#imageId,
      containerId: this.#containerId,
    };
  }

  get process(): Process | undefined {
    return this.#process;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** It ended, and will not run again. */
  get over(): boolean {
    return this.#over;
  }

  /** Undefined before the first run. */
  log(previous: boolean): LogBuffer | undefined {
    return previous ? this.#previousLog : this.#log;
  }

  /** Pulls, creates and starts; comes back when it runs, or was stopped before. */
  async start(): Promise<void> {
    const pull = await this.#pulled();
    if (!pull || pull.got === "error") return;
    this.#image = pull.image;
    this.#imageId = pull.imageId;
    for (;;) {
      const context = await this.#context();
      if (context) {
        if (!(await this.#sleep(stages.creating))) return;
        this.#home.event("Normal", "Created", `Created container: ${this.container.name}`);
        if (!(await this.#sleep(stages.starting))) return;
        return this.#run(pull.program.start.bind(pull.program), context);
      }
      if (!(await this.#sleep(stages.resyncing))) return;
    }
  }

  /** SIGTERM, and SIGKILL when the grace is over. `ended` of the home is called afterwards. */
  stop(graceMs: number): void {
    this.#stopping = true;
    this.#cancelWait();
    const process = this.#process;
    if (!process) return this.#finish();
    this.#prober?.stop();
    const message = `Stopping container ${this.container.name}`;
    this.#home.event("Normal", "Killing", message);
    this.#terminate(process, graceMs);
  }

  /** SIGKILL at once, without a word: the Pod is gone. */
  kill(): void {
    this.#stopping = true;
    this.#over = true;
    this.#cancelWait();
    this.#deadline?.cancel();
    this.#prober?.stop();
    this.#process?.kill();
    this.#process = undefined;
    this.#log?.end();
  }

  #terminate(process: Process, graceMs: number): void {
    this.#deadline?.cancel();
    this.#deadline = this.#home.clock.after(graceMs, () => {
      if (this.#process !== process) return;
      process.kill();
      this.#exited(process, killedCode);
    });
    const endingMs = Math.min(delayMs(stages.ending, this.#home.random), graceMs);
    this.#home.clock.after(endingMs, () => {
      if (this.#process === process) process.terminate();
    });
  }

  async #pulled(): Promise<Pull | undefined> {
    const { puller, clock } = this.#home;
    const { image = "", imagePullPolicy = "IfNotPresent" } = this.container;
    for (;;) {
      const pull = await puller.pull(image, imagePullPolicy, () =>
        this.#home.event("Normal", "Pulling", `Pulling image "${image}"`),
      );
      if (this.#stopping) return undefined;
      if (pull.got === "image") {
        this.#home.event("Normal", "Pulled", pull.message);
        return pull;
      }
      const { reason, message } = pull;
      this.#home.event("Warning", reason === "ErrImagePull" ? "Failed" : reason, message);
      this.#home.event("Warning", "Failed", `Error: ${reason}`);
      this.#waitingFor(reason, message);
      this.#pullBackOff.grow();
      const until = clock.now() + this.#pullBackOff.ms;
      if (!(await this.#sleep(stages.resyncing))) return undefined;
      if (reason === "ErrImagePull") {
        const words = `Back-off pulling image "${image}"`;
        this.#home.event("Normal", "BackOff", words);
        this.#home.event("Warning", "Failed", "Error: ImagePullBackOff");
        this.#waitingFor("ImagePullBackOff", `${words}: ErrImagePull: ${message}`);
      }
      if (!(await this.#pause(until - clock.now()))) return undefined;
    }
  }

  /** Undefined when something that it needs is missing; the status says what. */
  async #context(): Promise<Context | undefined> {
    try {
      return await this.#home.context(this.container);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#home.event("Warning", "Failed", `Error: ${error.message}`);
      this.#waitingFor("CreateContainerConfigError", error.message);
      return undefined;
    }
  }

  #run(start: (context: ProgramContext) => Process, context: Context): void {
    const { clock, random } = this.#home;
    const log = new LogBuffer();
    this.#previousLog = this.#log;
    this.#log = log;
    this.#startedAt = clock.now();
    this.#containerId = `containerd://${hex(random.bytes(32))}`;
    this.#state = { running: { startedAt: timestamp(clock.now()) } };
    this.#home.event("Normal", "Started", `Started container ${this.container.name}`);
    const process = begin(start, {
      ...context,
      container: this.container,
      random: random.fork(`${context.pod.metadata.uid}/${this.container.name}`),
      log: (line) => log.append(clock.now(), line),
      // Not inside the program's own call: it may still be starting.
      exit: (code) => void clock.after(0, () => this.#exited(process, code)),
    });
    this.#process = process;
    this.#startProbes();
    this.#home.changed();
  }

  #startProbes(): void {
    const { name } = this.container;
    this.#prober = new Prober({
      container: this.container,
      podIp: this.#home.host.ip,
      node: this.#home.node,
      network: this.#home.network,
      clock: this.#home.clock,
      onChange: () => this.#home.changed(),
      onUnhealthy: (message) => this.#home.event("Warning", "Unhealthy", message),
      onDead: (type) => {
        const words = `Container ${name} failed ${type.toLowerCase()} probe, will be restarted`;
        this.#home.event("Normal", "Killing", words);
        const graceMs = (this.#home.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000;
        if (this.#process) this.#terminate(this.#process, graceMs);
      },
    });
    this.#prober.start();
  }

  #exited(process: Process, code: number): void {
    if (this.#process !== process) return;
    const { clock } = this.#home;
    this.#process = undefined;
    this.#deadline?.cancel();
    this.#prober?.stop();
    this.#log?.end();
    this.#state = {
      terminated: {
        exitCode: code,
        reason: code === 0 ? "Completed" : "Error",
        startedAt: timestamp(this.#startedAt),
        finishedAt: timestamp(clock.now()),
        containerID: this.#containerId!,
      },
    };
    if (this.#stopping || !this.#home.restarts(code)) return this.#finish();
    this.#home.changed();
    void this.#restart(clock.now() - this.#startedAt);
  }

  async #restart(ranMs: number): Promise<void> {
    if (ranMs >= forgivenAfterMs) this.#crashBackOff.reset();
    if (!(await this.#sleep(stages.relisting))) return;
    const { pod } = this.#home;
    const { name } = this.container;
    this.#lastState = this.#state;
    const { ms } = this.#crashBackOff;
    if (ms > 0) {
      const id = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      const words = `Back-off restarting failed container ${name} in pod ${id}`;
      this.#home.event("Warning", "BackOff", words);
      const length = `back-off ${goDuration(ms)}`;
      const message = `${length} restarting failed container=${name} pod=${id}`;
      this.#waitingFor("CrashLoopBackOff", message);
      if (!(await this.#pause(ms))) return;
    }
    this.#crashBackOff.grow();
    this.#restartCount++;
    await this.start();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#home.changed();
    this.#home.ended();
  }

  #waitingFor(reason: string, message: string): void {
    this.#state = { waiting: { reason, message } };
    this.#home.changed();
  }

  #sleep(delay: Delay): Promise<boolean> {
    return this.#pause(delayMs(delay, this.#home.random));
  }

  /** False when the container was stopped meanwhile. */
  #pause(ms: number): Promise<boolean> {
    if (this.#stopping) return Promise.resolve(false);
    return new Promise((done) => {
      const timer = this.#home.clock.after(ms, () => {
        this.#wait = undefined;
        done(true);
      });
      this.#wait = { timer, done };
    });
  }

  #cancelWait(): void {
    this.#wait?.timer.cancel();
    this.#wait?.done(false);
    this.#wait = undefined;
  }
}

/** A program that cannot even start has crashed, as a binary that panics. */
function begin(start: (context: ProgramContext) => Process, context: ProgramContext): Process {
  try {
    return start(context);
  } catch (error) {
    context.log(error instanceof Error ? error.message : String(error));
    context.exit(1);
    return { terminate: () => {}, kill: () => {} };
  }
}
