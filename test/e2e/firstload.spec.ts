// What a first visitor fetches. A size is no timing: it may be asserted.

import { expect, test } from "@playwright/test";
import { firstAnswer, firstVisit, terminalRows } from "./firstload.ts";

/** Before anything is touched, the opening scene played to its end, gzip. */
const firstScreenKbMax = 200;
/** The prompt comes with the page; the terminal behind it with the first touch. */
const terminalKbMax = 125;

const kb = (bytes: number): number => Math.round(bytes / 1000);

test("the first screen needs little, and only what it shows", async ({ browser }) => {
  const visit = await firstVisit(browser);
  const { page } = visit;
  await page.goto(visit.address);
  await firstAnswer(page);
  const first = await visit.idle();
  const list = [...visit.sent].sort((a, b) => b[1] - a[1]);
  const told = list.map(([path, bytes]) => `${kb(bytes)} KB ${path}`).join("\n");
  expect(kb(first), told).toBeLessThanOrEqual(firstScreenKbMax);
  expect(told).not.toMatch(/xterm|codemirror|kubectl|curl|shell|descriptions|LessonPanel/);

  await page.getByRole("textbox", { name: "Terminal input" }).focus();
  await page.keyboard.type("echo $((6 * 7))\n");
  await expect.poll(() => terminalRows(page)).toMatch(/^42$/m);
  expect(kb((await visit.idle()) - first)).toBeLessThanOrEqual(terminalKbMax);
  await visit.close();
});

test("what is typed before the terminal has come is kept", async ({ browser }) => {
  const visit = await firstVisit(browser);
  const { page } = visit;
  let letThrough = (): void => {};
  const held = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(/xterm.*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(visit.address);
  const prompt = page.getByRole("textbox", { name: "Terminal input" });
  await prompt.focus();
  await page.keyboard.type("echo early\necho la");
  await expect(prompt).toHaveValue("echo early\necho la");
  letThrough();
  await page.locator(".xterm-accessibility-tree").waitFor();
  await page.keyboard.type("te\n");
  await expect.poll(() => terminalRows(page)).toMatch(/^early$[^]*^late$/m);
  await visit.close();
});
