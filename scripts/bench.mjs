// npm run bench -- NAME [--json]: runs test/bench/NAME.ts and prints ours beside peers and limits.
//
// A bench module exports `bench(): Promise<Row[]>`, a row being
// { metric, unit, ours, peer, peerName, limit, spread? }. Ratios say how many times the peer's
// (the limit's) figure ours is. Absolute figures move with the machine; ratios do not.

import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { createServer, loadConfigFromFile } from "vite";
import { ensureDependencies } from "./install.mjs";

ensureDependencies();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const known = readdirSync("test/bench")
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".part.ts"))
  .map((name) => name.slice(0, -3));
const [name] = positionals;
if (!known.includes(name)) {
  console.error(`wanted the name of a bench (${known.join(", ")}), saw ${name ?? "nothing"}`);
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
const { bench } = await server.ssrLoadModule(`/test/bench/${name}.ts`);
const rows = (await bench()).map((row) => ({
  ...row,
  ratioToPeer: ratio(row.ours, row.peer),
  ratioToLimit: ratio(row.ours, row.limit),
}));
await server.close();
if (values.json) for (const row of rows) console.log(JSON.stringify(row));
else printTable(rows);
process.exit(0);

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
