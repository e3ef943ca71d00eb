// Walks a Script: lists, pipelines, redirections, loops. What a bash process does between
// reading a line and showing the next prompt.

import type { Call, CommandEntry, Commands, Keyboard, Streams } from "./command.ts";
import { CommandError, faultWords } from "./command.ts";
import { expandText, expandWords, type Expansion } from "./expand.ts";
import { FileError } from "./files.ts";
import { resolvePath } from "./path.ts";
import { parse } from "./parse.ts";
import { globPattern } from "./glob.ts";
import { isJump, LoopJump, untilExit, untilReturn } from "./jumps.ts";
import { redirected } from "./redirect.ts";
import { subshell, type Session } from "./session.ts";
import { Collector, emptyInput, Pipe, type Input } from "./streams.ts";
import {
  ShellSyntaxError,
  type AndOr,
  type CommandNode,
  type Script,
  type Word,
} from "./syntax.ts";
import type { World } from "./world.ts";

/** Where a script runs. */
export interface Scope extends Streams {
  readonly world: World;
  readonly session: Session;
  readonly commands: Commands;
  readonly columns: number;
  readonly tty: boolean;
  readonly stdinTty: boolean;
  readonly keyboard?: Keyboard;
  readonly signal: AbortSignal;
  /** How deep command substitutions and loops are nested. */
  readonly depth: number;
}

/** Exit statuses that bash gives itself (bash manual, section 3.7.5). */
export const status = { syntax: 2, notFound: 127, interrupted: 130 } as const;

/** How deep "$( … )" and friends may nest. */
const depthMax = 50;

/** Runs a script; returns the last command's exit status. */
export async function runScript(script: Script, scope: Scope): Promise<number> {
  if (scope.depth > depthMax) throw new CommandError("bash: too many nested commands\n");
  for (const item of script) {
    if (item.background !== undefined) runInBackground(item, item.background, scope);
    else await runAndOr(item, scope);
    if (scope.signal.aborted) return status.interrupted;
  }
  return scope.session.status;
}

async function runAndOr({ first, rest }: AndOr, scope: Scope): Promise<void> {
  await runPipeline(first, scope);
  for (const { when, then } of rest) {
    if (scope.signal.aborted) return;
    if ((scope.session.status === 0) === (when === "&&")) await runPipeline(then, scope);
  }
}

/** In a subshell of its own, without input: Ctrl+C does not reach it, `kill` does. */
function runInBackground(item: AndOr, words: string, scope: Scope): void {
  const session = subshell(scope.session);
  const job = scope.session.jobs.begin(words, async (signal) => {
    const inner = { ...scope, session, signal, stdin: emptyInput, stdinTty: false };
    // The prompt comes back first, as it does in life.
    await scope.world.clock.sleep(0);
    await untilExit(runAndOr(item, inner).then(() => session.status)).then((code) => {
      session.status = code;
    });
    return session.status;
  });
  job.ended.catch(() => undefined);
  if (scope.tty) scope.stderr.write(`[${job.number}] ${job.pid}\n`);
  scope.session.status = 0;
}

async function runPipeline(
  { negated, commands }: { negated: boolean; commands: readonly CommandNode[] },
  scope: Scope,
): Promise<void> {
  const { session } = scope;
  if (commands.length === 1) session.status = await runCommand(commands[0]!, scope);
  else session.status = await runPiped(commands, scope);
  if (negated) session.status = session.status === 0 ? 1 : 0;
}

/** Each command of a pipeline runs in a subshell, all at once. */
async function runPiped(commands: readonly CommandNode[], scope: Scope): Promise<number> {
  let stdin: Input = scope.stdin;
  const running: Promise<number>[] = [];
  for (const [index, command] of commands.entries()) {
    const last = index === commands.length - 1;
    const pipe = last ? undefined : new Pipe();
    const from = stdin;
    const gone = new AbortController();
    if (pipe) pipe.onReaderGone = () => gone.abort();
    const part: Scope = {
      ...scope,
      session: subshell(scope.session),
      stdin: from,
      stdinTty: index === 0 && scope.stdinTty,
      stdout: pipe ?? scope.stdout,
      tty: last && scope.tty,
      signal: AbortSignal.any([scope.signal, gone.signal]),
    };
    running.push(
      untilExit(runCommand(command, part)).finally(() => {
        pipe?.end();
        if (from instanceof Pipe) from.closeReader();
      }),
    );
    if (pipe) stdin = pipe;
  }
  return (await Promise.all(running)).at(-1)!;
}

async function runCommand(node: CommandNode, scope: Scope): Promise<number> {
  try {
    const { inner, flush } = await redirected(node.redirects, scope, expansionOf(scope));
    try {
      return await runNode(node, inner);
    } finally {
      flush();
    }
  } catch (error) {
    return complain(error, scope);
  }
}

/** Turns what a command threw into words and a status. Our own mistakes go on. */
function complain(error: unknown, scope: Scope): number {
  if (error instanceof ShellSyntaxError) {
    scope.stderr.write(`bash: ${error.message}\n`);
    return 1;
  }
  if (error instanceof CommandError) {
    if (error.message !== "") scope.stderr.write(error.message);
    return error.status;
  }
  if (error instanceof FileError) {
    scope.stderr.write(`bash: ${error.path}: ${faultWords(error)}\n`);
    return 1;
  }
  throw error;
}

async function runNode(node: CommandNode, scope: Scope): Promise<number> {
  const { session } = scope;
  switch (node.type) {
    case "simple":
      return runSimple(node, scope);
    case "group": {
      if (!node.subshell) return runScript(node.body, scope);
      return untilExit(runScript(node.body, { ...scope, session: subshell(session) }));
    }
    case "if":
      for (const { condition, body } of node.branches) {
        if ((await runScript(condition, scope)) === 0) return runScript(body, scope);
      }
      return node.otherwise ? runScript(node.otherwise, scope) : 0;
    case "for": {
      const values = await expandWords(node.words, expansionOf(scope));
      let index = 0;
      return loop(scope, node.body, () => {
        if (index >= values.length) return Promise.resolve(false);
        session.variables.set(node.name, values[index++]!);
        return Promise.resolve(true);
      });
    }
    case "case":
      return runCase(node, scope);
    case "function":
      session.functions.set(node.name, node.body);
      return 0;
    case "while":
      return loop(scope, node.body, async () => {
        return ((await runScript(node.condition, scope)) === 0) !== node.until;
      });
  }
}

async function runCase(
  { word, branches }: Extract<CommandNode, { type: "case" }>,
  scope: Scope,
): Promise<number> {
  const expansion = expansionOf(scope);
  const text = await expandText(word, expansion);
  for (const { patterns, body } of branches) {
    for (const pattern of patterns) {
      if (globPattern(await patternText(pattern, expansion)).test(text)) {
        return body.length > 0 ? runScript(body, scope) : 0;
      }
    }
  }
  return 0;
}

/** A pattern's quoted parts stand for themselves. */
async function patternText(word: Word, expansion: Expansion): Promise<string> {
  let out = "";
  for (const part of word) {
    const text = await expandText([part], expansion);
    out += part.quoted ? text.replace(/[*?[\]\\]/g, "\\$&") : text;
  }
  return out;
}

/** A function's own parameters; the rest of the session is its caller's. */
async function runFunction(
  body: CommandNode,
  parameters: readonly string[],
  scope: Scope,
): Promise<number> {
  if (scope.depth > depthMax) throw new CommandError("bash: too many nested functions\n");
  const { session } = scope;
  const outer = session.parameters;
  session.parameters = parameters;
  try {
    return await untilReturn(runCommand(body, { ...scope, depth: scope.depth + 1 }));
  } finally {
    session.parameters = outer;
  }
}

/**
 * A round takes a millisecond of cluster time: a loop without end must leave the others, and
 * Ctrl+C, their turn.
 */
async function loop(scope: Scope, body: Script, goOn: () => Promise<boolean>): Promise<number> {
  let result = 0;
  while (!scope.signal.aborted && (await goOn())) {
    try {
      result = await runScript(body, scope);
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      if (error.kind === "break") return 0;
    }
    await scope.world.clock.sleep(1);
  }
  return scope.signal.aborted ? status.interrupted : result;
}

async function runSimple(
  node: Extract<CommandNode, { type: "simple" }>,
  scope: Scope,
): Promise<number> {
  const expansion = expansionOf(scope);
  const { session } = scope;
  const argv = expandAlias(await expandWords(node.words, expansion), session);
  const values = new Map<string, string>();
  for (const { name, value } of node.assignments) {
    values.set(name, await expandText(value, expansion));
  }
  if (argv.length === 0) {
    for (const [name, value] of values) session.variables.set(name, value);
    return expansion.status();
  }
  if (values.size === 0) return runArguments(argv, scope);
  // "NAME=value command": for that command only.
  const inner = subshell(session);
  for (const [name, value] of values) {
    inner.variables.set(name, value);
    inner.exported.add(name);
  }
  return runArguments(argv, { ...scope, session: inner });
}

function expandAlias(argv: string[], session: Session): string[] {
  const alias = session.aliases.get(argv[0] ?? "");
  if (alias === undefined) return argv;
  return [...alias.split(/\s+/).filter((word) => word !== ""), ...argv.slice(1)];
}

/** Runs one command by its arguments: how commands run others, too. */
async function runArguments(argv: readonly string[], scope: Scope): Promise<number> {
  const name = argv[0]!;
  const body = scope.session.functions.get(name);
  if (body !== undefined) return runFunction(body, argv.slice(1), scope);
  const bare = name.replace(/^\/(usr\/)?(local\/)?bin\//, "");
  const script = scope.session.executables.has(resolvePath(scope.session.cwd, name));
  if (script && name.includes("/")) return runArguments(["bash", ...argv], scope);
  const entry = scope.commands.get(bare);
  if (entry === undefined) return notFound(name, scope);
  const call: Call = {
    ...scope,
    name: bare,
    args: argv.slice(1),
    run: (inner, streams) =>
      runArguments(inner, { ...scope, ...streams, ...ttyOf(scope, streams) }),
    runLine: (line, streams) => {
      const inner = { ...scope, ...streams, ...ttyOf(scope, streams), depth: scope.depth + 1 };
      return runScript(parse(line), inner);
    },
  };
  // A command that does not look at its signal must not keep the prompt from coming back.
  const { signal } = scope;
  let onAbort = (): void => undefined;
  const interrupted = new Promise<number>((resolve) => {
    onAbort = () => resolve(status.interrupted);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  const running = runGuarded(entry, call, scope);
  return Promise.race([running, interrupted]).finally(() => {
    signal.removeEventListener("abort", onAbort);
  });
}

async function runGuarded(entry: CommandEntry, call: Call, scope: Scope): Promise<number> {
  try {
    const command = await scope.world.clock.during(entry.load());
    return await command.run(call);
  } catch (error) {
    if (scope.signal.aborted) return status.interrupted;
    if (error instanceof FileError) {
      scope.stderr.write(`${call.name}: ${error.path}: ${faultWords(error)}\n`);
      return 1;
    }
    if (isJump(error)) throw error;
    return complain(error, scope);
  }
}

function ttyOf(
  scope: Scope,
  streams: Partial<Streams> | undefined,
): Pick<Scope, "tty" | "stdinTty"> {
  return {
    tty: scope.tty && streams?.stdout === undefined,
    stdinTty: scope.stdinTty && streams?.stdin === undefined,
  };
}

function notFound(name: string, scope: Scope): number {
  const { world, session, stderr } = scope;
  if (name.includes("/")) {
    const kind = world.files.kind(resolvePath(session.cwd, name));
    if (kind === undefined) stderr.write(`bash: ${name}: No such file or directory\n`);
    else if (kind === "folder") stderr.write(`bash: ${name}: Is a directory\n`);
    else stderr.write(`bash: ${name}: Permission denied\n`);
    return kind === undefined ? status.notFound : 126;
  }
  const words = {
    bash: `bash: ${name}: command not found`,
    busybox: `sh: ${name}: not found`,
    dash: `sh: 1: ${name}: not found`,
  };
  stderr.write(`${words[session.dialect]}\n`);
  return status.notFound;
}

function expansionOf(scope: Scope): Expansion & { status(): number } {
  let substituted = 0;
  return {
    /** Of the last substitution; 0 when there was none: what "x=$(…)" alone returns. */
    status: () => substituted,
    session: scope.session,
    files: scope.world.files,
    async substitute(script) {
      const output = new Collector();
      const session = subshell(scope.session);
      const inner = { ...scope, session, stdout: output, tty: false, depth: scope.depth + 1 };
      substituted = await untilExit(runScript(script, inner));
      return output.text();
    },
  };
}
