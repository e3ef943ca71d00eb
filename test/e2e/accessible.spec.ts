// What automated checks can find of the Web Content Accessibility Guidelines, on every screen of
// the first journey, by day and by night; and a page that asks nobody for anything.

import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 375]) {
    test(`the first screen and a lesson, ${colorScheme}, ${width} wide`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 812 });
      await page.goto("./");
      await expect(page.getByRole("button", { name: "Let a guest in" })).toBeEnabled();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Lessons", exact: true }).click();
      await page.getByRole("button", { name: /A card nobody reads/ }).click();
      await expect(page.getByText("This hotel opens broken")).toBeAttached({ timeout: 30_000 });
      await expectAccessible(page);
    });
  }
}

test("nothing is asked of any other host", async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(baseURL!) && !/^(data|blob):/.test(url)) foreign.push(url);
  });
  await page.goto("./");
  await page.getByRole("button", { name: "Let a guest in" }).click();
  await expect(page.getByText("200").first()).toBeVisible({ timeout: 30_000 });
  expect(foreign).toEqual([]);
});
