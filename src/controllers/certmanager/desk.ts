// What all of cert-manager's controllers share: the API, local copies, the clock, Events, and the
// log with its lines in klog's format.

import type { Client } from "../../api/client.ts";
import { keyOf, timestamp } from "../../api/object.ts";
import type { Key, Obj } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { EventRecorder } from "../../client/events.ts";
import type { Informers } from "../../client/informer.ts";
import type { Host, Network } from "../../net/network.ts";
import { ClusterIssuer, Issuer } from "./kinds.ts";
import type { Condition, IssuerRef } from "./kinds.ts";

/** How long a controller sleeps at most before it looks at the date again: dates can leap. */
export const glanceMsMax = 10_000;

export interface DeskOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly host: Host;
  /** Where ClusterIssuers have their Secrets. */
  readonly clusterNamespace: string;
  readonly solverImage: string;
  /** Whether a Secret goes with its Certificate. */
  readonly ownerRef: boolean;
  log(line: string): void;
}

export class Desk {
  readonly o: DeskOptions;
  readonly #recorders = new Map<string, EventRecorder>();
  readonly #startMs: number;

  constructor(o: DeskOptions) {
    this.o = o;
    this.#startMs = o.clock.now();
  }

  get nowMs(): number {
    return this.o.clock.now();
  }

  /** @param component "cert-manager-certificates-trigger" */
  event(
    component: string,
    object: Obj,
    ...told: [type: "Normal" | "Warning", reason: string, message: string]
  ): void {
    let recorder = this.#recorders.get(component);
    if (!recorder) {
      const { client, clock, random } = this.o;
      recorder = new EventRecorder({ client, clock, random: random.fork(component), component });
      this.#recorders.set(component, recorder);
    }
    recorder.event(object, ...told);
  }

  /** An info line. `pairs` are printed after the message, in their order. */
  info(source: string, message: string, pairs: Readonly<Record<string, string>>): void {
    this.#line("I", source, [JSON.stringify(message), ...printed(pairs)]);
  }

  error(
    source: string,
    error: string,
    message: string,
    pairs: Readonly<Record<string, string>>,
  ): void {
    this.#line("E", source, [JSON.stringify(message), ...printed({ err: error, ...pairs })]);
  }

  /** The issuer that is referred to; the second is its kind. */
  issuerOf(
    { name, kind = "Issuer" }: IssuerRef,
    namespace: string | undefined,
  ): Issuer | undefined {
    const { informers } = this.o;
    return kind === "ClusterIssuer"
      ? informers.of(ClusterIssuer).get(name)
      : informers.of(Issuer).get(`${namespace}/${name}`);
  }

  /** Where an issuer's Secrets are. */
  secretsOf({ metadata }: Issuer): string {
    return metadata.namespace ?? this.o.clusterNamespace;
  }

  /**
   * The conditions with one set; the log tells of a transition.
   * Models pkg/api/util/conditions.go.
   */
  withCondition(
    object: Obj & { status?: { conditions?: Condition[] } },
    wanted: Omit<Condition, "lastTransitionTime">,
  ): Condition[] {
    const old = object.status?.conditions ?? [];
    const known = old.find(({ type }) => type === wanted.type);
    const same = known?.status === wanted.status;
    const now = this.nowMs;
    const lastTransitionTime = same ? known.lastTransitionTime! : timestamp(now);
    const isRequest = object.kind === "CertificateRequest";
    const set: Condition = {
      ...wanted,
      lastTransitionTime,
      ...(!isRequest && { observedGeneration: object.metadata.generation ?? 1 }),
    };
    if (!same) this.#tellTransition(object, wanted, known, now);
    return known ? old.map((one) => (one === known ? set : one)) : [...old, set];
  }

  #tellTransition(
    object: Obj,
    { type, status }: Omit<Condition, "lastTransitionTime">,
    known: Condition | undefined,
    nowMs: number,
  ): void {
    const what = object.kind === "ClusterIssuer" ? "Issuer" : object.kind;
    const [firstLine, laterLine] = lines[what] ?? [0, 0];
    const pairs = {
      logger: "cert-manager",
      [what.charAt(0).toLowerCase() + what.slice(1)]: keyOf(object),
      condition: type,
    };
    const lastTransitionTime = this.#goTime(nowMs);
    if (!known) {
      const message = `Setting lastTransitionTime for ${what} condition`;
      this.info(`conditions.go:${firstLine}`, message, { ...pairs, lastTransitionTime });
      return;
    }
    const message = `Found status change for ${what} condition; setting lastTransitionTime`;
    const change = { oldStatus: known.status, status };
    this.info(`conditions.go:${laterLine}`, message, { ...pairs, ...change, lastTransitionTime });
  }

  /** time.Time's String, with the process' monotonic reading. */
  #goTime(ms: number): string {
    const fraction = (ms / 1000).toFixed(9).split(".")[1]!.replace(/0+$/, "");
    const [date, time] = timestamp(ms).slice(0, -1).split("T");
    const since = ((ms - this.#startMs) / 1000).toFixed(9);
    return `${date} ${time}${fraction && "."}${fraction} +0000 UTC m=+${since}`;
  }

  #line(level: "I" | "E", source: string, parts: readonly string[]): void {
    const iso = new Date(this.nowMs).toISOString();
    const micros = String(Math.floor((this.nowMs % 1000) * 1000)).padStart(6, "0");
    const when = `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 19)}.${micros}`;
    this.o.log(`${level}${when}       1 ${source}] ${parts.join(" ")}`);
  }
}

/** Where upstream's conditions.go writes of a new condition, and of one that changed. */
const lines: Readonly<Record<string, readonly [first: number, later: number]>> = {
  Issuer: [102, 86],
  Certificate: [217, 201],
  CertificateRequest: [285, 269],
};

function printed(pairs: Readonly<Record<string, string>>): string[] {
  return Object.entries(pairs).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}

/** Keys of the objects among `all` for which something holds. */
export function keysWhere<T extends Obj>(all: readonly T[], holds: (one: T) => boolean): Key[] {
  return all.filter(holds).map(keyOf);
}
