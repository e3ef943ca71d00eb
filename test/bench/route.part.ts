// One contender of the route bench, in a process of its own: builds the rules, checks its
// answers, then times decisions and the limit in turns, with fresh strings each round.
// Started by route.ts with CONTENDER and SHAPE; prints one line of JSON.

import findMyWay from "find-my-way";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { Memoirist } from "memoirist";
import type { Ingress } from "../../src/api/kinds/ingress.ts";
import { compile, Compiler } from "../../src/ingress/compile/compiler.ts";
import { match } from "../../src/ingress/match.ts";
import { spec } from "../../src/ingress/profiles/spec/profile.ts";
import type { Route } from "../../src/ingress/table.ts";

export interface Shape {
  readonly hosts: number;
  readonly pathsPerHost: number;
  /** Whether all hosts have the same paths ("/api" everywhere), as most clusters do. */
  readonly samePaths?: boolean;
}

interface Rule {
  readonly host: string;
  readonly path: string;
  readonly exact: boolean;
  readonly id: number;
}

interface Query {
  readonly host: string;
  readonly path: string;
  /** The id of the rule that must win, -1 for none. */
  readonly want: number;
}

/** What a router finds (null or undefined for a miss) and the id of the rule in it. */
interface Contender {
  find(host: string, path: string): unknown;
  id(found: never): number;
}

/**
 * Strings are matched soon after they were made, as a server does, so a batch stays in the cache.
 * A batch takes some 50 µs: medians of many hardly see who else is on the machine.
 */
const batchSize = 200;
const batches = 1_500;
const warmUp = 400;

const [contender = "", hosts = "1", perHost = "10", paths = "own"] = process.argv.slice(2);
const shape = {
  hosts: Number(hosts),
  pathsPerHost: Number(perHost),
  samePaths: paths === "same",
};
const rules = makeRules(shape);
const random = lcg(7);

function timeDecisions() {
  const objects = contender === "ours" ? ingressesOf(groups()) : [];
  contenders[contender]!(objects); // warms up the compiler
  const startedNs = process.hrtime.bigint();
  const held = [contenders[contender]!(objects)];
  const buildMs = Number(process.hrtime.bigint() - startedNs) / 1e6;
  const timed = timeBatches(held[0]!);
  const heapWith = heap();
  held.pop();
  const heapBytesARule = (heapWith - heap()) / rules.length;
  // The objects are counted here to be held until now: they are no part of the table.
  return { ...timed, buildMs, heapBytesARule, objects: objects.length };
}

function timeBatches(router: Contender) {
  check(router);
  const limit = limitOf();
  const ns: number[] = [];
  const limitNs: number[] = [];
  for (let batch = -warmUp; batch < batches; batch++) {
    const a = time(router, queries(batchSize));
    const b = time(limit, queries(batchSize));
    if (batch < 0) continue;
    ns.push(a);
    limitNs.push(b);
  }
  return { ns, limitNs, bytesADecision: allocated(router, limit) };
}

function check(router: Contender): void {
  const answer = ({ host, path }: Query): number => {
    const found = router.find(host, path);
    return found === null || found === undefined ? -1 : router.id(found as never);
  };
  const wrong = queries(2_000).filter((query) => answer(query) !== query.want);
  if (wrong.length === 0) return;
  const { host, path, want } = wrong[0]!;
  throw new Error(
    `${wrong.length} of 2000 answers wrong: ${host}${path} → ${answer(wrong[0]!)}, wanted ${want}`,
  );
}

function time(router: Contender, list: readonly Query[]): number {
  let found = 0;
  const from = process.hrtime.bigint();
  for (let i = 0; i < list.length; i++) {
    const { host, path } = list[i]!;
    if (router.find(host, path)) found++;
  }
  const tookNs = Number(process.hrtime.bigint() - from);
  if (found === 0) throw new Error("nothing was found");
  return tookNs / list.length;
}

/** Heap bytes that a decision allocates above those of the limit; needs --expose-gc. */
function allocated(router: Contender, limit: Contender): number {
  const allocationQueries = 20_000;
  const [ours, floor] = [router, limit].map((one) => {
    const list = queries(allocationQueries);
    const before = heap();
    time(one, list);
    return process.memoryUsage().heapUsed - before;
  });
  return Math.max(0, ours! - floor!) / allocationQueries;
}

function heap(): number {
  const { gc } = globalThis as { gc?: () => void };
  for (let i = 0; i < 3; i++) gc?.();
  return process.memoryUsage().heapUsed;
}

const contenders: Record<string, (objects: readonly Ingress[]) => Contender> = {
  ours(objects) {
    const { table } = compile(spec, objects);
    const request = { host: "", path: "" };
    return {
      find(host, path) {
        request.host = host;
        request.path = path;
        return match(table, request);
      },
      id: (route: Route) => Number(route.backend!.service),
    };
  },

  "memoirist, one a host"() {
    const routers = perHostRouters((list) => {
      const router = new Memoirist<Rule>();
      for (const rule of list) {
        router.add("GET", rule.path, rule);
        if (!rule.exact) router.add("GET", `${rule.path}/*`, rule);
      }
      return router;
    });
    return {
      find: (host, path) => routers(host)?.find("GET", path),
      id: (found: { store: Rule }) => found.store.id,
    };
  },

  "hono RegExpRouter, one a host"() {
    const routers = perHostRouters((list) => {
      const router = new RegExpRouter<Rule>();
      for (const rule of list) router.add("GET", rule.exact ? rule.path : `${rule.path}/*`, rule);
      return router;
    });
    return {
      find(host, path) {
        const found = routers(host)?.match("GET", path)[0];
        return found && found.length > 0 ? found : undefined;
      },
      id: (found: [Rule, unknown][]) =>
        found.map(([rule]) => rule).sort((a, b) => b.path.length - a.path.length)[0]!.id,
    };
  },

  "find-my-way, one a host"() {
    const routers = perHostRouters((list) => {
      const router = findMyWay();
      for (const rule of list) {
        router.on("GET", rule.path, () => undefined, rule);
        if (!rule.exact) router.on("GET", `${rule.path}/*`, () => undefined, rule);
      }
      return router;
    });
    return {
      find: (host, path) => routers(host)?.find("GET", path),
      id: (found: { store: Rule }) => found.store.id,
    };
  },

  "find-my-way, host constraint"() {
    const router = findMyWay();
    for (const rule of rules) {
      const { host, path } = rule;
      const label = new RegExp(`^[^.]+${host.slice(1).replaceAll(".", "\\.")}$`);
      const constraints = { host: host.startsWith("*.") ? label : host };
      router.on("GET", path, { constraints }, () => undefined, rule);
      if (!rule.exact) router.on("GET", `${path}/*`, { constraints }, () => undefined, rule);
    }
    return {
      find: (host, path) => router.find("GET", path, { host }),
      id: (found: { store: Rule }) => found.store.id,
    };
  },

  "linear scan"() {
    const sorted = [...rules].sort((a, b) => b.path.length - a.path.length);
    return {
      find: (host, path) =>
        sorted.find((rule) => {
          const { host: name } = rule;
          const holds = name.startsWith("*.")
            ? host.endsWith(name.slice(1)) && !host.slice(0, 1 - name.length).includes(".")
            : name === host;
          if (!holds) return false;
          return rule.path === path || (!rule.exact && path.startsWith(`${rule.path}/`));
        }),
      id: (rule: Rule) => rule.id,
    };
  },
};

function perHostRouters<T>(build: (list: readonly Rule[]) => T): (host: string) => T | undefined {
  const exact = new Map<string, T>();
  const wildcard = new Map<string, T>();
  for (const [host, list] of groups()) {
    if (host.startsWith("*.")) wildcard.set(host.slice(2), build(list));
    else exact.set(host, build(list));
  }
  return (host) => exact.get(host) ?? wildcard.get(host.slice(host.indexOf(".") + 1));
}

function groups(): Map<string, Rule[]> {
  const out = new Map<string, Rule[]>();
  for (const rule of rules) {
    const list = out.get(rule.host);
    if (list) list.push(rule);
    else out.set(rule.host, [rule]);
  }
  return out;
}

/**
 * The floor under every router: the host's entry and the whole path's entry. Where all hosts
 * have the same paths, a path's entry tells nothing before the host's is known.
 */
function limitOf(): Contender {
  const id = (rule: Rule): number => rule.id;
  if (shape.samePaths) {
    const byHost = new Map<string, Map<string, Rule>>();
    for (const [host, list] of groups()) {
      byHost.set(host, new Map(list.map((rule) => [rule.path, rule])));
    }
    return { find: (host, path) => byHost.get(host)?.get(path), id };
  }
  const byHost = new Map(rules.map((rule) => [rule.host, rule]));
  const byPath = new Map(rules.map((rule) => [rule.path, rule]));
  return {
    find(host, path) {
      const a = byHost.get(host);
      const b = byPath.get(path);
      return a && b;
    },
    id,
  };
}

function ingressesOf(groups: ReadonlyMap<string, readonly Rule[]>): Ingress[] {
  return [...groups].map(([host, list]) => ingressOf(host, list));
}

function ingressOf(host: string, list: readonly Rule[]): Ingress {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: host, namespace: "default", creationTimestamp: "2026-11-23T09:00:00Z" },
    spec: {
      rules: [
        {
          host,
          http: {
            paths: list.map(({ path, exact, id }) => ({
              path,
              pathType: exact ? "Exact" : "Prefix",
              backend: { service: { name: String(id), port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  };
}

/** One rule of one host changed, compiled and swapped in; against memoirist's router anew. */
function timeUpdates() {
  const byHost = [...groups()];
  const compiler = new Compiler(spec, { get: () => undefined });
  for (const one of ingressesOf(groups())) compiler.set(one);
  compiler.table();
  const ns: number[] = [];
  const peerNs: number[] = [];
  const limitNs: number[] = [];
  const map = new Map(rules.map((rule) => [`${rule.host}${rule.path}`, rule.id]));
  const routers = new Map<string, Memoirist<number>>();
  for (let i = 0; i < 400; i++) {
    const [host, list] = byHost[Math.floor(random() * byHost.length)]!;
    const changed = list.map((rule, j) => (j === 0 ? { ...rule, path: `/changed-${i}` } : rule));
    const ingress = ingressOf(host, changed);
    const a = process.hrtime.bigint();
    compiler.set(ingress);
    compiler.table();
    const b = process.hrtime.bigint();
    const router = new Memoirist<number>();
    for (const { path, exact, id } of changed) {
      router.add("GET", path, id);
      if (!exact) router.add("GET", `${path}/*`, id);
    }
    routers.set(host, router);
    const c = process.hrtime.bigint();
    map.set(`${host}/changed-${i}`, i);
    const d = process.hrtime.bigint();
    if (i < 100) continue; // warming up
    ns.push(Number(b - a));
    peerNs.push(Number(c - b));
    limitNs.push(Number(d - c));
  }
  return { ns, peerNs, limitNs };
}

function makeRules({ hosts, pathsPerHost, samePaths = false }: Shape): Rule[] {
  const draw = lcg(1);
  const words = [
    "api",
    "web",
    "static",
    "users",
    "orders",
    "v1",
    "v2",
    "images",
    "health",
    "admin",
  ];
  const out: Rule[] = [];
  for (let h = 0; h < hosts; h++) {
    const wildcard = h % 100 === 99;
    const host = fresh(
      `${wildcard ? "*" : `app-${h}`}.team${h % 37}${wildcard ? `-${h}` : ""}.example.com`,
    );
    for (let p = 0; p < pathsPerHost; p++) {
      const depth = 1 + (p % 5);
      let path = `/${words[p % 10]}-${samePaths ? 0 : h}-${p}`;
      for (let d = 1; d < depth; d++) {
        const word = samePaths ? (p + d) % 10 : Math.floor(draw() * 10);
        path += `/${words[word]}${p}`;
      }
      out.push({ host, path: fresh(path), exact: p % 3 === 0, id: out.length });
    }
  }
  return out;
}

/** Fresh flat strings: 80 % hits, half of them below the rule's path, and 20 % misses. */
function queries(count: number): Query[] {
  const out: Query[] = [];
  for (let i = 0; i < count; i++) {
    const rule = rules[Math.floor(random() * rules.length)]!;
    const host = rule.host.startsWith("*.")
      ? `guest${Math.floor(random() * 1000)}${rule.host.slice(1)}`
      : rule.host;
    const dice = random();
    if (dice < 0.1)
      out.push({ host: fresh(`no-${i}.example.org`), path: fresh(rule.path), want: -1 });
    else if (dice < 0.2) {
      out.push({ host: fresh(host), path: fresh(`/none${i % 1000}${rule.path}`), want: -1 });
    } else if (!rule.exact && dice < 0.6) {
      out.push({ host: fresh(host), path: fresh(`${rule.path}/item/${i % 997}`), want: rule.id });
    } else out.push({ host: fresh(host), path: fresh(rule.path), want: rule.id });
  }
  return out;
}

/** The same characters in a string of its own, as a parser makes it from bytes. */
function fresh(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

try {
  console.log(JSON.stringify(contender === "update" ? timeUpdates() : timeDecisions()));
} catch (error) {
  console.log(
    JSON.stringify({
      error: (error instanceof Error ? error.message : String(error)).slice(0, 120),
    }),
  );
}
