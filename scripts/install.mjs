// Puts in place what a fresh machine lacks. Every step says what it does and does nothing when
// there is nothing to do.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** Installs the locked dependencies unless they are there. */
export function ensureDependencies() {
  if (existsSync("node_modules/.package-lock.json")) return;
  console.log("Installing dependencies (npm ci) …");
  execFileSync(npm, ["ci", "--no-audit", "--no-fund"], { stdio: "inherit", shell: npm !== "npm" });
}

/** Whether a program answers to `NAME version-flag`. */
export function hasProgram(name, flag = "--version") {
  return spawnSync(name, [flag], { stdio: "ignore" }).error === undefined;
}

/** Installs Debian packages for programs that are missing, when that is possible. */
export function ensurePrograms(programs) {
  const missing = programs.filter(({ name, flag }) => !hasProgram(name, flag));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  const packages = missing.map(({ name }) => name);
  console.log(`Installing ${packages.join(", ")} with apt-get …`);
  spawnSync("apt-get", ["update", "-q"], { stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
    stdio: "ignore",
  });
}
