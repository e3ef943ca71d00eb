// The terminal: a prompt, a line editor as readline's, and a shell behind it. Speaks what xterm
// speaks: `input` takes what xterm sends for keys, `write` gets what it is to show.
//
//   const terminal = new Terminal({ shell, write: (data) => xterm.write(data), columns, rows });
//   xterm.onData((data) => terminal.input(data));
//   await terminal.run("kubectl get pods");   // as if typed, once the prompt is back

import { parse } from "../parse.ts";
import { baseName } from "../path.ts";
import type { Shell } from "../shell.ts";
import { ShellSyntaxError } from "../syntax.ts";
import { complete, sharedStart } from "./complete.ts";
import { Foreground } from "./foreground.ts";
import { History } from "./history.ts";
import { readKeys, type Key, type KeyName } from "./keys.ts";
import { Line } from "./line.ts";
import { laptopPrompt } from "./prompt.ts";
import { Screen } from "./screen.ts";
import { Search } from "./search.ts";
import { columnsOf } from "./width.ts";

/** More completions than this are counted instead of listed. */
const listedMax = 200;

export interface TerminalOptions {
  readonly shell: Shell;
  write(data: string): void;
  readonly columns: number;
  readonly rows: number;
  /** A laptop's when absent. */
  prompt?(): string;
  /** The shell has ended, by `exit` or Ctrl+D: no prompt comes any more. Absent: it never ends. */
  onExit?(status: number): void;
  /** A command line to run instead of a prompt; then it ends. */
  readonly only?: string;
}

export class Terminal {
  readonly #shell: Shell;
  readonly #write: (data: string) => void;
  readonly #screen: Screen;
  readonly #history: History;
  readonly #line = new Line();
  readonly #promptOf: () => string;
  readonly #onExit: ((status: number) => void) | undefined;
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

  constructor(o: TerminalOptions) {
    this.#shell = o.shell;
    this.#promptOf = () => o.prompt?.() ?? laptopPrompt(o.shell.session);
    this.#onExit = o.onExit;
    this.#write = (data) => o.write(data);
    this.#screen = new Screen(o.columns, this.#write);
    this.#rows = o.rows;
    this.#history = new History(o.shell.session.history);
    if (o.only === undefined) this.#prompt();
    else this.#execute(o.only, { then: (status) => this.#exit(status) });
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
    if (this.#foreground) this.#foreground.resized(columns, rows);
    else this.#draw();
  }

  /** What xterm sends: keys and pastes. */
  input(data: string): void {
    if (this.#foreground?.taken) return this.#foreground.pass(data);
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
        this.#search = new Search(this.#history, this.#line.text);
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
    if (this.#earlier === "" && this.#onExit) {
      this.#write("\r\n");
      return this.#exit(this.#shell.session.status);
    }
    if (this.#earlier === "") {
      this.#screen.leave(this.#promptText(), "exit");
      this.#write("The hotel never closes: this terminal stays open.\r\n");
      return this.#prompt();
    }
    this.#write("\r\n");
    this.#execute(this.#earlier.replace(/\n$/, ""));
  }

  #exit(status: number): void {
    this.#shell.session.jobs.stop();
    this.#onExit?.(status);
  }

  /** @param o.whole the command will not go on: run it even when it is incomplete. */
  #enter({ whole = false } = {}): void {
    const text = this.#line.text;
    this.#screen.leave(this.#promptText(), text);
    this.#line.set("");
    const command = this.#earlier + text;
    if (!whole && Terminal.isIncomplete(command)) {
      this.#earlier = `${command}\n`;
      return this.#prompt();
    }
    this.#execute(command);
  }

  #execute(
    command: string,
    { then = (status) => this.#finished(status) }: { then?(status: number): void } = {},
  ): void {
    this.#earlier = "";
    this.#history.add(command);
    this.#history.rewind();
    const foreground = new Foreground({
      echo: (text) => this.#print(text),
      wants: () => this.#drain(),
      columns: this.#screen.columns,
      rows: this.#rows,
    });
    this.#foreground = foreground;
    const print = (data: string): void => {
      if (this.#foreground !== foreground) return this.#printAbove(data);
      if (!foreground.stopped) this.#print(data);
    };
    const io = {
      stdout: print,
      stderr: print,
      columns: this.#screen.columns,
      signal: foreground.stop.signal,
      tty: true,
      stdin: foreground.stdin,
      keyboard: foreground,
    };
    this.#shell.execute(command, io).then(
      (status) => then(status),
      (error: unknown) => {
        this.#print(
          `the terminal failed: ${error instanceof Error ? error.message : String(error)}\n`,
        );
        then(1);
      },
    );
  }

  #finished(status: number): void {
    // What was typed and not read stands on the next line, as a real terminal leaves it.
    this.#line.set(this.#foreground?.typed ?? "");
    this.#foreground = undefined;
    const { exited } = this.#shell;
    if (exited === undefined) this.#prompt();
    const done = this.#onDone;
    this.#onDone = undefined;
    done?.(status);
    if (exited === undefined) this.#next();
    else this.#exit(exited);
  }

  // ---------------------------------------------------------------- Ctrl+R

  #searchKey(key: Key, search: Search): void {
    const ended = search.press(key);
    if (ended === undefined) return this.#draw();
    this.#search = undefined;
    this.#line.set(ended.line);
    this.#draw();
    if (ended.goesOn) this.#press(key);
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
    if (this.#search) return this.#search.prompt;
    if (this.#earlier !== "") return "> ";
    return this.#promptOf();
  }

  #prompt(): void {
    if (!this.#atRowStart) this.#print("\n");
    this.#print(this.#shell.session.jobs.news());
    this.#screen.reset();
    this.#draw();
    this.#atRowStart = true;
  }

  #draw(): void {
    const { text, left } = this.#line;
    if (this.#search) this.#screen.draw(this.#promptText(), this.#search.found, this.#search.found);
    else this.#screen.draw(this.#promptText(), text, left);
  }

  /** What a background job prints while a line is typed: above that line. */
  #printAbove(data: string): void {
    if (this.#foreground) return this.#print(data);
    this.#screen.erase();
    this.#print(data.endsWith("\n") ? data : `${data}\n`);
    this.#draw();
  }

  /** A command's output, line ends as a terminal wants them. */
  #print(data: string): void {
    if (data === "") return;
    this.#write(data.replace(/\r?\n/g, "\r\n"));
    // eslint-disable-next-line no-control-regex -- terminals speak in control characters
    this.#atRowStart = /[\n\r]$|\x1b\[(H|2J|3J)$/.test(data);
  }

  /** Whether more lines are needed to make a command of it. */
  static isIncomplete(command: string): boolean {
    if (/(^|[^\\])(\\\\)*\\$/.test(command)) return true; // a backslash before the line end
    try {
      parse(command);
      return false;
    } catch (error) {
      return error instanceof ShellSyntaxError && error.incomplete;
    }
  }
}
