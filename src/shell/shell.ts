// One shell: a session, and the commands that can be run in it.
//
//   const shell = new Shell(world, {});
//   const status = await shell.execute("kubectl get pods | grep web", io);

import { openCommands } from "./commands/index.ts";
import type { Commands, Keyboard } from "./command.ts";
import { runScript, status, type Scope } from "./interpret.ts";
import { ExitJump, LoopJump, ReturnJump } from "./jumps.ts";
import { parse } from "./parse.ts";
import { newSession, type Session } from "./session.ts";
import { emptyInput, textOutput, type Input, type Output } from "./streams.ts";
import { ShellSyntaxError } from "./syntax.ts";
import type { World } from "./world.ts";

/** Where a command line reads and writes. */
export interface ShellIo {
  stdout(data: string): void;
  stderr(data: string): void;
  readonly columns: number;
  readonly signal: AbortSignal;
  /** Whether stdout is a terminal. */
  readonly tty: boolean;
  /** Nothing to read when absent. */
  readonly stdin?: Input;
  readonly keyboard?: Keyboard;
}

export interface ShellOptions {
  /** "guest" when absent. */
  readonly user?: string;
  readonly cwd?: string;
  /** A laptop's when absent. */
  readonly session?: Session;
  readonly commands?: Commands;
  /** Whether `exit` ends it; the laptop's shell goes on. */
  readonly ends?: boolean;
}

export class Shell {
  readonly world: World;
  readonly session: Session;
  readonly commands: Commands;
  readonly #ends: boolean;
  #exited: number | undefined;

  constructor(world: World, o: ShellOptions = {}) {
    const { user = "guest", cwd = `/home/${user}`, session, commands, ends = false } = o;
    this.world = world;
    this.session = session ?? newSession({ user, cwd });
    this.commands = commands ?? openCommands();
    this.#ends = ends;
  }

  /** The status that `exit` gave, for a shell that can end. */
  get exited(): number | undefined {
    return this.#exited;
  }

  /**
   * Runs a command line (or several lines) to its end. Errors are printed; the result is the
   * exit status, 130 after an abort. Never throws for bad input.
   */
  async execute(line: string, io: ShellIo): Promise<number> {
    const stderr = textOutput((data) => io.stderr(data));
    try {
      const script = parse(line);
      if (script.length === 0) return this.session.status;
      const scope: Scope = {
        world: this.world,
        session: this.session,
        commands: this.commands,
        stdin: io.stdin ?? emptyInput,
        stdout: textOutput((data) => io.stdout(data)),
        stderr,
        columns: io.columns,
        tty: io.tty,
        stdinTty: io.tty && io.stdin !== undefined,
        signal: io.signal,
        ...(io.keyboard && { keyboard: io.keyboard }),
        depth: 0,
      };
      this.session.status = await runScript(script, scope);
    } catch (error) {
      if (this.#ends && error instanceof ExitJump) this.#exited = error.status;
      this.session.status = this.#exited ?? endedBy(error, stderr);
    }
    if (io.signal.aborted) this.session.status = status.interrupted;
    return this.session.status;
  }
}

/** The status after what left the whole line: bad syntax, `exit`, a `break` without a loop. */
function endedBy(error: unknown, stderr: Output): number {
  if (error instanceof ShellSyntaxError) {
    stderr.write(`bash: ${error.message}\n`);
    return status.syntax;
  }
  if (error instanceof LoopJump) {
    stderr.write(`bash: ${error.kind}: only meaningful in a \`for', \`while', or \`until' loop\n`);
    return 0;
  }
  if (error instanceof ReturnJump) {
    stderr.write("bash: return: can only `return' from a function or sourced script\n");
    return 1;
  }
  if (!(error instanceof ExitJump)) throw error;
  stderr.write("The hotel never closes: this terminal stays open.\n");
  return error.status;
}

export { Terminal } from "./terminal/terminal.ts";
