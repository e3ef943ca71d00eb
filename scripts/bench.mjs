// npm run bench -- NAME [--json]: runs test/bench/NAME.ts and prints ours beside peers and limits.
// npm run bench -- [NAME…] --readme: also writes the tables of these (or all) into the README.
//
// A bench module exports `bench(): Promise<Row[]>`, a row being
// { metric, unit, ours, peer, peerName, limit, spread? }. Ratios say how many times the peer's
// (the limit's) figure ours is. Absolute figures move with the machine; ratios do not.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { createServer, loadConfigFromFile } from "vite";
import { benchesIn, withTable } from "./benchreadme.mjs";
import { ensureDependencies } from "./install.mjs";

ensureDependencies();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
  },
});
const known = readdirSync("test/bench")
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".part.ts"))
  .map((name) => name.slice(0, -3));
const shown = benchesIn(readFileSync("README.md", "utf8"));
const names = values.readme && positionals.length === 0 ? shown : positionals;
const unknown = names.length === 0 ? "nothing" : names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`wanted the name of a bench (${known.join(", ")}), saw ${unknown}`);
  process.exit(2);
}

const environment = { command: "serve", mode: "production" };
const { config } = await loadConfigFromFile(environment, "scripts/cli.vite.config.ts");
const server = await createServer({
  configFile: false,
  plugins: config.plugins, // the lessons; packages stay what Node makes of them
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
  optimizeDeps: { noDiscovery: true },
});
for (const name of names) {
  const { bench } = await server.ssrLoadModule(`/test/bench/${name}.ts`);
  const rows = (await bench()).map((row) => ({
    ...row,
    ratioToPeer: ratio(row.ours, row.peer),
    ratioToLimit: ratio(row.ours, row.limit),
  }));
  if (values.json) for (const row of rows) console.log(JSON.stringify(row));
  else printTable(rows);
  if (values.readme) await writeReadme(name, rows);
}
await server.close();
process.exit(0);

async function writeReadme(name, rows) {
  const model = cpus()[0]?.model.trim() ?? "";
  const machine = `Node ${process.versions.node} on ${availableParallelism()} shared cores (${model})`;
  const readme = withTable(readFileSync("README.md", "utf8"), name, rows, machine);
  const options = await resolveConfig("README.md");
  writeFileSync("README.md", await format(readme, { ...options, filepath: "README.md" }));
}

function ratio(ours, other) {
  return typeof other === "number" && other !== 0 ? Number((ours / other).toFixed(3)) : null;
}

function printTable(rows) {
  const cell = (value) => (value === null || value === undefined ? "–" : String(value));
  const table = [
    ["metric", "unit", "ours", "peer", "× peer", "limit", "× limit", "peer is"],
    ...rows.map((r) => [
      r.metric,
      r.unit,
      r.ours,
      r.peer,
      r.ratioToPeer,
      r.limit,
      r.ratioToLimit,
      r.peerName,
    ]),
  ].map((line) => line.map(cell));
  const widths = table[0].map((_, i) => Math.max(...table.map((line) => line[i].length)));
  for (const line of table) console.log(line.map((text, i) => text.padEnd(widths[i])).join("  "));
}
