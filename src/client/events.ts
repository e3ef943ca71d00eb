// Events: what a component has to say about an object, as `kubectl describe` shows it.
//
//   const events = new EventRecorder({ client, clock, random, component: "kubelet" });
//   events.event(pod, "Warning", "BackOff", "Back-off restarting failed container");
//
// Models client-go tools/record: the same event again counts up the one that is there; many that
// differ in their message alone become one; and who talks too much about an object is not heard.

import type { Client } from "../api/client.ts";
import { isNotFound } from "../api/errors.ts";
import { Event } from "../api/kinds/event.ts";
import { keyOf, timestamp } from "../api/object.ts";
import type { Obj } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";

/** How many distinct messages of one reason are told apart within the interval. */
const similarMax = 10;
const similarMs = 600_000;
/** A component may tell so many events about an object at once, then one in five minutes. */
const burstMax = 25;
const refillMs = 300_000;
/** How many events are remembered to be counted up. */
const rememberedMax = 4_096;

interface Known {
  readonly event: Event;
  readonly count: number;
}

export class EventRecorder {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #source: { component: string; host?: string };
  /** By everything that makes two events the same one. */
  readonly #known = new Map<string, Known>();
  /** By everything but the message: the messages of late, and when the first of them came. */
  readonly #similar = new Map<string, { messages: Set<string>; sinceMs: number }>();
  readonly #allowance = new Map<string, { left: number; atMs: number }>();
  /** Writes follow each other, so that a count never overtakes its event's creation. */
  #written: Promise<void> = Promise.resolve();

  constructor(o: {
    client: Client;
    clock: Clock;
    random: Random;
    component: string;
    host?: string;
  }) {
    this.#client = o.client;
    this.#clock = o.clock;
    this.#random = o.random;
    this.#source = { component: o.component, ...(o.host !== undefined && { host: o.host }) };
  }

  /** Never throws: an event that cannot be written is lost, as upstream's are. */
  event(object: Obj, type: "Normal" | "Warning", reason: string, message: string): void {
    const about = `${object.kind}/${keyOf(object)}/${object.metadata.uid ?? ""}`;
    const kindOfEvent = [about, type, reason].join("\n");
    const text = this.#folded(kindOfEvent, message);
    if (!this.#allowed(about)) return;
    const sameness = `${kindOfEvent}\n${text.sameness}`;
    this.#written = this.#written
      .then(() => this.#write(sameness, this.#made(object, type, reason, text.message)))
      .catch(() => undefined);
  }

  /** Models EventAggregator: beyond some distinct messages only their being similar is told. */
  #folded(kindOfEvent: string, message: string): { message: string; sameness: string } {
    const now = this.#clock.now();
    const known = this.#similar.get(kindOfEvent);
    const recent = known !== undefined && now - known.sinceMs <= similarMs ? known : undefined;
    const similar = recent ?? { messages: new Set<string>(), sinceMs: now };
    similar.messages.add(message);
    remember(this.#similar, kindOfEvent, similar);
    if (similar.messages.size < similarMax) return { message, sameness: message };
    const combined = `(combined from similar events): ${message}`;
    return { message: combined, sameness: "(combined from similar events)" };
  }

  /** Models EventSourceObjectSpamFilter: a bucket of tokens for each object. */
  #allowed(about: string): boolean {
    const now = this.#clock.now();
    const { left, atMs } = this.#allowance.get(about) ?? { left: burstMax, atMs: now };
    const tokens = Math.min(burstMax, left + (now - atMs) / refillMs);
    remember(this.#allowance, about, { left: tokens >= 1 ? tokens - 1 : tokens, atMs: now });
    return tokens >= 1;
  }

  #made(object: Obj, type: string, reason: string, message: string): Event {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const now = timestamp(this.#clock.now());
    const nanoseconds =
      BigInt(Math.floor(this.#clock.now())) * 1_000_000n + BigInt(this.#random.int(1e6));
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        name: `${name}.${nanoseconds.toString(16)}`,
        namespace: namespace ?? "default",
      },
      involvedObject: {
        kind: object.kind,
        ...(namespace !== undefined && { namespace }),
        name,
        ...(uid !== undefined && { uid }),
        apiVersion: object.apiVersion,
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
      reason,
      message,
      source: this.#source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      type,
      eventTime: null,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? "",
    };
  }

  async #write(sameness: string, made: Event): Promise<void> {
    const known = this.#known.get(sameness);
    if (known !== undefined) {
      const { message, lastTimestamp } = made;
      const count = known.count + 1;
      const changes = { count, lastTimestamp, message };
      try {
        const patch = await this.#client.patch(Event, keyOf(known.event), changes, {
          type: "merge",
        });
        remember(this.#known, sameness, { event: patch, count });
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const event = await this.#client.create(Event, made);
    remember(this.#known, sameness, { event, count: 1 });
  }
}

/** Sets, and forgets the oldest when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= rememberedMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
