// npm test: everything. Checks, unit tests in Node and in a real browser, the production build,
// and the end-to-end suites with a real browser, kubectl, curl and openssl.
//
// A fresh machine needs nothing but Node: dependencies are installed when they are missing, and
// Chromium, curl and openssl too where apt-get and root allow it. A browser that cannot be had
// fails the run, unless ALLOW_NO_BROWSER=1. Missing kubectl, curl or openssl are reported NOT RUN.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./browser.mjs";
import { ensureDependencies, ensurePrograms, hasProgram } from "./install.mjs";
import { checkSteps, playwright, runStep, runSteps, vite, vitest } from "./steps.mjs";

ensureDependencies();
ensurePrograms([
  { name: "curl", flag: "--version" },
  { name: "openssl", flag: "version" },
]);
const browser = await findChromium();
console.log(browser ? `Chromium: ${browser.path} (${browser.how})` : "Chromium: none found");

const folder = mkdtempSync(join(tmpdir(), "grand-ingress-test-"));
const report = (name) => join(folder, `${name}.json`);
const environment = browser ? { CHROMIUM: browser.path } : {};
const unit = (project) => ({
  name: `unit tests (${project})`,
  command: [...vitest, "run", "--project", project, "--reporter", "default", "--reporter", "json"],
  environment: { ...environment, VITEST_JSON: report(project) },
  show: false,
});
const withOutput = (step, file) => ({
  ...step,
  command: [...step.command, "--outputFile.json", file],
});

const results = [];
results.push(...(await runSteps(checkSteps, { width: 2 })));
results.push(await runStep(withOutput(unit("node"), report("node"))));
results.push(await runStep(withOutput(unit("lessons"), report("lessons"))));
results.push(
  await runStep({ name: "production build", command: [...vite, "build", "--logLevel", "warn"] }),
);
results.push(
  await runStep({
    name: "command line build",
    command: [process.execPath, "scripts/build-cli.mjs"],
  }),
);
if (browser) results.push(await runStep(withOutput(unit("browser"), report("browser"))));
results.push(
  await runStep({
    name: "end to end",
    command: [...playwright, "test"],
    environment: { ...environment, PLAYWRIGHT_JSON: report("e2e") },
  }),
);

const notRun = [
  ...(browser ? [] : ["browser tests (no Chromium)"]),
  ...["kubectl", "curl", "openssl"]
    .filter((name) => !hasProgram(name, name === "curl" ? "--version" : "version"))
    .map((name) => `${name} (not installed)`),
];
for (const what of notRun) console.log(`NOT RUN: ${what}`);

const counts = [
  vitestCounts("node"),
  vitestCounts("lessons"),
  vitestCounts("browser"),
  playwrightCounts("e2e"),
];
const sum = (field) => counts.reduce((total, count) => total + count[field], 0);
const failedSteps = results.filter(({ ok }) => !ok);
rmSync(folder, { recursive: true, force: true });
const failed = Math.max(sum("failed"), failedSteps.length > 0 ? 1 : 0);
const required = process.env.CI && notRun.length > 0;
console.log(`\n${sum("passed")} passed, ${failed} failed, ${sum("skipped")} skipped`);
process.exit(failed > 0 || required || (!browser && !process.env.ALLOW_NO_BROWSER) ? 1 : 0);

function vitestCounts(name) {
  const found = readJson(report(name));
  return {
    passed: found?.numPassedTests ?? 0,
    failed: found?.numFailedTests ?? 0,
    skipped: (found?.numPendingTests ?? 0) + (found?.numTodoTests ?? 0),
  };
}

function playwrightCounts(name) {
  const stats = readJson(report(name))?.stats;
  return {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    skipped: stats?.skipped ?? 0,
  };
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
