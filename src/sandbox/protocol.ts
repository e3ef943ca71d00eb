// Everything the page knows of the sandbox. The sandbox runs in a module Worker; the page calls
// its methods by message and gets its events by message. All values are plain data.
//
// Page:    const sandbox = connectSandbox(new Worker(...));  await sandbox.call("readFile", path)
//          sandbox.on("scene", (scene) => ...)
// Worker:  const emit = serveSandbox(self, methods);  emit("scene", scene)

import type { TlsLog } from "../net/tls/log/log.ts";
import type { Guest, GuestOrder } from "./protocol-guests.ts";
import type { ConciergeReport, Opinion, WrittenPlace } from "./protocol-concierge.ts";

export type { Badge, Guest, GuestOrder } from "./protocol-guests.ts";
export type { ConciergeReport, Opinion, Remark, WrittenPlace } from "./protocol-concierge.ts";

/** A namespaced thing on stage: "default/simple-fanout". */
export type StageKey = string;

// ---------------------------------------------------------------- the stage

/** The whole hotel at one moment, derived from objects only. Sent whole whenever it changed. */
export interface Scene {
  /** Cluster time, milliseconds since the epoch. */
  readonly at: number;
  /** The address book: names that the street can look up. */
  readonly names: readonly { readonly name: string; readonly ip: string }[];
  /** Entrances from the street: load balancers and NodePorts. */
  readonly doors: readonly Door[];
  readonly desks: readonly Desk[];
  readonly cards: readonly Card[];
  readonly rooms: readonly Room[];
  readonly staff: readonly StaffMember[];
  readonly nodes: readonly {
    readonly name: string;
    readonly ip: string;
    readonly ready: boolean;
  }[];
}

/** A way in from the street. */
export interface Door {
  /** "balancer": a load balancer that reads cards itself, out on the street, as AWS' ALB does. */
  readonly kind: "load-balancer" | "node-port" | "balancer";
  /** The Service that opens it; of a balancer the Ingress. */
  readonly service: StageKey;
  /** "203.0.113.10", or undefined while the cloud is still building it. */
  readonly ip: string | undefined;
  readonly ports: readonly number[];
  /** The desk behind it, when it is a controller's door. */
  readonly desk: string | undefined;
  /** What the cloud bills a month, in whole dollars. */
  readonly monthlyCost: number;
}

/** A concierge: an ingress controller's Pods. */
export interface Desk {
  /** "ingress-nginx/ingress-nginx-controller": its Deployment. */
  readonly id: string;
  /** "ingress-nginx", "traefik" …: what stands on the badge. */
  readonly implementation: string;
  readonly classes: readonly string[];
  /** Whether one of the classes is the default. */
  readonly isDefault: boolean;
  readonly pods: readonly StageKey[];
  readonly ready: boolean;
  /** What it is doing in words: "Pulling image", "Ready". */
  readonly state: string;
}

/** An Ingress: a card of rules in the tray. */
export interface Card {
  readonly key: StageKey;
  readonly className: string | undefined;
  /** The desk that acts on it; undefined: nobody reads it. */
  readonly desk: string | undefined;
  /** Why nobody reads it, or what the reader found wrong; empty when all is well. */
  readonly remark: string;
  readonly address: string | undefined;
  readonly hosts: readonly string[];
  readonly tls: boolean;
  readonly rules: readonly CardRule[];
}

export interface CardRule {
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** Service key; undefined for a resource backend. */
  readonly room: StageKey | undefined;
  readonly port: string;
  /** "spec.rules[0].http.paths[1]" */
  readonly field: string;
}

/** A Service. */
export interface Room {
  readonly key: StageKey;
  readonly type: string;
  readonly clusterIp: string;
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly nodePort: number | undefined;
  }[];
  readonly staff: readonly { readonly pod: StageKey; readonly ready: boolean }[];
  /** Infrastructure (a controller's own Service, the API server) is drawn apart. */
  readonly backstage: boolean;
}

/** A Pod. */
export interface StaffMember {
  readonly key: StageKey;
  readonly node: string | undefined;
  readonly ip: string | undefined;
  /** As the STATUS column says: Running, Pending, CrashLoopBackOff, Terminating … */
  readonly status: string;
  readonly ready: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly backstage: boolean;
}

// ---------------------------------------------------------------- files and findings

/** Something wrong in a YAML text. Lines and columns count from 1. */
export interface Finding {
  readonly severity: "error" | "warning" | "hint";
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly message: string;
  /** "spec.rules[0].http.paths[1].pathType", when it concerns a field. */
  readonly field: string | undefined;
}

// ---------------------------------------------------------------- lessons

export interface LessonSummary {
  readonly id: string;
  /** The part of the course that it belongs to: "Doors and cards". */
  readonly wing: string;
  readonly title: string;
  readonly goal: string;
  readonly minutes: number;
  /** How hard a case is, 1 to 3; undefined for a lesson. */
  readonly stars: number | undefined;
  /** Whether it opens with other faults from day to day. */
  readonly daily: boolean;
  readonly done: boolean;
}

/** Prose is HTML compiled from the project's own Markdown at build time: it is trusted. */
export interface LessonView {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly startsBroken: boolean;
  /** How hard a case is, 1 to 3; undefined for a lesson. */
  readonly stars: number | undefined;
  readonly daily: boolean;
  /** Requests that the learner has sent so far. */
  readonly guests: number;
  readonly story: string;
  readonly steps: readonly StepView[];
  /** Index of the step to do now; steps.length once all are done. */
  readonly current: number;
  readonly done: boolean;
  readonly ending: string;
  /** Where the hotel and Kubernetes part ways: shown with the ending. */
  readonly seams: string;
  readonly wrongTurn: { readonly id: string; readonly reply: string } | undefined;
  readonly quiz: readonly QuestionView[];
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly prediction: QuestionView | undefined;
  readonly checks: readonly CheckView[];
  /** Commands that may be clicked instead of typed. */
  readonly commands: readonly string[];
  /** Rungs asked for so far. */
  readonly hints: readonly {
    readonly rung: "ask" | "where" | "what" | "how";
    readonly text: string;
  }[];
  readonly moreHints: boolean;
  readonly done: boolean;
}

export interface QuestionView {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** What the learner chose, if he did; only then `right` and `because` are filled. */
  readonly chosen: number | undefined;
  readonly right: number | undefined;
  readonly because: string;
}

interface CheckView {
  readonly id: string;
  readonly title: string;
  readonly passed: boolean;
  /** One sentence; empty when passed. */
  readonly whyNotYet: string;
}

// ---------------------------------------------------------------- calls and events

export interface SandboxMethods {
  /** Opens the cluster. `scene`: "finished" (the opening screen), "empty", or a lesson's id. */
  open(options: { seed: number; scene: string }): void;
  /** A new shell; its output comes as `output` events. */
  openTerminal(size: { columns: number; rows: number }): number;
  resizeTerminal(terminal: number, size: { columns: number; rows: number }): void;
  /** Keys as xterm sends them. */
  type(terminal: number, data: string): void;
  /** Types a command line and Enter, once the prompt is back. */
  run(terminal: number, command: string): void;

  listFiles(): readonly string[];
  readFile(path: string): string;
  writeFile(path: string, content: string): void;
  removeFile(path: string): void;
  /** YAML and schema findings, and what a server-side dry run says. Changes nothing. */
  checkYaml(content: string): readonly Finding[];
  /** kubectl apply -f, as the editor's button does it. `output` is what kubectl printed. */
  applyFile(path: string): { readonly ok: boolean; readonly output: string };

  /** Sends a request from the street; the Guest arrives by events. Returns its id. */
  sendGuest(order: GuestOrder): string;
  /** The TLS connections that carried a guest, decoded to the last byte; none when it had none. */
  tlsLogs(guest: string): readonly TlsLog[];
  /** What a desk makes of its cards; undefined when the desk is gone. */
  concierge(desk: string): ConciergeReport | undefined;
  /** What each implementation would do with a guest's request. */
  opinions(guest: string): readonly Opinion[];
  /** Where a field of an Ingress stands; undefined when it is gone. */
  writtenAt(object: string, field: string): WrittenPlace | undefined;
  /** Any object as YAML, for the inspector. Undefined when it is gone. */
  describeObject(kind: string, key: StageKey): string | undefined;
  /** Removes an object through the API, or puts a removed one back. */
  tearCard(key: StageKey): void;
  restoreCard(key: StageKey): void;
  /** The last lines of a Pod's log; followed by `log` events until `unfollowLog`. */
  followLog(pod: StageKey): readonly string[];
  unfollowLog(pod: StageKey): void;

  setPace(pace: { speed: number; paused: boolean }): void;
  /** While paused: lets the clock run up to and through its next event. */
  stepClock(): void;

  listLessons(): readonly LessonSummary[];
  /** @param seed what is drawn by lot in it; as the hotel was opened with when absent */
  openLesson(id: string, seed?: number): void;
  closeLesson(): void;
  resetLesson(): void;
  answer(question: string, choice: number): void;
  askHint(step: string): void;
  dismissWrongTurn(id: string): void;
  /** The inspector or a list showed this to the learner: "ingressclasses", "pods -A" … */
  noticed(what: string): void;
}

export interface SandboxEvents {
  scene: Scene;
  guest: Guest;
  output: { readonly terminal: number; readonly data: string };
  /** The shell asks the page to open a file in the editor (vi, nano, code, kubectl edit). */
  openEditor: { readonly path: string };
  files: { readonly path: string };
  lesson: LessonView | null;
  log: { readonly pod: StageKey; readonly lines: readonly string[] };
  pace: { readonly now: number; readonly speed: number; readonly paused: boolean };
  /** The engine failed; the page shows the report and offers to reopen. */
  crash: { readonly message: string; readonly report: string };
}

/** Page → Worker. */
interface CallMessage<M extends keyof SandboxMethods = keyof SandboxMethods> {
  readonly id: number;
  readonly call: M;
  readonly args: Parameters<SandboxMethods[M]>;
}

/** Worker → page. */
type WorkerMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | {
      readonly [E in keyof SandboxEvents]: { readonly event: E; readonly value: SandboxEvents[E] };
    }[keyof SandboxEvents];

// ---------------------------------------------------------------- the two ends

/** One end of a message channel: a Worker, a Worker's own scope, a MessagePort. */
export interface Wire {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** The page's end. */
export interface SandboxConnection {
  /** Calls a method in the Worker. Rejects with an Error that carries the Worker's message. */
  call<M extends keyof SandboxMethods>(
    method: M,
    ...args: Parameters<SandboxMethods[M]>
  ): Promise<ReturnType<SandboxMethods[M]>>;
  /** Hears an event from now on; call what it returns to stop. */
  on<E extends keyof SandboxEvents>(
    event: E,
    handler: (value: SandboxEvents[E]) => void,
  ): () => void;
}

/** What stands behind the methods: they may take their time. */
export type SandboxImplementation = {
  [M in keyof SandboxMethods]: (
    ...args: Parameters<SandboxMethods[M]>
  ) => ReturnType<SandboxMethods[M]> | Promise<ReturnType<SandboxMethods[M]>>;
};

/** Connects the page to the Worker behind `wire`. Calls arrive in the order they were made. */
export function connectSandbox(wire: Wire): SandboxConnection {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const handlers = new Map<string, Set<(value: unknown) => void>>();
  let calls = 0;
  wire.addEventListener("message", ({ data }) => {
    const message = data as WorkerMessage;
    if ("event" in message) {
      for (const handler of handlers.get(message.event) ?? []) handler(message.value);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if ("error" in message) call?.reject(new Error(message.error));
    else call?.resolve(message.result);
  });
  return {
    call(method, ...args) {
      const id = ++calls;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        wire.postMessage({ id, call: method, args });
      });
    },
    on(event, handler) {
      const set = handlers.get(event) ?? new Set();
      handlers.set(event, set.add(handler as (value: unknown) => void));
      return () => set.delete(handler as (value: unknown) => void);
    },
  };
}

/** Serves `methods` to the page on `wire`; returns how events are sent to it. */
export function serveSandbox(
  wire: Wire,
  methods: SandboxImplementation,
): <E extends keyof SandboxEvents>(event: E, value: SandboxEvents[E]) => void {
  wire.addEventListener("message", ({ data }) => {
    const { id, call, args } = data as CallMessage;
    const method = methods[call] as ((...args: unknown[]) => unknown) | undefined;
    void (async () => {
      try {
        if (!method) throw new Error(`the sandbox has no method "${String(call)}"`);
        wire.postMessage({ id, result: await method(...args) });
      } catch (error) {
        wire.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    })();
  });
  return (event, value) => wire.postMessage({ event, value });
}
