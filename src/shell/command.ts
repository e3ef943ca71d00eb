// A command of the terminal: what every file under commands/ gives, and what it is given.

import { text } from "../base/bytes.ts";
import type { FileError } from "./files.ts";
import { resolvePath } from "./path.ts";
import type { Session } from "./session.ts";
import type { Input, Output } from "./streams.ts";
import type { World } from "./world.ts";

export interface Command {
  readonly name: string;
  /** One line for `help`. */
  readonly summary: string;
  /** What `NAME --help` and `man NAME` print, ending in a line feed. */
  readonly help: string;
  /** Returns the exit status. May throw FileError and CommandError. */
  run(call: Call): Promise<number>;
  /**
   * What could stand for the last of `words` (which may be empty). `words[0]` is the command.
   * A candidate that ends in "/" or "=" is not followed by a space.
   */
  complete?(words: readonly string[], call: Completing): Promise<readonly string[]>;
}

/** A command by its name. It may have to be fetched first. */
export interface CommandEntry {
  readonly name: string;
  /** Whether completion offers it. */
  readonly offered: boolean;
  /** Outside work: hold the clock with `during`. Throws CommandError when it cannot be had. */
  load(): Promise<Command>;
}

export type Commands = ReadonlyMap<string, CommandEntry>;

/** One run of a command. */
export interface Call {
  /** Without the command's own name. */
  readonly args: readonly string[];
  readonly name: string;
  readonly world: World;
  readonly session: Session;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether stdout is the terminal. */
  readonly tty: boolean;
  /** Whether stdin is the terminal. */
  readonly stdinTty: boolean;
  readonly columns: number;
  /** Absent where nobody types. */
  readonly keyboard?: Keyboard;
  /** Aborts with Ctrl+C. The shell returns to its prompt at once; release what you hold. */
  readonly signal: AbortSignal;
  /** All commands there are, by name. */
  readonly commands: Commands;
  /** Runs a command by its arguments, with this call's streams or others. */
  run(
    argv: readonly string[],
    others?: Partial<Streams & { signal: AbortSignal }>,
  ): Promise<number>;
  /** Runs a command line. */
  runLine(line: string, others?: Partial<Streams>): Promise<number>;
}

export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The terminal's keyboard, for a command that reads keys as they are pressed. */
export interface Keyboard {
  readonly columns: number;
  readonly rows: number;
  /** All keys go to `taker` until `release`, Ctrl+C among them. */
  take(taker: KeyTaker): { release(): void };
}

export interface KeyTaker {
  /** What a terminal sends for keys and pastes. */
  keys(data: string): void;
  resized(columns: number, rows: number): void;
}

/** What a completion may look at. */
export interface Completing {
  readonly world: World;
  readonly session: Session;
  readonly commands: Commands;
}

/** Ends a command: the message goes to stderr as it is, and the status back to the shell. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** The operating system's words for what is wrong with a path. */
export function faultWords(error: FileError): string {
  const words = {
    ENOENT: "No such file or directory",
    EISDIR: "Is a directory",
    ENOTDIR: "Not a directory",
    EEXIST: "File exists",
    ENOTEMPTY: "Directory not empty",
    EFBIG: "File too large",
  };
  return words[error.fault];
}

/** An argument as an absolute path. */
export function pathOf(call: { session: Session }, argument: string): string {
  return resolvePath(call.session.cwd, argument);
}

export function readFileText(call: Call, argument: string): string {
  return text(call.world.files.read(pathOf(call, argument)));
}

/** The words for something that real systems have and this sandbox has not. */
export function notHere(what: string): string {
  return `not in this hotel: ${what}`;
}
