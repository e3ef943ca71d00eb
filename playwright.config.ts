// The end-to-end suites: a real browser on the built page, and real kubectl, curl and openssl on
// `grand-ingress serve`. `npm test` builds both first; alone: npm run build && npm run test:e2e.

import { defineConfig } from "@playwright/test";
import { chromiumArguments, findChromium } from "./scripts/browser.mjs";

const chromium = process.env.CHROMIUM ?? (await findChromium({ install: false }))?.path;

export default defineConfig({
  testDir: "test/e2e",
  testMatch: "**/*.spec.ts",
  workers: 2,
  timeout: 120_000,
  reporter: process.env.PLAYWRIGHT_JSON
    ? [["list"], ["json", { outputFile: process.env.PLAYWRIGHT_JSON }]]
    : [["list"]],
  use: {
    baseURL: "http://127.0.0.1:4175/",
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: chromiumArguments(),
    },
  },
  webServer: {
    command: "node scripts/start.mjs --no-build --port 4175",
    url: "http://127.0.0.1:4175/",
    reuseExistingServer: false,
  },
});
