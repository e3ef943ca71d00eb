// The shell's own commands: echo, printf, env, export, unset, alias, unalias, history, clear,
// true, false, :, exit, type, which, whoami, hostname, id, uname, source, break, continue.

import { text, utf8 } from "../../../base/bytes.ts";
import { CommandError, pathOf, readFileText, type Call, type Command } from "../../command.ts";
import { valueOf } from "../../session.ts";
import { readText } from "../../streams.ts";
import { ExitJump, LoopJump, untilExit, untilReturn } from "../../jumps.ts";
import { unescapeText } from "../../words.ts";
import { parseOptions } from "../options.ts";
import { printfText } from "./format.ts";

export const sessionCommands: readonly Command[] = [
  simple("echo", "print its arguments", "echo [-n] [-e] [TEXT…]\n", echo),
  simple("printf", "print by a format", "printf FORMAT [ARGUMENT…]\n", ({ args, stdout }) => {
    const given = args[0] === "--" ? args.slice(1) : args;
    const [format, ...rest] = given;
    if (format === undefined) {
      throw new CommandError("bash: printf: usage: printf [-v var] format [arguments]\n", 2);
    }
    stdout.write(printfText(format, rest));
  }),
  {
    name: "env",
    summary: "show variables, or run with others",
    help: "env [NAME=VALUE…] [COMMAND…]\n",
    run: env,
  },
  simple("printenv", "show variables", "printenv [NAME]\n", ({ args, session, stdout }) => {
    if (args.length === 0) stdout.write(exportedLines(session));
    for (const name of args) {
      const value = session.exported.has(name) ? session.variables.get(name) : undefined;
      if (value === undefined) return 1;
      stdout.write(`${value}\n`);
    }
    return 0;
  }),
  simple("export", "give variables to commands", "export NAME[=VALUE]…\n", exportRun),
  simple("unset", "forget variables", "unset NAME…\n", ({ args, session }) => {
    for (const name of args) {
      session.variables.delete(name);
      session.exported.delete(name);
    }
  }),
  simple("alias", "short names for commands", "alias [NAME='COMMAND']…\n", alias),
  simple("unalias", "forget an alias", "unalias NAME…\n", ({ args, session, stderr }) => {
    let status = 0;
    for (const name of args) {
      if (name === "-a") session.aliases.clear();
      else if (!session.aliases.delete(name)) {
        stderr.write(`bash: unalias: ${name}: not found\n`);
        status = 1;
      }
    }
    return status;
  }),
  simple("history", "lines typed before", "history [-c] [COUNT]\n", ({ args, session, stdout }) => {
    if (args[0] === "-c") return void session.history.splice(0);
    const count = args[0] === undefined ? Infinity : Number(args[0]);
    if (!(count >= 0))
      throw new CommandError(`bash: history: ${args[0]}: numeric argument required\n`);
    const first = Math.max(0, session.history.length - count);
    session.history.slice(first).forEach((line, index) => {
      stdout.write(`${String(first + index + 1).padStart(5)}  ${line}\n`);
    });
  }),
  simple("clear", "empty the screen", "clear   (or Ctrl+L)\n", ({ stdout }) => {
    stdout.write("\x1b[H\x1b[2J\x1b[3J");
  }),
  simple("true", "succeed", "true\n", () => 0),
  simple(":", "do nothing", ":\n", () => 0),
  simple("false", "fail", "false\n", () => 1),
  simple("exit", "end a script", "exit [STATUS]\n", ({ args, session }) => {
    throw new ExitJump(args[0] === undefined ? session.status : Number(args[0]) & 255);
  }),
  {
    name: "read",
    summary: "take a line of input into variables",
    help: "read [-r] NAME…\n",
    run: read,
  },
  simple("type", "say what a name stands for", "type NAME…\n", (call) => {
    let status = 0;
    for (const name of call.args) {
      const alias = call.session.aliases.get(name);
      if (alias !== undefined) call.stdout.write(`${name} is aliased to \`${alias}'\n`);
      else if (call.session.functions.has(name)) call.stdout.write(`${name} is a function\n`);
      else if (builtins.has(name)) call.stdout.write(`${name} is a shell builtin\n`);
      else if (call.commands.has(name)) call.stdout.write(`${name} is /usr/bin/${name}\n`);
      else {
        call.stderr.write(`bash: type: ${name}: not found\n`);
        status = 1;
      }
    }
    return status;
  }),
  simple("which", "say where a command is", "which NAME…\n", ({ args, commands, stdout }) => {
    const found = args.filter((name) => commands.has(name) && !builtins.has(name));
    for (const name of found) stdout.write(`/usr/bin/${name}\n`);
    return found.length === args.length ? 0 : 1;
  }),
  simple("whoami", "your user name", "whoami\n", ({ session, stdout }) =>
    stdout.write(`${session.user}\n`),
  ),
  simple(
    "hostname",
    "this machine's name",
    "hostname [-I]\n",
    ({ args, world, session, stdout }) => {
      const asksIp = /^-[Ii]$/.test(args[0] ?? "");
      stdout.write(asksIp ? `${world.laptop.ip} \n` : `${valueOf(session, "HOSTNAME")}\n`);
    },
  ),
  simple("id", "your user", "id\n", ({ session, stdout }) => {
    const id = session.user === "root" ? 0 : 1000;
    const { user } = session;
    stdout.write(`uid=${id}(${user}) gid=${id}(${user}) groups=${id}(${user})\n`);
  }),
  simple("uname", "this machine's system", "uname [-anrm]\n", ({ args, session, stdout }) => {
    const name = valueOf(session, "HOSTNAME");
    const shown = { a: `Linux ${name} 6.12.0-hotel #1 SMP x86_64 GNU/Linux`, n: name, m: "x86_64" };
    const letter = args[0]?.slice(1) ?? "";
    const more = { ...shown, r: "6.12.0-hotel", s: "Linux" } as Readonly<Record<string, string>>;
    stdout.write(`${more[letter] ?? "Linux"}\n`);
  }),
  { name: "source", summary: "run a file's lines here", help: "source FILE\n", run: source },
  { name: ".", summary: "run a file's lines here", help: ". FILE\n", run: source },
  {
    name: "bash",
    summary: "run a file's lines, or a command line",
    help: "bash -c LINE | bash FILE\n",
    run: bash,
  },
  {
    name: "sh",
    summary: "run a file's lines, or a command line",
    help: "sh -c LINE | sh FILE\n",
    run: bash,
  },
  simple("break", "leave a loop", "break\n", () => {
    throw new LoopJump("break");
  }),
  simple("continue", "go to a loop's next round", "continue\n", () => {
    throw new LoopJump("continue");
  }),
  simple(
    "set",
    "show variables, or set $1, $2 …",
    "set [-- WORD…]\n",
    ({ args, session, stdout }) => {
      const dashes = args.indexOf("--");
      if (dashes >= 0) return void (session.parameters = args.slice(dashes + 1));
      if (args.length > 0) return; // set -e and its like change nothing here
      for (const [name, value] of [...session.variables].sort()) stdout.write(`${name}=${value}\n`);
    },
  ),
];

const builtins = new Set(
  ". : alias bg break cd command continue declare disown echo eval exec exit export false fg history jobs kill local printf pwd read readonly return set shift source test trap true type unalias unset wait [".split(
    " ",
  ),
);

/** A command that waits for nothing. No number means success. */
function simple(
  name: string,
  summary: string,
  help: string,
  run: (call: Call) => number | void,
): Command {
  return { name, summary, help, run: (call) => Promise.resolve(run(call) ?? 0) };
}

function echo({ args, stdout }: Call): void {
  let words = args;
  let newline = true;
  let escapes = false;
  while (words[0] !== undefined && /^-[neE]+$/.test(words[0])) {
    if (words[0].includes("n")) newline = false;
    if (words[0].includes("e")) escapes = true;
    words = words.slice(1);
  }
  const line = words.join(" ");
  stdout.write((escapes ? unescapeText(line) : line) + (newline ? "\n" : ""));
}

function exportedLines(session: Call["session"]): string {
  const names = [...session.exported].filter((name) => session.variables.has(name)).sort();
  return names.map((name) => `${name}=${session.variables.get(name)}\n`).join("");
}

async function env(call: Call): Promise<number> {
  const { rest } = parseOptions(call, { absent: "0CSiuv", stopAtOperand: true });
  const words = [...rest];
  const given: string[] = [];
  while (words[0]?.includes("=")) given.push(words.shift()!);
  if (words.length > 0) {
    const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    return call.runLine(
      [...given.map((one) => one.replace(/=(.*)$/s, "='$1'")), ...quoted].join(" "),
    );
  }
  call.stdout.write(exportedLines(call.session) + given.map((one) => `${one}\n`).join(""));
  return 0;
}

function exportRun({ args, session, stdout, stderr }: Call): number {
  if (args.length === 0 || (args.length === 1 && args[0] === "-p")) {
    for (const name of [...session.exported].sort()) {
      stdout.write(`declare -x ${name}="${session.variables.get(name) ?? ""}"\n`);
    }
    return 0;
  }
  let status = 0;
  for (const argument of args) {
    const [name = "", ...value] = argument.split("=");
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      stderr.write(`bash: export: \`${argument}': not a valid identifier\n`);
      status = 1;
      continue;
    }
    if (argument.includes("=")) session.variables.set(name, value.join("="));
    session.exported.add(name);
  }
  return status;
}

function alias({ args, session, stdout, stderr }: Call): number {
  const print = (name: string): void => {
    stdout.write(`alias ${name}='${session.aliases.get(name)!.replaceAll("'", "'\\''")}'\n`);
  };
  if (args.length === 0) [...session.aliases.keys()].sort().forEach(print);
  let status = 0;
  for (const argument of args) {
    const [name = "", ...value] = argument.split("=");
    if (argument.includes("=")) session.aliases.set(name, value.join("="));
    else if (session.aliases.has(name)) print(name);
    else {
      stderr.write(`bash: alias: ${name}: not found\n`);
      status = 1;
    }
  }
  return status;
}

function source(call: Call): Promise<number> {
  const [file] = call.args;
  if (file === undefined) {
    throw new CommandError(`bash: ${call.name}: filename argument required\n`, 2);
  }
  if (call.world.files.kind(pathOf(call, file)) === undefined) {
    throw new CommandError(`bash: ${file}: No such file or directory\n`);
  }
  return untilReturn(call.runLine(readFileText(call, file)));
}

function bash(call: Call): Promise<number> {
  const words = [...call.args];
  // -e, -x, -l and their kin change nothing here; "-ec" has the c that matters.
  let first = words.shift();
  while (first !== undefined && /^-[a-z]*$/.test(first) && !first.endsWith("c"))
    first = words.shift();
  if (first === undefined) return lines(call);
  const isLine = /^-[a-z]*c$/.test(first);
  const line = isLine ? words.shift() : undefined;
  if (isLine && line === undefined) {
    throw new CommandError(`${call.name}: -c: option requires an argument\n`, 2);
  }
  const { session } = call;
  const outer = session.parameters;
  session.parameters = isLine ? words.slice(1) : words;
  const work = isLine ? call.runLine(line!) : source({ ...call, args: [first] });
  return untilExit(work).finally(() => (session.parameters = outer));
}

/** Without arguments a shell reads what it is to run. */
async function lines(call: Call): Promise<number> {
  return call.stdinTty ? 0 : untilExit(call.runLine(await readText(call.stdin)));
}

/** One line, and no more, of standard input: what follows is left for the next reader. */
async function read(call: Call): Promise<number> {
  const names = call.args.filter((word) => !word.startsWith("-"));
  let line = "";
  let more = true;
  while (more && !line.includes("\n")) {
    const chunk = await call.stdin.read();
    if (chunk === null) more = false;
    else line += text(chunk);
  }
  const end = line.indexOf("\n");
  if (end >= 0 && end + 1 < line.length) call.stdin.unread?.(utf8(line.slice(end + 1)));
  const words = (end < 0 ? line : line.slice(0, end)).trim();
  const fields = words.split(/\s+/);
  for (const [index, name] of (names.length > 0 ? names : ["REPLY"]).entries()) {
    const last = index >= names.length - 1;
    call.session.variables.set(name, last ? fields.slice(index).join(" ") : (fields[index] ?? ""));
  }
  return more ? 0 : 1;
}
