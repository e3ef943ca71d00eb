// Who watches, and how changes reach them: one clock event after a write delivers everything
// that was written by then, in order, to every watcher. Never inside the writer's call.

import type { Watch, WatchEvent } from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Change, ChangeLog } from "./changelog.ts";
import { deepFreeze } from "./freeze.ts";
import { homeOf } from "./store.ts";
import type { Store } from "./store.ts";

type Matches = (object: Obj) => boolean;

interface Watcher {
  readonly log: ChangeLog;
  /** Position in the log of the next change to deliver. */
  position: number;
  /** Absent when it sees everything. */
  readonly matches: Matches | undefined;
  /** Absent when objects are watched as they are stored. */
  readonly view: ((object: Obj) => Obj) | undefined;
  readonly onEvent: (event: WatchEvent<Obj>) => void;
  stopped: boolean;
}

export class Watchers {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #byKind = new Map<Kind, Set<Watcher>>();
  readonly #changed = new Set<Kind>();

  constructor(o: { store: Store; clock: Clock }) {
    this.#store = o.store;
    this.#clock = o.clock;
    o.store.onWrite = (kind) => this.#wake(kind);
  }

  /**
   * Delivers the changes after `since` that concern the objects selected, from the next clock
   * event on. Throws Expired when the log does not reach back so far.
   */
  watch(
    kind: Kind,
    since: number,
    matches: Matches | undefined,
    onEvent: (event: WatchEvent<Obj>) => void,
  ): Watch {
    const home = homeOf(kind);
    const log = this.#store.log(home);
    const position = log.positionAfter(since, this.#store.revision);
    const view = kind.stored && ((object: Obj): Obj => this.#store.seen(kind, object)!);
    const watcher: Watcher = { log, position, matches, view, onEvent, stopped: false };
    const watchers = this.#byKind.get(home) ?? new Set();
    this.#byKind.set(home, watchers.add(watcher));
    if (position < log.end) this.#wake(home);
    return {
      stop: () => {
        watcher.stopped = true;
        watchers.delete(watcher);
      },
    };
  }

  #wake(kind: Kind): void {
    if (this.#changed.size === 0) this.#clock.after(0, () => this.#deliver());
    this.#changed.add(kind);
  }

  #deliver(): void {
    const kinds = [...this.#changed];
    this.#changed.clear(); // what handlers write from here on takes an event of its own
    const due = kinds
      .filter((kind) => this.#store.keeps(kind))
      .map((kind) => ({ kind, end: this.#store.log(kind).end }));
    for (const { kind, end } of due) {
      for (const watcher of this.#byKind.get(kind) ?? []) deliverTo(watcher, end);
    }
    for (const { kind } of due) if (!this.#changed.has(kind)) this.#store.log(kind).trim();
  }
}

function deliverTo(watcher: Watcher, end: number): void {
  while (!watcher.stopped && watcher.position < end) {
    const change = watcher.log.at(watcher.position++);
    const event = watcher.matches ? eventFor(change, watcher.matches) : change.event;
    if (event === undefined) continue;
    const { view } = watcher;
    watcher.onEvent(view ? { type: event.type, object: view(event.object) } : event);
  }
}

/** An object that comes into the selection is ADDED to it, one that leaves is DELETED from it. */
function eventFor({ event, object, old }: Change, matches: Matches): Change["event"] | undefined {
  const before = old !== undefined && matches(old);
  const after = event.type !== "DELETED" && matches(object);
  if (before && after) return event.type === "MODIFIED" ? event : { type: "MODIFIED", object };
  if (after) return event.type === "ADDED" ? event : { type: "ADDED", object };
  if (!before) return undefined;
  if (event.type === "DELETED") return event;
  const { resourceVersion } = object.metadata;
  const metadata = { ...old.metadata, resourceVersion };
  return { type: "DELETED", object: deepFreeze({ ...old, metadata }) };
}
