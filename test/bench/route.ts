// Route decisions a rule table, against the fastest routers and against the floor of two
// Map.get on the same strings: see route.part.ts for what is measured. Every contender runs in
// a process of its own with the limit in turns beside it; medians of 1,500 batches of 200 fresh strings.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import type { Shape } from "./route.part.ts";

export interface Row {
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string;
  readonly limit: number | null;
  /** Lowest and highest of ours. */
  readonly spread?: string;
}

interface Timed {
  readonly ns: number[];
  readonly limitNs: number[];
  readonly buildMs: number;
  readonly heapBytesARule: number;
  readonly bytesADecision: number;
}

const shapes: readonly (Shape & { readonly name: string })[] = [
  { name: "10 rules", hosts: 1, pathsPerHost: 10 },
  { name: "1,000 rules", hosts: 100, pathsPerHost: 10 },
  { name: "10,000 rules", hosts: 1000, pathsPerHost: 10 },
  { name: "100,000 rules", hosts: 10_000, pathsPerHost: 10 },
  { name: "10,000 paths on one host", hosts: 1, pathsPerHost: 10_000 },
  { name: "400 paths, each on 25 hosts", hosts: 25, pathsPerHost: 400, samePaths: true },
  { name: "10 paths, each on 1,000 hosts", hosts: 1000, pathsPerHost: 10, samePaths: true },
];

const peers = [
  "memoirist, one a host",
  "hono RegExpRouter, one a host",
  "find-my-way, one a host",
  "find-my-way, host constraint",
  "linear scan",
];

/** The largest number of rules a peer is asked to hold here; beyond it takes minutes. */
const rulesMax: Readonly<Record<string, number>> = {
  "linear scan": 1_000,
  "hono RegExpRouter, one a host": 10_000,
};

/** A busy machine takes a minute for what a quiet one does in a second. */
const timeoutMs = 300_000;

/** Runs the bench; the runner prints the rows. */
export async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(import.meta.dirname, "../../node_modules/.bench-"));
  try {
    const script = await bundle(folder);
    const rows: Row[] = [];
    for (const shape of shapes) rows.push(...(await decisions(script, shape)));
    rows.sort((a, b) => order(a) - order(b));
    rows.push(await updates(script, "one rule changed at 100,000 rules", 10_000, 10));
    rows.push(await updates(script, "one rule changed on a host of 10,000 paths", 1, 10_000));
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Decisions first. */
function order({ metric }: Row): number {
  return ["decision", "allocated", "table", "compile"].findIndex((one) => metric.startsWith(one));
}

async function decisions(script: string, shape: (typeof shapes)[number]): Promise<Row[]> {
  const ours = await run<Timed>(script, "ours", shape);
  const limit = median(ours.limitNs);
  const rows: Row[] = [];
  let fastest: Timed | undefined;
  for (const peerName of peers) {
    if (shape.hosts * shape.pathsPerHost > (rulesMax[peerName] ?? Infinity)) continue;
    let said = "";
    const peer = await run<Timed>(script, peerName, shape).catch((error: unknown) => {
      said = ` (${error instanceof Error ? error.message : String(error)})`;
      return undefined;
    });
    rows.push({
      metric: `decision, ${shape.name}`,
      unit: "ns",
      ours: Math.round(median(ours.ns)),
      // The machine is shared: the peer's figure is scaled by the limit measured beside it.
      peer: peer ? Math.round((median(peer.ns) / median(peer.limitNs)) * limit) : null,
      peerName: `${peerName}${said}`,
      limit: Math.round(limit),
      spread: `${Math.round(percentile(ours.ns, 0.1))}–${Math.round(percentile(ours.ns, 0.9))}`,
    });
    if (peer && peerName.startsWith("memoirist")) fastest = peer;
  }
  const beside = (metric: string, unit: string, of: (timed: Timed) => number): Row => ({
    metric: `${metric}, ${shape.name}`,
    unit,
    ours: round(of(ours)),
    peer: fastest ? round(of(fastest)) : null,
    peerName: peers[0]!,
    limit: null,
  });
  rows.push(beside("allocated a decision", "bytes", (timed) => timed.bytesADecision));
  if (shape.hosts * shape.pathsPerHost < 1_000) return rows;
  rows.push(beside("compile", "ms", (timed) => timed.buildMs));
  rows.push(beside("table above its objects, a rule", "bytes", (timed) => timed.heapBytesARule));
  return rows;
}

async function updates(
  script: string,
  metric: string,
  hosts: number,
  pathsPerHost: number,
): Promise<Row> {
  const timed = await run<{ ns: number[]; peerNs: number[]; limitNs: number[] }>(script, "update", {
    hosts,
    pathsPerHost,
  });
  return {
    metric,
    unit: "µs",
    ours: round(median(timed.ns) / 1000),
    peer: round(median(timed.peerNs) / 1000),
    peerName: "memoirist, that host anew",
    limit: round(median(timed.limitNs) / 1000),
    spread: `p99 ${round(percentile(timed.ns, 0.99) / 1000)}`,
  };
}

/** Bundled, as it ships: a module loader in between would be measured too. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      ssr: join(import.meta.dirname, "route.part.ts"),
      outDir: folder,
      minify: false,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "part.mjs" } },
    },
  });
  return join(folder, "part.mjs");
}

async function run<T>(
  script: string,
  contender: string,
  { hosts, pathsPerHost, samePaths }: Shape,
): Promise<T> {
  const shape = [String(hosts), String(pathsPerHost), samePaths ? "same" : "own"];
  const args = ["--expose-gc", script, contender, ...shape];
  const options = { timeout: timeoutMs, maxBuffer: 1 << 24 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error) => {
    const { killed } = error as { killed?: boolean };
    throw new Error(killed ? `not done after ${timeoutMs / 60_000} minutes` : "it failed");
  });
  const result = JSON.parse(stdout) as T & { error?: string };
  if (result.error) throw new Error(result.error);
  return result;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
