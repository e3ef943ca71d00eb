// Opens the built page as a first visitor would, and counts what comes over the wire.

import type { Browser, Page } from "playwright-core";
import { serveFolder } from "../../scripts/static.mjs";

/** Nothing more was asked for within this time: the page has what it needs. */
const quietMs = 1_500;

export interface FirstVisit {
  readonly page: Page;
  readonly address: string;
  /** Bytes of all answers so far, as compressed as they were, by the file's path. */
  readonly sent: ReadonlyMap<string, number>;
  /** Waits until nothing more is fetched; gives the sum of `sent`. */
  idle(): Promise<number>;
  close(): Promise<void>;
}

/** A blank page with an empty cache, and a server of its own for the built page. */
export async function firstVisit(browser: Browser, folder = "dist"): Promise<FirstVisit> {
  const sent = new Map<string, number>();
  let lastAt = Date.now();
  const address = await serveFolder(folder, {
    sent: (path: string, bytes: number) => {
      lastAt = Date.now();
      sent.set(path, (sent.get(path) ?? 0) + bytes);
    },
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  return {
    page,
    address,
    sent,
    idle: async () => {
      lastAt = Date.now();
      while (Date.now() - lastAt < quietMs) await page.waitForTimeout(100);
      return [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
    close: () => context.close(),
  };
}

/** The opening screen has played: the first guest has his answer. */
export function firstAnswer(page: Page): Promise<void> {
  return page.getByRole("button", { name: /GET http:\/\/example\.com\/api, 200/ }).waitFor();
}

/** The terminal's rows, as a screen reader reads them. */
export async function terminalRows(page: Page): Promise<string> {
  const rows = page.locator(".xterm-accessibility-tree > *");
  return (await rows.allTextContents()).join("\n").replaceAll("\u00a0", " ");
}
