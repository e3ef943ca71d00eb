// The page in a real browser over a sandbox of literals: what can be read, reached and told.

import { mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../src/ui/theme.css";
import "../../src/ui/base.css";
import App from "../../src/ui/app/App.svelte";
import { Settings } from "../../src/ui/app/settings.svelte.ts";
import { fakeSandbox } from "./fixture/sandbox.ts";

let app: ReturnType<typeof mount> | undefined;

async function open(o: { vacant?: boolean; lesson?: boolean } = {}): Promise<void> {
  const sandbox = fakeSandbox({ vacant: o.vacant ?? false, lesson: o.lesson ?? false });
  app = mount(App, { target: document.body, props: { sandbox, settings: new Settings() } });
  await expect.element(page.getByRole("button", { name: /room A backend-service/ })).toBeVisible();
}

const send = page.getByRole("button", { name: "Send", exact: true });

beforeEach(async () => {
  localStorage.clear();
  await page.viewport(1280, 800);
});

afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

describe("the stage", () => {
  test("can be read without its picture", async () => {
    await open();
    const names = [...document.querySelectorAll(".objects button")].map((one) =>
      one.getAttribute("aria-label"),
    );
    expect(names).toEqual([
      "revolving door at 203.0.113.10, port 80, 443, for ingress-nginx/ingress-nginx-controller, $18 a month",
      "card default/simple-fanout: example.com/web to frontend-service; example.com/api to backend-service. ",
      "ingress-nginx, class nginx: Ready",
      "room A backend-service, port 8080, 10.96.0.22: 2 of 2 staff ready",
      "backend-7c9d5b6f4-2xk9w, Running, ready, node-2, 10.244.2.6",
      "backend-7c9d5b6f4-m5tjn, Running, ready, node-3, 10.244.3.5",
      "room B frontend-service, port 80, 10.96.0.21: 2 of 2 staff ready",
      "frontend-6d5f7c9b8-h4z2k, Running, ready, node-1, 10.244.1.5",
      "frontend-6d5f7c9b8-q8v7m, Running, ready, node-2, 10.244.2.5",
      "room C service-a, port 80, 10.96.0.23: 1 of 1 staff ready",
      "service-a-5b8d7c4f6-kk2lp, Running, ready, node-1, 10.244.1.6",
      "room D service-b, port 80, 10.96.0.24: 1 of 1 staff ready",
      "service-b-64f5d9c7b-zt8wd, Running, ready, node-3, 10.244.3.6",
    ]);
  });

  test("is one tab stop, walked by arrows", async () => {
    await open();
    const stops = document.querySelectorAll('.objects button[tabindex="0"]');
    expect(stops).toHaveLength(1);
    (stops[0] as HTMLElement).focus();
    await userEvent.keyboard("{ArrowDown}{ArrowRight}");
    expect(document.activeElement?.getAttribute("aria-label")).toBe(
      "ingress-nginx, class nginx: Ready",
    );
    await userEvent.keyboard("{End}");
    expect(document.activeElement?.getAttribute("aria-label")).toContain("service-b-64f5d9c7b");
  });

  test("says that nobody works here", async () => {
    await open({ vacant: true });
    await expect.element(page.getByText("Position vacant")).toBeVisible();
    await expect
      .element(page.getByRole("button", { name: /simple-fanout, nobody reads this card/ }))
      .toBeVisible();
  });

  test("speaks Kubernetes when asked to", async () => {
    await open();
    await page.getByRole("button", { name: "Kubernetes words" }).click();
    await expect
      .element(page.getByRole("button", { name: /Service A backend-service.*2 of 2 Pods ready/ }))
      .toBeVisible();
    expect(JSON.parse(localStorage.getItem("grand-ingress/settings")!)).toEqual({
      vocabulary: "kubernetes",
    });
  });
});

describe("a guest", () => {
  test("walks in unasked, is told to screen readers, and explains the decision", async () => {
    await open();
    const bead = page.getByRole("button", { name: "1: GET http://example.com/api, 200" });
    await expect.element(bead).toBeVisible();
    await expect
      .element(page.getByText(/Guest 1: GET example.com\/api — rule Prefix \/api/).first())
      .toBeInTheDocument();
    await bead.click();
    const decision = page.getByRole("region", { name: "Decision", exact: true });
    await expect.element(decision).toHaveTextContent(/Prefix \/api/);
    await expect.element(decision).toHaveTextContent(/path \/api has no element prefix \/web/);
    await expect.element(page.getByText("X-Forwarded-For: 198.51.100.7")).toBeInTheDocument();
  });

  test("is turned away once the card is torn, in two clicks", async () => {
    await open({ lesson: false });
    await page.getByRole("button", { name: "Tear up a card" }).first().click();
    await expect.element(page.getByRole("button", { name: /http.*, 404/ })).toBeVisible();
    await page.getByRole("button", { name: "Put the card back", exact: true }).click();
    await expect
      .element(page.getByRole("button", { name: "Tear up a card" }).first())
      .toBeVisible();
  });

  test("with a bad address is not sent", async () => {
    await open();
    await page.getByRole("combobox", { name: "Address" }).fill("http://");
    await send.click();
    await expect.element(page.getByText(/is no address/)).toBeVisible();
  });
});

test("a lesson shows its step, why a check is not yet green, and a wrong turn's reply", async () => {
  await open({ lesson: true });
  await expect.element(page.getByRole("heading", { name: /File the card/ })).toBeVisible();
  await expect.element(page.getByText(/No guest has been to the door yet/)).toBeVisible();
  await expect.element(page.getByText(/The card was fine from the start/)).toBeVisible();
});

test("the editor marks a mistake at its line, and applies with its button", async () => {
  await open();
  await page.getByRole("tab", { name: "Editor" }).click();
  await page.getByRole("button", { name: "simple-fanout.yaml" }).click();
  await expect.element(page.getByText("simple-fanout", { exact: true }).last()).toBeVisible();
  const text = document.querySelector<HTMLElement>(".cm-content")!;
  text.focus();
  await userEvent.keyboard("{Control>}{End}{/Control}# Prefx");
  await expect.element(page.getByText(/line 12, spec.rules\[0\]/)).toBeVisible();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect
    .element(page.getByText("ingress.networking.k8s.io/simple-fanout configured"))
    .toBeVisible();
});

test("a phone shows one pane at a time", async () => {
  await page.viewport(375, 812);
  await open();
  const nav = page.getByRole("navigation", { name: "Panes" });
  for (const [pane, seen] of [
    ["Story", page.getByRole("heading", { name: "Lessons" })],
    ["Command", page.getByRole("textbox", { name: "Command" })],
    ["Cards", page.getByRole("button", { name: "Apply" })],
    ["Inspect", page.getByRole("heading", { name: "Inspector" })],
    ["Hotel", page.getByRole("button", { name: "Let a guest in" })],
  ] as const) {
    await nav.getByRole("button", { name: pane }).click();
    await expect.element(seen).toBeVisible();
  }
});
