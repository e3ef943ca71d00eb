// Finds a Chromium for the tests, and installs one where that is possible.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Flags that every run wants: no sandbox for root only, and no traffic of the browser's own. */
export function chromiumArguments() {
  const root = process.getuid?.() === 0;
  return [
    ...(root ? ["--no-sandbox"] : []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
}

/** The path of a Chromium and how it was found, or undefined. Installs one as a last resort. */
export async function findChromium({ install = true } = {}) {
  for (const name of ["CHROMIUM", "CHROME_PATH"]) {
    const path = process.env[name];
    if (path && existsSync(path)) return { path, how: `$${name}` };
  }
  try {
    const { chromium } = await import("playwright-core");
    const path = chromium.executablePath();
    if (path && existsSync(path)) return { path, how: "Playwright's own download" };
  } catch {
    // Playwright is not installed yet; the system may still have a browser.
  }
  for (const path of systemPaths) if (existsSync(path)) return { path, how: "the system's" };
  if (!install) return undefined;
  return byApt() ?? byPlaywright();
}

function byApt() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("No Chromium found: installing Debian's with apt-get …");
  try {
    execFileSync("apt-get", ["update", "-q"], { stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], {
      stdio: "ignore",
    });
  } catch {
    return undefined;
  }
  const path = systemPaths.find((one) => existsSync(one));
  return path && { path, how: "installed with apt-get" };
}

function byPlaywright() {
  console.log("No Chromium found: asking Playwright to download one …");
  try {
    execFileSync("npx", ["playwright", "install", "--only-shell", "chromium"], {
      stdio: "inherit",
    });
  } catch {
    return undefined;
  }
  return findChromium({ install: false });
}
