// A command line that nobody types: run in a shell of its own, its words kept.

import { Shell } from "../shell/shell.ts";
import type { World } from "../shell/world.ts";

/** Both streams in the order of printing. */
export async function captured(
  world: World,
  command: string,
  cwd: string,
): Promise<{ status: number; output: string }> {
  let output = "";
  const print = (data: string): void => void (output += data);
  const { signal } = new AbortController();
  const io = { stdout: print, stderr: print, columns: 120, signal, tty: false };
  const status = await new Shell(world, { cwd }).execute(command, io);
  return { status, output };
}
