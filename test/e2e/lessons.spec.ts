// Both lessons in a real browser, by keyboard alone, from the first word to green.

import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { inTerminal, press, tabTo, typeCommand } from "./keyboard.ts";

/** The card that the learner has to write. */
const card = readFileSync("test/e2e/fanout.yaml", "utf8");

test.beforeEach(async ({ page }) => {
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("./");
});

/** The step that the lesson shows, by its heading. */
async function expectStep(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 3, name: title })).toBeVisible({
    timeout: 60_000,
  });
}

async function expectDone(page: Page, step: number): Promise<void> {
  await expect(
    page.getByRole("button", { name: new RegExp(`^Step ${step}: .*, done$`) }),
  ).toBeVisible({
    timeout: 90_000,
  });
}

test("a card nobody reads", async ({ page }) => {
  await press(page, "Lessons");
  await press(page, /A card nobody reads/);
  await expectStep(page, "File the card");
  await expect(page.getByText("Position vacant")).toBeVisible();

  await press(page, /^4 No answer at all/);
  await expect(page.getByText(/Nobody stands at the door/)).toBeVisible();
  await inTerminal(page, "kubectl apply -f simple-fanout.yaml", "curl http://example.com/web");
  await expectDone(page, 1);
  await press(page, /^Next/);
  await expectStep(page, "Look for the reader");

  await inTerminal(page, "kubectl get ingressclass", "kubectl get pods -A");
  await expectDone(page, 2);
  await press(page, /^Next/);
  await press(page, /^3 Nothing more/);
  await inTerminal(
    page,
    "helm install ingress-nginx ingress-nginx/ingress-nginx -n ingress-nginx --create-namespace",
    "kubectl rollout status deployment/ingress-nginx-controller -n ingress-nginx",
  );
  await expectDone(page, 3);

  await press(page, /^Next/);
  await inTerminal(page, "curl http://example.com/web", "curl http://example.com/api");
  await expectDone(page, 4);

  await press(page, /^Next/);
  await press(page, /^3 Nothing$/);
  await inTerminal(page, "kubectl scale deployment backend --replicas=3");
  await expectDone(page, 5);
  await press(page, /^Next/);
  await expect(page.getByText(/You filed a perfect card/)).toBeVisible();
});

test("fanout, with the card written in the editor", async ({ page }) => {
  await press(page, "Lessons");
  await press(page, /Fanout/);
  await expectStep(page, "A card with one line");
  await press(page, /^2 404, from the concierge/);
  await inTerminal(page, "kubectl apply -f fanout.yaml", "curl http://example.com/api");
  await expectDone(page, 1);
  await press(page, /^Next/);

  await typeCommand(page, "nano fanout.yaml");
  const editor = page.getByRole("textbox", { name: /YAML/ });
  await expect(editor).toBeFocused();
  // A mistake first: the error names its line and its field.
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(card.replace("pathType", "pathTyp"));
  await expect(page.getByText(/line 12: unknown field/)).toBeVisible();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(card);
  await expect(page.getByText(/unknown field/)).toBeHidden();
  await page.keyboard.press("Escape");
  await press(page, "Apply");
  await expect(page.getByText("ingress.networking.k8s.io/simple-fanout configured")).toBeVisible();
  await expectDone(page, 2);

  await press(page, /^Next/);
  await press(page, /^3 \/api\/menu/);
  await tabTo(page, "Editor");
  await page.keyboard.press("ArrowLeft"); // tabs are walked with arrows
  await inTerminal(
    page,
    "curl http://example.com/web/menu",
    "curl http://example.com/api/menu",
    "curl http://example.org/web",
  );
  await expectDone(page, 3);

  await press(page, /^Next/);
  await press(page, /^3 Nobody/);
  await inTerminal(page, "kubectl delete pod -l app=backend");
  await expectDone(page, 4);
  await press(page, /^Next/);
  await expect(page.getByText(/One name, one address, one card/)).toBeVisible();
});
