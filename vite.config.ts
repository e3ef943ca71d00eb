import { svelte } from "@sveltejs/vite-plugin-svelte";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumArguments } from "./scripts/browser.mjs";
import { lessons } from "./scripts/lessons.ts";

/**
 * What an entry imports statically goes into one file, whatever else shares parts of it: fewer
 * requests on the way to the first screen, and they compress better together.
 */
function oneFileOf(entry: string): { groups: { name: string; test: RegExp }[] } {
  const name = entry.replace(/^.*\/|\.ts$/g, "");
  return { groups: [{ name, test: new RegExp(`/${entry.replaceAll(".", "\\.")}$`) }] };
}

export default defineConfig({
  // Relative, so that dist/ works from any static host and any sub-path.
  base: "./",
  plugins: [lessons(), svelte()],
  worker: {
    format: "es",
    plugins: () => [lessons()],
    rolldownOptions: { output: { codeSplitting: oneFileOf("src/sandbox/worker.ts") } },
  },
  build: {
    target: "es2023",
    // Browsers of that year preload modules by themselves.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: { output: { codeSplitting: oneFileOf("src/main.ts") } },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.browser.test.ts", "test/e2e/**", "test/bench/**", "test/lessons/**"],
          environment: "node",
          testTimeout: 30_000,
          // Nothing of ours keeps state in modules, so files share them, loaded and warm.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "lessons",
          include: ["test/lessons/*.test.ts"],
          environment: "node",
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/**/*.browser.test.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {}),
                args: chromiumArguments(),
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
