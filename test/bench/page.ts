// The page as a first visitor gets it: what is sent, and how long until something is painted,
// the scene stands, and the terminal echoes a key. Five visits with an empty cache each, and
// five with the page's thread four times slower; medians. The server is on loopback.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { chromiumArguments, findChromium } from "../../scripts/browser.mjs";
import { vite } from "../../scripts/steps.mjs";
import { firstAnswer, firstVisit } from "../e2e/firstload.ts";
import type { Row } from "./route.ts";

const visits = 5;

/** What issue and design ask for. */
const target = { firstKb: 200, terminalMs: 1_000 };

interface Times {
  readonly paintMs: number;
  readonly sceneMs: number;
  readonly terminalMs: number;
  readonly longestTaskMs: number;
}

/** Runs the bench; the runner prints the rows. */
export async function bench(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "grand-ingress-page-"));
  const found = await findChromium({ install: false });
  const browser = await chromium.launch({
    ...(found && { executablePath: found.path }),
    args: chromiumArguments(),
  });
  try {
    buildInto(folder);
    return [
      ...(await sizes(browser, folder)),
      ...(await times(browser, folder, 1)),
      ...(await times(browser, folder, 4)),
    ];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a process of its own: the bench's runs in development mode. */
function buildInto(folder: string): void {
  const [node = "", ...rest] = vite;
  const options = ["build", "--outDir", folder, "--emptyOutDir", "--logLevel", "error"];
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(node, [...rest, ...options], { stdio: ["ignore", "ignore", "inherit"], env });
}

async function sizes(browser: Browser, folder: string): Promise<Row[]> {
  const visit = await firstVisit(browser, folder);
  const { page } = visit;
  await page.goto(visit.address);
  await firstAnswer(page);
  const first = await visit.idle();
  const largest = [...visit.sent].sort((a, b) => b[1] - a[1]).slice(0, 6);
  await page.getByRole("textbox", { name: "Terminal input" }).focus();
  await page.keyboard.type("kubectl get pods\n");
  const terminal = await visit.idle();
  await page.getByRole("tab", { name: "Editor" }).click();
  const editor = await visit.idle();
  await page.getByRole("button", { name: /^Start lesson/ }).click();
  const all = await visit.idle();
  await visit.close();
  const kb = (bytes: number): number => Math.round(bytes / 100) / 10;
  const row = (metric: string, bytes: number, limit: number | null = null): Row => {
    return { metric, unit: "KB gzip", ours: kb(bytes), peer: null, peerName: "–", limit };
  };
  return [
    row("sent before anything is touched", first, target.firstKb),
    ...largest.map(([path, bytes]) => row(`  of it ${withoutHash(path)}`, bytes)),
    row("more for terminal and kubectl", terminal - first),
    row("more for the editor", editor - terminal),
    row("more for a lesson", all - editor),
    row("sent after all of them", all),
  ];
}

/** "assets/main-Bx3_z.js" → "assets/main.js" */
function withoutHash(path: string): string {
  return path.replace(/-[\w-]{8}(?=\.\w+$)/, "");
}

async function times(browser: Browser, folder: string, slowness: number): Promise<Row[]> {
  const all: Times[] = [];
  for (let i = 0; i < visits; i++) all.push(await timesOf(browser, folder, slowness));
  const how = slowness === 1 ? "" : `, ${slowness}× slower`;
  const row = (metric: string, pick: (one: Times) => number, limit: number | null): Row => {
    const values = all.map(pick).sort((a, b) => a - b);
    return {
      metric: metric + how,
      unit: "ms",
      ours: Math.round(values[Math.floor(values.length / 2)]!),
      peer: null,
      peerName: "–",
      limit,
      spread: `${Math.round(values[0]!)}–${Math.round(values.at(-1)!)}`,
    };
  };
  return [
    row("first paint", ({ paintMs }) => paintMs, null),
    row("first scene", ({ sceneMs }) => sceneMs, null),
    row("a key echoed in the terminal", ({ terminalMs }) => terminalMs, target.terminalMs),
    row("longest task", ({ longestTaskMs }) => longestTaskMs, null),
  ];
}

async function timesOf(browser: Browser, folder: string, slowness: number): Promise<Times> {
  const visit = await firstVisit(browser, folder);
  const { page } = visit;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowness });
  await page.addInitScript(watchForTasks);
  await page.goto(visit.address, { waitUntil: "commit" });
  const sceneAt = momentOf(page, ".objects button");
  await page.getByRole("textbox", { name: "Terminal input" }).focus();
  await page.keyboard.type("#");
  const terminalMs = await momentOf(page, ".xterm-rows > *", "$ #");
  const sceneMs = await sceneAt;
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
  );
  const longestTaskMs = await page.evaluate(
    () => (globalThis as unknown as { longestTaskMs: number }).longestTaskMs,
  );
  await visit.close();
  return { paintMs, sceneMs, terminalMs, longestTaskMs };
}

/** The page's own time at which something that matches (and says `words`) was there. */
async function momentOf(page: Page, selector: string, words = ""): Promise<number> {
  const found = await page.waitForFunction(
    ([wanted, text]) =>
      [...document.querySelectorAll(wanted!)].some((one) =>
        (one.textContent ?? "").replaceAll("\u00a0", " ").includes(text!),
      ) && performance.now(),
    [selector, words],
    { polling: "raf" },
  );
  return Number(await found.jsonValue());
}

/** Runs in the page. */
function watchForTasks(): void {
  const page = globalThis as unknown as { longestTaskMs: number };
  page.longestTaskMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      page.longestTaskMs = Math.max(page.longestTaskMs, duration);
    }
  }).observe({ type: "longtask", buffered: true });
}
