// The files of the learner's laptop as the editor shows them. A file is written a moment after
// the last key, so that the terminal always sees what stands in the editor.

import type { SandboxConnection } from "../../sandbox/protocol.ts";

const writeAfterMs = 250;

export class OpenFiles {
  paths = $state.raw<readonly string[]>([]);
  current = $state.raw<string | undefined>();
  readonly #sandbox: SandboxConnection;
  #pending: { path: string; content: string; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(sandbox: SandboxConnection) {
    this.#sandbox = sandbox;
  }

  /** Asks for the list again; returns it. */
  async refresh(): Promise<readonly string[]> {
    const all = await this.#sandbox.call("listFiles");
    this.paths = all.filter((path) => /\.(ya?ml|json)$/.test(path)).toSorted();
    return this.paths;
  }

  /** Makes `path` current and gives its text; a file that is not there is new and empty. */
  async open(path: string): Promise<string> {
    await this.flush();
    this.current = path;
    if (!(await this.refresh()).includes(path)) {
      await this.#sandbox.call("writeFile", path, "");
      await this.refresh();
    }
    return this.#sandbox.call("readFile", path);
  }

  /** Notes a change of the current file; it is written soon. */
  changed(content: string): void {
    if (this.current === undefined) return;
    clearTimeout(this.#pending?.timer);
    this.#pending = {
      path: this.current,
      content,
      timer: setTimeout(() => void this.flush(), writeAfterMs),
    };
  }

  /** Writes what waits to be written. */
  async flush(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    clearTimeout(pending.timer);
    this.#pending = undefined;
    await this.#sandbox.call("writeFile", pending.path, pending.content);
  }

  /** Whether the file on screen has changes that were not written yet. */
  get unwritten(): boolean {
    return this.#pending !== undefined;
  }

  async remove(path: string): Promise<void> {
    await this.#sandbox.call("removeFile", path);
    await this.refresh();
  }
}

/** The last part of a path, for tabs. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
