// The API server at 10,000 objects: see api.part.ts for what is measured. The nearest neighbour,
// webernetes 0.3.5, is not in the public registry any more, so that it cannot run beside: its
// figures are the published ones, of another day on a like machine, and said to be so.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import type { Timed } from "./api.part.ts";
import type { Row } from "./route.ts";

const runs = 5;
const published = "webernetes 0.3.5, published";

/** Runs the bench; the runner prints the rows. */
export async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(import.meta.dirname, "../../node_modules/.bench-"));
  try {
    const script = await bundle(folder);
    const rows: Row[] = [];
    for (const what of ["ConfigMaps", "Ingresses"]) {
      const timed: Timed[] = [];
      for (let i = 0; i < runs; i++) timed.push(await run(script, what));
      rows.push(...rowsOf(what, timed));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(what: string, timed: readonly Timed[]): Row[] {
  const row = (
    metric: string,
    unit: string,
    peer: number | null,
    ours: (one: Timed) => number,
    limit?: (one: Timed) => number,
  ): Row => {
    const all = timed.map(ours).sort((a, b) => a - b);
    return {
      metric: `${metric}, 10,000 ${what}`,
      unit,
      ours: round(median(timed.map(ours))),
      peer,
      peerName: published,
      limit: limit ? round(median(timed.map(limit))) : null,
      spread: `${round(all[0]!)}–${round(all.at(-1)!)}`,
    };
  };
  return [
    row(
      "create, one watcher",
      "µs",
      round(1e3 / 15.1),
      (one) => one.createNs / 1e3,
      (one) => one.createLimitNs / 1e3,
    ),
    row(
      "get",
      "µs",
      round(1e3 / 33.2),
      (one) => one.getNs / 1e3,
      (one) => one.getLimitNs / 1e3,
    ),
    row("first list after writes", "ms", 209, (one) => one.firstListMs),
    row("list again", "ms", 209, (one) => one.listMs),
    row(
      "one event to 100 watchers",
      "µs",
      1_050,
      (one) => one.watchersUs,
      (one) => one.watchersLimitUs,
    ),
    row(
      "memory an object",
      "bytes",
      null,
      (one) => one.bytes / 10_000,
      (one) => one.jsonBytes / 10_000,
    ),
  ];
}

/** Bundled, as it ships: a module loader in between would be measured too. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: "error",
    build: {
      ssr: join(import.meta.dirname, "api.part.ts"),
      outDir: folder,
      minify: false,
      target: "node20",
      rollupOptions: { output: { entryFileNames: "part.mjs" } },
    },
  });
  return join(folder, "part.mjs");
}

async function run(script: string, what: string): Promise<Timed> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, what], {
    timeout: 120_000,
  });
  return JSON.parse(stdout) as Timed;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
