// Starts `grand-ingress serve` for a test, and runs real programs against it.

import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The line that `serve --json` prints once everything is ready. */
export interface Ready {
  readonly kubeconfig: string;
  readonly api: string;
  readonly http: string;
  readonly https: string;
}

export interface Served extends Ready {
  /** Where the programs run: their home, and theirs alone. */
  readonly folder: string;
  /** Runs a program with the cluster's kubeconfig; never rejects. */
  run(program: string, args: readonly string[], input?: string): Promise<Ran>;
  stop(): Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether a real program is on this machine; the suites name those that are not. */
export function installed(program: string): boolean {
  return spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined;
}

/** Starts the built command line and waits for its ready line. */
export async function startServe(
  args: readonly string[] = [],
  where: { cwd?: string } = {},
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "grand-ingress-e2e-"));
  const child = spawn(
    process.execPath,
    [
      "dist-cli/grand-ingress.js",
      "serve",
      "--json",
      "--kubeconfig",
      join(folder, "kubeconfig"),
      ...args,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ready = await readyLine(child);
  const environment = {
    ...process.env,
    KUBECONFIG: ready.kubeconfig,
    KUBECACHEDIR: join(folder, "cache"),
    HOME: folder,
  };
  return {
    ...ready,
    folder,
    run: (program, rest, input) => run(program, rest, { env: environment, ...where }, input),
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readyLine(child: ChildProcess): Promise<Ready> {
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith("{")) return JSON.parse(line) as Ready;
  }
  throw new Error(`serve ended before it was ready:\n${stderr}`);
}

function run(
  program: string,
  args: readonly string[],
  where: { env: NodeJS.ProcessEnv; cwd?: string },
  input = "",
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      [...args],
      { ...where, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin!.on("error", () => undefined);
    child.stdin!.end(input);
  });
}
