// npm run cli -- ARGS: the grand-ingress command, built first when the sources are newer.

import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureDependencies } from "./install.mjs";

const built = "dist-cli/grand-ingress.js";
const sources = ["src", "lessons", "scripts/cli.vite.config.ts", "package.json"];

/** Builds dist-cli unless it is newer than every source. Returns the built file's path. */
export function buildCli() {
  ensureDependencies();
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.max(...sources.map(newest)) > builtAt) {
    const vite = "node_modules/vite/bin/vite.js";
    const arguments_ = ["build", "--config", "scripts/cli.vite.config.ts", "--logLevel", "warn"];
    execFileSync(process.execPath, [vite, ...arguments_], { stdio: ["ignore", 2, 2] });
  }
  return built;
}

function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (import.meta.filename === process.argv[1]) {
  const file = buildCli();
  process.argv.splice(1, 1, file);
  await import(pathToFileURL(file).href);
}
