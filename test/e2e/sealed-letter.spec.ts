// The guest desk over https, as a learner meets it: a certificate that nobody knows, the browser's
// warning, and the way on in spite of it.

import { expect, test } from "@playwright/test";

test("a stranger's certificate is warned of, shown, and passed by on request", async ({ page }) => {
  await page.goto("./");
  const send = page.getByRole("button", { name: "Send", exact: true });
  await expect(page.getByRole("button", { name: "Let a guest in" })).toBeEnabled();
  const address = page.getByLabel("Address");
  await address.fill("https://example.com/web");
  await send.click();
  await expect(page.getByText("Your connection is not private")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("NET::ERR_CERT_AUTHORITY_INVALID").first()).toBeVisible();
  const issued = page.getByText("Kubernetes Ingress Controller Fake Certificate");
  await expect(issued.first()).toBeVisible();
  await page.getByRole("button", { name: "Proceed anyway (unsafe)" }).click();
  const padlock = page.getByRole("button", { name: "Not secure" });
  await expect(padlock).toHaveAttribute("aria-expanded", "false", { timeout: 30_000 });
  await padlock.click();
  await expect(page.getByText("The request was sent in spite of it.")).toBeVisible();
});
