// The real openssl, for tests against it. Where it is missing, tests say NOT RUN by name.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";

const found = spawnSync("openssl", ["version"], { encoding: "utf8" });

/** Whether an openssl 3 is here. */
export const hasOpenssl = found.status === 0 && found.stdout.startsWith("OpenSSL 3");

/** A suite that needs openssl. */
export function describeWithOpenssl(name: string, body: () => void): void {
  if (hasOpenssl) describe(name, body);
  else describe.skip(`${name} (NOT RUN: no openssl 3 here)`, body);
}

/** A folder of its own in which openssl runs; removed afterwards. */
export async function inFolder<T>(work: (folder: Folder) => T | Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), "grand-ingress-openssl-"));
  try {
    return await work(new Folder(path));
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(name: string, content?: string): string {
    const path = join(this.path, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  /** Runs openssl with arguments split at spaces; all that it prints. Throws when it fails. */
  openssl(command: string, input = ""): string {
    const args = command.match(/"[^"]*"|\S+/g)!.map((word) => word.replace(/^"|"$/g, ""));
    const run = spawnSync("openssl", args, { cwd: this.path, input, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`openssl ${command}: ${run.stdout}${run.stderr}`);
    return run.stdout + run.stderr;
  }
}
