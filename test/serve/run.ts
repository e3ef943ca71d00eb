// Runs a command of the command line in this process: what it wrote, and its exit status.

import { vi } from "vitest";
import { compareCards } from "../../src/serve/cards/compare.ts";
import { explainCards } from "../../src/serve/cards/explain.ts";
import { lintCards } from "../../src/serve/cards/lint.ts";
import { printNginxConf } from "../../src/serve/cards/nginxconf.ts";

const commands: Readonly<Record<string, (args: string[]) => Promise<number>>> = {
  explain: explainCards,
  lint: lintCards,
  compare: compareCards,
  "nginx-conf": printNginxConf,
};

/** @param line as it is typed after "grand-ingress", without quotes. */
export async function run(line: string): Promise<{ out: string; error: string; status: number }> {
  const [name = "", ...args] = line.trim().split(/\s+/);
  const written = { out: "", error: "" };
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    written.out += String(chunk);
    return true;
  });
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    written.error += String(chunk);
    return true;
  });
  try {
    const status = await commands[name]!(args);
    return { ...written, status };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}
