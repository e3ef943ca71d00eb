// Runs commands as named steps, and says how long each took.

import { spawn } from "node:child_process";

/**
 * Runs one step. Its output is held back and shown only when it fails, unless `show`.
 * Resolves to { name, ok, seconds, output }.
 */
export function runStep({ name, command, environment = {}, show = false }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const [program, ...rest] = command;
    const child = spawn(program, rest, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    const finish = (ok) => {
      const seconds = (performance.now() - startedAt) / 1000;
      if (!ok && !show) process.stdout.write(output);
      console.log(`${ok ? "  ok  " : "FAILED"}  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
      resolve({ name, ok, seconds, output });
    };
    child.on("error", (error) => {
      output += String(error);
      finish(false);
    });
    child.on("close", (code) => finish(code === 0));
  });
}

/** Runs steps, at most `width` at a time, in the order given. */
export async function runSteps(steps, { width = 1 } = {}) {
  const results = [];
  const waiting = [...steps];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift())
      results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

const bin = (path) => [process.execPath, `node_modules/${path}`];

/** The steps of `npm run check`: what a change must pass before anything else. */
export const checkSteps = [
  { name: "types", command: [...bin("typescript/bin/tsc"), "-p", "."] },
  {
    name: "svelte-check",
    command: [...bin("svelte-check/bin/svelte-check"), "--fail-on-warnings"],
  },
  { name: "lint", command: [...bin("eslint/bin/eslint.js"), ".", "--max-warnings", "0"] },
  {
    name: "format",
    command: [...bin("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."],
  },
  { name: "dead code", command: [...bin("knip/bin/knip.js")] },
];

export const vitest = bin("vitest/vitest.mjs");
export const playwright = bin("@playwright/test/cli.js");
export const vite = bin("vite/bin/vite.js");
