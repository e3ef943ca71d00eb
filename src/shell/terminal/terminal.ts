// The terminal: a prompt, a line editor as readline's, and a shell behind it. Speaks what xterm
// speaks: `input` takes what xterm sends for keys, `write` gets what it is to show.
//
//   const terminal = new Terminal({ shell, write: (data) => xterm.write(data), columns, rows });
//   xterm.onData((data) => terminal.input(data));
//   await terminal.run("kubectl get pods");   // as if typed, once the prompt is back

import { parse } from "../parse.ts";
import { baseName } from "../path.ts";
import { valueOf } from "../session.ts";
import type { Shell } from "../shell.ts";
import { ShellSyntaxError } from "../syntax.ts";
import { complete, sharedStart } from "./complete.ts";
import { Foreground } from "./foreground.ts";
import { History } from "./history.ts";
import { readKeys, type Key, type KeyName } from "./keys.ts";
import { Line } from "./line.ts";
import { Screen } from "./screen.ts";
import { columnsOf } from "./width.ts";

/** More completions than this are counted instead of listed. */
const listedMax = 200;

interface Search {
  part: string;
  found: string;
  index: number;
  /** The line before the search began. */
  readonly before: string;
}

export class Terminal {
  readonly #shell: Shell;
  readonly #write: (data: string) => void;
  readonly #screen: Screen;
  readonly #history: History;
  readonly #line = new Line();
  #rows: number;
  /** Lines of a command that is not complete yet. */
  #earlier = "";
  #foreground: Foreground | undefined;
  #search: Search | undefined;
  /** Whether the last key was a Tab: the second one lists. */
  #tabbed = false;
  #completing = false;
  /** Whether the cursor is at the start of a row, as far as we wrote it. */
  #atRowStart = true;
  /** Keys that came while a command ran or a completion was looked up. */
  readonly #waiting: Key[] = [];
  readonly #typedAhead: { command: string; done: (status: number) => void }[] = [];
  #onDone: ((status: number) => void) | undefined;

  constructor(o: { shell: Shell; write(data: string): void; columns: number; rows: number }) {
    this.#shell = o.shell;
    this.#write = (data) => o.write(data);
    this.#screen = new Screen(o.columns, this.#write);
    this.#rows = o.rows;
    this.#history = new History(o.shell.session.history);
    this.#prompt();
  }

  get busy(): boolean {
    return this.#foreground !== undefined;
  }

  get rows(): number {
    return this.#rows;
  }

  resize(columns: number, rows: number): void {
    this.#rows = rows;
    this.#screen.columns = columns;
    if (!this.#foreground) this.#draw();
  }

  /** What xterm sends: keys and pastes. */
  input(data: string): void {
    this.#waiting.push(...readKeys(data));
    this.#drain();
  }

  /**
   * Types a command and Enter, once the prompt is back; a line half typed is put aside first.
   * The result is the command's exit status.
   */
  run(command: string): Promise<number> {
    return new Promise((done) => {
      this.#typedAhead.push({ command, done });
      this.#next();
    });
  }

  #next(): void {
    if (this.#foreground || this.#completing) return;
    const next = this.#typedAhead.shift();
    if (next === undefined) return this.#drain();
    if (this.#line.text !== "" || this.#earlier !== "" || this.#search) this.#cancel();
    this.#line.set(next.command);
    this.#onDone = next.done;
    this.#enter({ whole: true });
  }

  #drain(): void {
    while (!this.#completing && this.#waiting.length > 0) {
      const foreground = this.#foreground;
      if (foreground && !foreground.reads) {
        // Keys for a command that does not read wait for the prompt, except Ctrl+C.
        const stop = this.#waiting.findIndex((key) => key.type === "key" && key.name === "ctrl-c");
        if (stop < 0) return;
        this.#waiting.splice(0, stop);
      }
      const key = this.#waiting.shift()!;
      if (foreground) foreground.press(key);
      else this.#press(key);
    }
  }

  // ---------------------------------------------------------------- the line

  #press(key: Key): void {
    const tabbed = this.#tabbed;
    this.#tabbed = false;
    if (this.#search) return this.#searchKey(key, this.#search);
    if (key.type === "text") {
      this.#line.insert(key.text);
      return this.#draw();
    }
    if (key.type === "paste") return this.#paste(key.text);
    this.#command(key.name, tabbed);
  }

  #command(name: KeyName, tabbed: boolean): void {
    switch (name) {
      case "enter":
        return this.#enter();
      case "ctrl-c":
        return this.#cancel();
      case "ctrl-l":
        this.#write("\x1b[H\x1b[2J\x1b[3J");
        this.#screen.reset();
        return this.#draw();
      case "tab":
        return void this.#complete(tabbed);
      case "up":
      case "ctrl-p":
        return this.#recall(this.#history.older(this.#line.text));
      case "down":
      case "ctrl-n":
        return this.#recall(this.#history.newer());
      case "ctrl-r":
        this.#search = {
          part: "",
          found: "",
          index: this.#history.length,
          before: this.#line.text,
        };
        return this.#draw();
      case "ctrl-d":
        if (this.#line.text === "") return this.#endOfInput();
    }
    if (this.#line.edit(name)) this.#draw();
  }

  /** A multi-line paste is one line to edit; its last line end is Enter's business. */
  #paste(text: string): void {
    this.#line.insert(text.replace(/\n$/, ""));
    this.#draw();
  }

  #recall(line: string | undefined): void {
    if (line === undefined) return;
    this.#line.set(line);
    this.#draw();
  }

  #cancel(): void {
    this.#screen.leave(this.#promptText(), this.#search ? "" : this.#line.text, "^C");
    this.#line.set("");
    this.#earlier = "";
    this.#search = undefined;
    this.#history.rewind();
    this.#shell.session.status = 130;
    this.#prompt();
    const done = this.#onDone;
    this.#onDone = undefined;
    done?.(130);
  }

  /** Ctrl+D on an empty line: the end of a half-typed command, or of the session. */
  #endOfInput(): void {
    if (this.#earlier === "") {
      this.#screen.leave(this.#promptText(), "exit");
      this.#write("The hotel never closes: this terminal stays open.\r\n");
      return this.#prompt();
    }
    this.#write("\r\n");
    this.#execute(this.#earlier.replace(/\n$/, ""));
  }

  /** @param o.whole the command will not go on: run it even when it is incomplete. */
  #enter({ whole = false } = {}): void {
    const text = this.#line.text;
    this.#screen.leave(this.#promptText(), text);
    this.#line.set("");
    const command = this.#earlier + text;
    if (!whole && isIncomplete(command)) {
      this.#earlier = `${command}\n`;
      return this.#prompt();
    }
    this.#execute(command);
  }

  #execute(command: string): void {
    this.#earlier = "";
    this.#history.add(command);
    this.#history.rewind();
    const foreground = new Foreground({
      echo: (text) => this.#print(text),
      wants: () => this.#drain(),
    });
    this.#foreground = foreground;
    const print = (data: string): void => {
      if (foreground.stopped) return;
      this.#print(data);
    };
    const io = {
      stdout: print,
      stderr: print,
      columns: this.#screen.columns,
      signal: foreground.stop.signal,
      tty: true,
      stdin: foreground.stdin,
    };
    this.#shell.execute(command, io).then(
      (status) => this.#finished(status),
      (error: unknown) => {
        this.#print(
          `the terminal failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        this.#finished(1);
      },
    );
  }

  #finished(status: number): void {
    // What was typed and not read stands on the next line, as a real terminal leaves it.
    this.#line.set(this.#foreground?.typed ?? "");
    this.#foreground = undefined;
    this.#prompt();
    const done = this.#onDone;
    this.#onDone = undefined;
    done?.(status);
    this.#next();
  }

  // ---------------------------------------------------------------- Ctrl+R

  #searchKey(key: Key, search: Search): void {
    if (key.type === "text") {
      search.part += key.text;
      this.#look(search, this.#history.length);
      return this.#draw();
    }
    if (key.type === "key" && key.name === "ctrl-r") {
      this.#look(search, search.index);
      return this.#draw();
    }
    if (key.type === "key" && key.name === "backspace") {
      search.part = search.part.slice(0, -1);
      this.#look(search, this.#history.length);
      return this.#draw();
    }
    this.#search = undefined;
    const gaveUp = key.type === "key" && (key.name === "ctrl-g" || key.name === "ctrl-c");
    this.#line.set(gaveUp ? search.before : search.found || search.before);
    this.#draw();
    if (gaveUp || (key.type === "key" && key.name === "escape")) return;
    this.#press(key);
  }

  #look(search: Search, before: number): void {
    const found = search.part === "" ? undefined : this.#history.search(search.part, before);
    if (found === undefined) return;
    search.found = found.line;
    search.index = found.index;
  }

  // ---------------------------------------------------------------- Tab

  async #complete(tabbed: boolean): Promise<void> {
    this.#completing = true;
    try {
      const left = this.#line.left;
      const { from, candidates } = await complete(left, this.#shell);
      if (this.#line.left !== left) return;
      this.#offer(left, from, candidates, tabbed);
    } catch {
      // The API server could not be asked: then there is nothing to offer.
    } finally {
      this.#completing = false;
      this.#next();
    }
  }

  #offer(left: string, from: number, candidates: readonly string[], tabbed: boolean): void {
    const word = left.slice(from);
    if (candidates.length === 0) return this.#write("\x07");
    const shared = sharedStart(candidates);
    if (candidates.length === 1) {
      const open = /[/=:]$/.test(shared);
      this.#line.insert(shared.slice(word.length) + (open ? "" : " "));
      return this.#draw();
    }
    this.#tabbed = true;
    if (shared.length > word.length) {
      this.#line.insert(shared.slice(word.length));
      return this.#draw();
    }
    if (!tabbed) return this.#write("\x07");
    const names = candidates.map((one) =>
      /\/./.test(one) ? baseName(one) + (one.endsWith("/") ? "/" : "") : one,
    );
    const list =
      names.length > listedMax
        ? `${names.length} possibilities\n`
        : columnsOf(names, this.#screen.columns);
    this.#screen.leave(this.#promptText(), this.#line.text);
    this.#print(list);
    this.#draw();
  }

  // ---------------------------------------------------------------- output

  #promptText(): string {
    if (this.#search) return `(reverse-i-search)\`${this.#search.part}': `;
    if (this.#earlier !== "") return "> ";
    const { session } = this.#shell;
    const home = valueOf(session, "HOME");
    const at =
      session.cwd === home
        ? "~"
        : session.cwd.startsWith(`${home}/`)
          ? `~${session.cwd.slice(home.length)}`
          : session.cwd;
    return `\x1b[1;32m${session.user}@hotel\x1b[0m:\x1b[1;34m${at}\x1b[0m$ `;
  }

  #prompt(): void {
    if (!this.#atRowStart) this.#print("\n");
    this.#screen.reset();
    this.#draw();
    this.#atRowStart = true;
  }

  #draw(): void {
    const { text, left } = this.#line;
    if (this.#search) this.#screen.draw(this.#promptText(), this.#search.found, this.#search.found);
    else this.#screen.draw(this.#promptText(), text, left);
  }

  /** A command's output, line ends as a terminal wants them. */
  #print(data: string): void {
    if (data === "") return;
    this.#write(data.replace(/\r?\n/g, "\r\n"));
    // eslint-disable-next-line no-control-regex -- terminals speak in control characters
    this.#atRowStart = /[\n\r]$|\x1b\[(H|2J|3J)$/.test(data);
  }
}

function isIncomplete(command: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(command)) return true; // a backslash before the line end
  try {
    parse(command);
    return false;
  } catch (error) {
    return error instanceof ShellSyntaxError && error.incomplete;
  }
}
