// One run of the API server's bench in a process of its own: 10,000 objects created through the
// client that controllers use (decoded already; defaulted, admitted, validated, stored, frozen,
// with one watcher), then read, listed and watched. Beside each the limit: a Map of frozen
// objects, synchronous calls, and the objects' JSON. Prints one line of JSON.

import { ConfigMap, Ingress, kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import { keyOf } from "../../src/api/object.ts";
import type { Obj } from "../../src/api/object.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";

const count = 10_000;

export interface Timed {
  readonly createNs: number;
  readonly createLimitNs: number;
  readonly getNs: number;
  readonly getLimitNs: number;
  readonly listMs: number;
  readonly firstListMs: number;
  readonly watchersUs: number;
  readonly watchersLimitUs: number;
  readonly bytes: number;
  readonly jsonBytes: number;
}

function configMap(i: number): Obj {
  const data = { greeting: "a warm welcome", room: String(i) };
  const metadata = { name: `guest-${i}`, namespace: "default", labels: { floor: String(i % 9) } };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data } as Obj;
}

function ingress(i: number): Obj {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const path = { path: `/room/${i}`, pathType: "Prefix", backend };
  const rules = [{ host: `guest-${i}.example.com`, http: { paths: [path] } }];
  const metadata = { name: `guest-${i}`, namespace: "default" };
  const spec = { ingressClassName: "nginx", rules };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec } as Obj;
}

async function run(kind: Kind, make: (i: number) => Obj): Promise<Timed> {
  const clock = new VirtualClock({ startMs: Date.UTC(2026, 10, 23, 9) });
  const server = new ApiServer({ clock, random: new Random(1), kinds });
  const client = server.client();
  let seen = 0;
  client.watch(kind, { since: "0" }, () => void seen++);
  const before = heap();
  const given = Array.from({ length: count }, (_, i) => make(i));
  const started = cpuMs();
  for (const object of given) await client.create(kind, object);
  const created = cpuMs();
  given.length = 0;
  await clock.advance(10);
  if (seen !== count) throw new Error(`wanted ${count} events, saw ${seen}`);
  const firstListAt = performance.now();
  const { items } = await client.list(kind);
  const firstListMs = performance.now() - firstListAt;
  const bytes = heap() - before;
  const listAt = performance.now();
  const again = await client.list(kind);
  const listMs = performance.now() - listAt;
  if (again.items.length !== count) throw new Error("the list is not whole");
  return {
    createNs: ((created - started) * 1e6) / count,
    createLimitNs: limitOfCreate(make),
    ...(await gets(items, (key) => client.get(kind, key))),
    firstListMs,
    listMs,
    ...(await watchers(clock, (i, on) => {
      if (i >= 0) client.watch(kind, { since: items.at(-1)!.metadata.resourceVersion! }, on!);
      else void client.create(kind, make(count + 1 - i));
    })),
    bytes,
    jsonBytes: Buffer.byteLength(JSON.stringify(items)),
  };
}

/** Copied, frozen all the way down and put into a Map: no server can do less. */
function limitOfCreate(make: (i: number) => Obj): number {
  const given = Array.from({ length: count }, (_, i) => make(i));
  const map = new Map<string, Obj>();
  const started = cpuMs();
  for (const object of given) {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: "1" } };
    map.set(keyOf(stored), freeze(stored));
  }
  return ((cpuMs() - started) * 1e6) / count;
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === "object") freeze(part as object);
  return Object.freeze(value);
}

async function gets(
  items: readonly Obj[],
  get: (key: string) => Promise<Obj | undefined>,
): Promise<{ getNs: number; getLimitNs: number }> {
  const keys = items.map((item) => keyOf(item));
  const map = new Map(items.map((item) => [keyOf(item), item]));
  const times = { ours: [] as number[], limit: [] as number[] };
  for (let round = 0; round < 20; round++) {
    let at = cpuMs();
    for (const key of keys) if ((await get(`${key}`)) === undefined) throw new Error(key);
    times.ours.push(cpuMs() - at);
    at = cpuMs();
    for (const key of keys) if ((await Promise.resolve(map.get(key))) === undefined) break;
    times.limit.push(cpuMs() - at);
  }
  const ns = (ms: readonly number[]): number => (median(ms) * 1e6) / keys.length;
  return { getNs: ns(times.ours), getLimitNs: ns(times.limit) };
}

/** One event to 100 watchers; the limit calls 100 functions. */
async function watchers(
  clock: VirtualClock,
  act: (i: number, on?: () => void) => void,
): Promise<{ watchersUs: number; watchersLimitUs: number }> {
  let seen = 0;
  const on = (): void => void seen++;
  for (let i = 0; i < 100; i++) act(i, on);
  await clock.advance(10);
  const times: number[] = [];
  for (let i = 1; i <= 200; i++) {
    act(-i);
    await Promise.resolve();
    const at = performance.now();
    await clock.advance(1);
    times.push(performance.now() - at);
  }
  if (seen < 200 * 100) throw new Error(`wanted 20000 events, saw ${seen}`);
  const handlers = Array.from({ length: 100 }, () => () => void seen++);
  const at = performance.now();
  for (let i = 0; i < 1_000; i++) for (const handler of handlers) handler();
  const limit = performance.now() - at;
  return { watchersUs: median(times) * 1_000, watchersLimitUs: limit };
}

/** CPU time: what else the machine does is not our matter. */
function cpuMs(): number {
  return process.cpuUsage().user / 1_000;
}

function heap(): number {
  for (let i = 0; i < 4; i++) (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const shapes: Readonly<Record<string, [Kind, (i: number) => Obj]>> = {
  ConfigMaps: [ConfigMap, configMap],
  Ingresses: [Ingress, ingress],
};
const [kind, make] = shapes[process.argv[2] ?? ""]!;
console.log(JSON.stringify(await run(kind, make)));
