// A learner who has no mouse: everything is reached with Tab and pressed with Enter.

import { expect, type Page } from "@playwright/test";

/** How the focus on the terminal's input is called here. */
const terminalName = "Terminal input";

/** More stops than any screen has: then the wanted thing cannot be reached. */
const stopsMax = 200;

/** Presses Tab until the focus is on what is called `name`. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < stopsMax; i++) {
    const focused = await focusedName(page);
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused);
    // In the terminal Tab completes, until Ctrl+M gives it back to the page.
    if (focused === terminalName && (await page.getByText(/^Tab completes/).count()) > 0) {
      await page.keyboard.press("Control+m");
    }
    if (focused.startsWith("YAML editor")) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${name}; it went: ${[...new Set(seen)].join(" | ")}`);
}

/** Reaches a control and presses it. */
export async function press(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

/** From anywhere to the terminal's prompt, and a command line typed there. */
export async function typeCommand(page: Page, command: string): Promise<void> {
  await focusTerminal(page);
  await page.keyboard.type(command);
  await page.keyboard.press("Enter");
}

/** Types command lines, each when the prompt is back. */
export async function inTerminal(page: Page, ...commands: string[]): Promise<void> {
  for (const [index, command] of commands.entries()) {
    // The echo may scroll out of sight; a word printed after the output does not.
    const word = `done-${index + 1}-of-${commands.length}`;
    await typeCommand(page, `${command}; echo ${word}`);
    await expect
      .poll(() => terminalText(page), { timeout: 90_000 })
      .toMatch(new RegExp(`^${word}\\nguest@hotel:~\\$\\s*$`, "m"));
    await typeCommand(page, "clear");
  }
}

export async function focusTerminal(page: Page): Promise<void> {
  await tabTo(page, terminalName);
}

/** What the terminal shows, line by line. */
export async function terminalText(page: Page): Promise<string> {
  const rows = page.locator(".xterm-accessibility-tree > *");
  return (await rows.allTextContents())
    .map((row) => row.replaceAll("\u00a0", " ").trimEnd())
    .join("\n");
}

/** The accessible name of what has the focus, near enough for buttons, tabs and inputs. */
async function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return "(the page)";
    if (element.closest(".xterm")) return "Terminal input";
    const labelledBy = element.getAttribute("aria-labelledby");
    const label =
      element.getAttribute("aria-label") ??
      (labelledBy ? document.getElementById(labelledBy)?.textContent : null) ??
      (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null) ??
      element.textContent ??
      "";
    return label.replace(/\s+/g, " ").trim();
  });
}
