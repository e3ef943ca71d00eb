// Redirections: which streams a command gets, and the files that are written when it ends.

import { concat, noBytes, utf8 } from "../base/bytes.ts";
import { CommandError, faultWords } from "./command.ts";
import { expandText, type Expansion } from "./expand.ts";
import { FileError } from "./files.ts";
import type { Scope } from "./interpret.ts";
import { resolvePath } from "./path.ts";
import { Collector, inputOf, type Output } from "./streams.ts";
import type { Redirect } from "./syntax.ts";
import type { World } from "./world.ts";

/** The scope with its redirections in force; `flush` writes the files. */
export async function redirected(
  redirects: readonly Redirect[],
  scope: Scope,
  expansion: Expansion,
): Promise<{ inner: Scope; flush: () => void }> {
  let { stdin, stdout, stderr, tty, stdinTty } = scope;
  const writes: FileOutput[] = [];
  const open = (target: string, append: boolean): Output => {
    if (target === "/dev/null") return { write: () => undefined };
    if (target === "/dev/stdout") return stdout;
    if (target === "/dev/stderr") return stderr;
    const output = new FileOutput(scope.world, resolvePath(scope.session.cwd, target), append);
    writes.push(output);
    return output;
  };
  for (const { fd, kind, target } of redirects) {
    const text = await expandText(target, expansion);
    try {
      if (kind === "here") stdin = inputOf(utf8(text));
      else if (kind === "read") {
        const empty = text === "/dev/null";
        stdin = inputOf(
          empty ? noBytes : scope.world.files.read(resolvePath(scope.session.cwd, text)),
        );
      } else if (kind === "copy") {
        if (text === "1" && fd === 2) stderr = stdout;
        else if (text === "2" && fd === 1) [stdout, tty] = [stderr, false];
        else if (text !== String(fd)) {
          throw new CommandError(`bash: ${text}: ambiguous redirect\n`);
        }
      } else if (kind === "both") stdout = stderr = open(text, false);
      else if (fd === 2) stderr = open(text, kind === "append");
      else stdout = open(text, kind === "append");
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new CommandError(`bash: ${text}: ${faultWords(error)}\n`);
    }
    if (kind === "here" || kind === "read") stdinTty = false;
    if (kind !== "here" && kind !== "read" && kind !== "copy" && fd === 1) tty = false;
  }
  const inner = { ...scope, stdin, stdout, stderr, tty, stdinTty };
  return { inner, flush: () => writes.forEach((output) => output.flush()) };
}

/** A file being written; emptied at once, as a shell does, and filled when the command ends. */
class FileOutput implements Output {
  readonly #world: World;
  readonly #path: string;
  readonly #collected = new Collector();
  readonly #before: Uint8Array;

  constructor(world: World, path: string, append: boolean) {
    this.#world = world;
    this.#path = path;
    const exists = world.files.kind(path) === "file";
    this.#before = append && exists ? world.files.read(path) : noBytes;
    if (!append || !exists) world.files.write(path, noBytes);
  }

  write(data: string | Uint8Array): void {
    this.#collected.write(data);
  }

  flush(): void {
    this.#world.files.write(this.#path, concat(this.#before, this.#collected.bytes()));
  }
}
