// The guests: every request that the learner sends, from its first hop to its answer. A trace
// grows by itself; each guest is told again shortly after it grew, and once more when it ends.

import type { Clock } from "../base/clock.ts";
import type { TlsRecording } from "../net/tls/recording.ts";
import { Trace, type Actor, type Deed } from "../net/trace.ts";
import type { Guest } from "./protocol.ts";
import { curlWords, lastAnswer, storyOf } from "./story.ts";

/** What is known of a request beside its hops. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly from: string;
}

/** How many guests are remembered. */
export const guestsMax = 500;

/** Hops that come within this time are told together. */
const tellMs = 20;

export interface GuestsOptions {
  readonly clock: Clock;
  /** A guest is new, has grown, or has ended. */
  tell(guest: Guest): void;
  /** A guest has ended: once each. */
  ended(guest: Guest): void;
}

interface Entry {
  readonly asked: Asked;
  readonly number: number;
  readonly startedAt: number;
  readonly trace: Trace;
  done: boolean;
  response: Guest["response"];
  error: string | undefined;
  badge: Guest["badge"];
  due: boolean;
}

export class Guests {
  readonly #clock: Clock;
  readonly #options: GuestsOptions;
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  constructor(options: GuestsOptions) {
    this.#clock = options.clock;
    this.#options = options;
  }

  /** A new guest sets out; hops added to the trace are his. */
  start(asked: Asked): Trace {
    const number = ++this.#count;
    const trace = new GrowingTrace({ id: `guest-${number}`, now: () => this.#clock.now() }, () =>
      this.#grew(entry),
    );
    const entry: Entry = {
      asked,
      number,
      startedAt: this.#clock.now(),
      trace,
      done: false,
      response: undefined,
      error: undefined,
      badge: undefined,
      due: false,
    };
    this.#entries.set(trace.id, entry);
    this.#forget();
    this.#grew(entry);
    return trace;
  }

  /** Nothing more will happen to this guest. */
  finish(trace: Trace, end: Partial<Pick<Guest, "response" | "error" | "badge">> = {}): void {
    const entry = this.#entries.get(trace.id);
    if (!entry || entry.done) return;
    entry.done = true;
    entry.response = end.response;
    entry.error = end.error;
    entry.badge = end.badge;
    const guest = guestOf(entry);
    this.#options.tell(guest);
    this.#options.ended(guest);
  }

  /** Oldest first. */
  list(): Guest[] {
    return [...this.#entries.values()].map(guestOf);
  }

  /** The TLS connections that carried a guest; none once it is forgotten. */
  recordings(id: string): readonly TlsRecording[] {
    return this.#entries.get(id)?.trace.recordings ?? [];
  }

  #grew(entry: Entry): void {
    if (entry.due || entry.done) return;
    entry.due = true;
    this.#clock.after(tellMs, () => {
      entry.due = false;
      if (!entry.done) this.#options.tell(guestOf(entry));
    });
  }

  #forget(): void {
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= guestsMax) return;
      this.#entries.delete(id);
    }
  }
}

/** A trace that says when it grew. */
class GrowingTrace extends Trace {
  readonly #grew: () => void;

  constructor(o: { id: string; now: () => number }, grew: () => void) {
    super(o);
    this.#grew = grew;
  }

  override add(by: Actor, deed: Deed): void {
    super.add(by, deed);
    this.#grew();
  }
}

function guestOf({ asked, number, startedAt, trace, done, ...entry }: Entry): Guest {
  const { response, error, badge } = entry;
  const hops = [...trace.hops];
  const known = { number, method: asked.method, url: asked.url, hops, done };
  return {
    id: trace.id,
    from: asked.from,
    startedAt,
    ...known,
    status: done ? lastAnswer(hops)?.status : undefined,
    error: done ? (error ?? curlWords(hops, asked.url)) : undefined,
    story: storyOf({ ...known, error }),
    response,
    badge,
  };
}
