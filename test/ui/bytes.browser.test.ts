// The bytes of a TLS connection in a real browser: pointing, walking by keys, reading.

import { mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import "../../src/ui/theme.css";
import "../../src/ui/base.css";
import { readLog } from "../../src/net/tls/log/log.ts";
import Connection from "../../src/ui/inspector/bytes/Connection.svelte";
import { recorded } from "../net/tls/log/recorded.ts";

let shown: ReturnType<typeof mount> | undefined;

beforeEach(async () => {
  await page.viewport(420, 1400);
  const log = readLog(recorded({ alpn: ["http/1.1"] }, { alpn: ["http/1.1"] }));
  shown = mount(Connection, { target: document.body, props: { log, startedAt: 0 } });
});

afterEach(async () => {
  if (shown) await unmount(shown);
  document.body.replaceChildren();
});

const marked = (): string =>
  [...document.querySelectorAll(".hex i.marked")].map((one) => one.textContent).join("");

const field = (name: RegExp): HTMLElement =>
  page.getByRole("button", { name }).first().element() as HTMLElement;

test("a field marks its bytes, and a byte its field", async () => {
  await userEvent.hover(field(/^host name example\.com/));
  const name = "example.com";
  const bytes = [...name].map((char) => char.charCodeAt(0).toString(16)).join("");
  await expect.poll(marked).toBe(`000b${bytes}`);
  const first = document.querySelector<HTMLElement>('.hex i[data-at="0"]')!;
  await userEvent.hover(first);
  await expect.poll(marked).toBe("01");
  expect(document.querySelector(".fields .marked .name")?.textContent).toBe("type");
});

test("is walked by keys, two tab stops a dump", async () => {
  const dump = page.getByRole("group", { name: /^ClientHello/ }).element() as HTMLElement;
  dump.focus();
  await userEvent.keyboard("{ArrowRight}{ArrowDown}");
  await expect.poll(() => document.querySelector("[aria-live]")?.textContent).toMatch(/^random:/);
  await userEvent.keyboard("{Home}");
  await expect.poll(marked).toBe("01");
  await userEvent.tab();
  expect(document.activeElement?.textContent).toContain("type");
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement?.textContent).toContain("length");
  await userEvent.tab();
  expect(document.activeElement?.getAttribute("aria-roledescription")).toBe("hex dump");
});

test("shows what is inside a sealed record, and what passed by", async () => {
  await page
    .getByRole("button", { name: /data sealed, 4 bytes/ })
    .first()
    .click();
  await expect.element(page.getByText("As it travelled: sealed")).toBeVisible();
  await expect
    .element(page.getByText(/opened here with CLIENT_TRAFFIC_SECRET_0, record 0/))
    .toBeVisible();
  await expect.element(page.getByText("ping").first()).toBeVisible();
  await expect.element(page.getByText(/^ciphertext/).first()).toBeVisible();
});
