// Three controllers side by side in a real browser: one card each, classes swapped, and stage,
// inspector and log tell who acts and why.

import { expect, test, type Page } from "@playwright/test";
import { inTerminal, press } from "./keyboard.ts";

test.beforeEach(async ({ page }) => {
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto("./");
});

const annotations = ["scheme=internet-facing", "target-type=ip"]
  .map((one) => `--annotation alb.ingress.kubernetes.io/${one}`)
  .join(" ");

function ofStage(page: Page, name: string | RegExp): ReturnType<Page["getByRole"]> {
  return page.getByRole("button", { name });
}

test("three desks, one card each, and the classes swapped", async ({ page }) => {
  await press(page, /^Let a guest in/);
  await page.getByLabel("Speed").selectOption("4");
  await inTerminal(
    page,
    "helm install traefik traefik/traefik -n traefik --create-namespace --wait",
    "helm install alb eks/aws-load-balancer-controller -n kube-system --wait",
    "kubectl create ingress east --class=traefik --rule='east.com/*=frontend-service:80'",
    `kubectl create ingress west --class=alb ${annotations} --rule='west.com/*=backend-service:8080'`,
  );
  await expect(ofStage(page, "ingress-nginx, class nginx: Ready")).toBeVisible();
  await expect(ofStage(page, "traefik, class traefik (default): Ready")).toBeVisible();
  await expect(ofStage(page, "alb, class alb: Ready")).toBeVisible();
  const balancer = ofStage(
    page,
    /^load balancer on the street at [\d.]+, port 80, for default\/west/,
  );
  await expect(balancer).toBeVisible({ timeout: 60_000 });

  await inTerminal(page, "curl -s -H 'Host: east.com' http://203.0.113.11/");
  await inTerminal(
    page,
    `kubectl patch ingress east --type=merge -p '{"spec":{"ingressClassName":"nginx"}}'`,
    "sleep 15",
    "curl -s -H 'Host: east.com' http://203.0.113.10/",
    "kubectl logs -n ingress-nginx deploy/ingress-nginx-controller | grep creating > seen.txt",
    "grep -c creating seen.txt",
  );
  await ofStage(page, /GET http:\/\/203\.0\.113\.10\/, 200/)
    .last()
    .click();
  const decision = page.getByRole("region", { name: "Decision", exact: true });
  await expect(
    decision.getByText("Ingress default/east · spec.rules[0].http.paths[0]"),
  ).toBeVisible();

  await page.getByRole("button", { name: "Generated configuration" }).click();
  const configuration = page.getByRole("region", { name: "nginx.conf" });
  await expect(configuration.locator("mark").first()).toContainText("location");
  await page.getByRole("button", { name: "Under other controllers" }).click();
  await expect(page.getByRole("row", { name: /^traefik \(here\)/ })).toContainText(
    "frontend-service",
  );
  await page.getByRole("button", { name: "Truth lens" }).click();
  await expect(page.getByText("What was dialled")).toBeVisible();

  await decision.getByRole("button", { name: /default\/east/ }).click();
  await expect(page.getByText(/^spec\.rules\[0\]\.http\.paths\[0\], line \d+$/)).toBeVisible();
  await expect(ofStage(page, /^card default\/east: /)).toBeVisible();
});
