// Small tools for lines and names: tac, rev, nl, paste, fold, column, yes, less, more, basename,
// dirname, readlink, realpath, mktemp, expr, md5sum's kin, stat, file, chmod, chown.

import { hex, noBytes } from "../../../base/bytes.ts";
import { calculate } from "../../arithmetic.ts";
import { CommandError, notHere, pathOf, type Call, type Command } from "../../command.ts";
import { baseName } from "../../path.ts";
import { linesOf, readAll, readText } from "../../streams.ts";
import { parseOptions, usage } from "../options.ts";
import { openInputs } from "./inputs.ts";

export const lineTools: readonly Command[] = [
  lines("tac", "print lines last first", (all) => all.toReversed()),
  lines("rev", "turn each line round", (all) => all.map((one) => [...one].reverse().join(""))),
  lines("nl", "number lines", (all) => {
    let number = 0;
    return all.map((one) => (one === "" ? "" : `${String(++number).padStart(6)}\t${one}`));
  }),
  tool("fold", "wrap long lines", "fold [-w COLUMNS] [FILE…]\n", fold),
  tool("paste", "put lines side by side", "paste [-s] [-d SEPARATOR] FILE…\n", paste),
  tool("column", "line fields up", "column [-t] [-s SEPARATOR] [FILE…]\n", column),
  tool("yes", "print a word for ever", "yes [WORD]   (Ctrl+C ends it)\n", yes),
  tool("less", "print a text (scroll the terminal to read it)", "less [FILE…]\n", page),
  tool("more", "print a text (scroll the terminal to read it)", "more [FILE…]\n", page),
  tool("basename", "a path's last part", "basename PATH [SUFFIX]\n", ({ args, stdout }) => {
    const [path, suffix = ""] = args;
    if (path === undefined) throw usage("basename", "missing operand");
    const name = baseName(path);
    const cut = suffix !== "" && name !== suffix && name.endsWith(suffix);
    stdout.write(`${cut ? name.slice(0, -suffix.length) : name}\n`);
  }),
  tool("dirname", "a path without its last part", "dirname PATH…\n", ({ args, stdout }) => {
    if (args.length === 0) throw usage("dirname", "missing operand");
    for (const path of args) {
      const trimmed = path.replace(/\/+$/, "");
      const slash = trimmed.lastIndexOf("/");
      stdout.write(`${slash < 0 ? "." : trimmed.slice(0, slash) || "/"}\n`);
    }
  }),
  tool("realpath", "a path from the root", "realpath PATH…\n", paths),
  tool("readlink", "a path from the root", "readlink -f PATH…\n", paths),
  tool("mktemp", "make an empty file of a new name", "mktemp [-d]\n", mktemp),
  tool("expr", "calculate", "expr NUMBER + NUMBER\n", expr),
  tool("sha256sum", "check sums", "sha256sum [FILE…]\n", checkSums),
  tool("chmod", "say who may do what (nothing is refused here)", "chmod MODE FILE…\n", (call) => {
    const [mode, ...files] = call.args.filter((word) => !/^-[a-zA-Z]*[Rvcf]$/.test(word));
    if (mode === undefined || files.length === 0) throw usage("chmod", "missing operand");
    if (!/^([0-7]{3,4}|[ugoa]*[-+=][rwxXst]*(,[ugoa]*[-+=][rwxXst]*)*)$/.test(mode)) {
      throw usage("chmod", `invalid mode: ‘${mode}’`);
    }
    for (const file of files) {
      if (call.world.files.kind(pathOf(call, file)) === undefined) {
        throw new CommandError(`chmod: cannot access '${file}': No such file or directory\n`);
      }
      if (/\+x|[1357]\d\d$|^[1357]/.test(mode)) call.session.executables.add(pathOf(call, file));
    }
  }),
];

function tool(
  name: string,
  summary: string,
  help: string,
  run: (call: Call) => number | void | Promise<number | void>,
): Command {
  return { name, summary, help, run: async (call) => (await run(call)) ?? 0 };
}

function lines(
  name: string,
  summary: string,
  change: (lines: readonly string[]) => readonly string[],
): Command {
  return tool(name, summary, `${name} [FILE…]\n`, async (call) => {
    const { rest } = parseOptions(call, {});
    const { inputs, failed } = openInputs(call, rest);
    for (const { input } of inputs) {
      const changed = change(linesOf(await readText(input)));
      call.stdout.write(changed.map((line) => `${line}\n`).join(""));
    }
    return failed ? 1 : 0;
  });
}

async function fold(call: Call): Promise<number> {
  const options = parseOptions(call, { flags: "s", values: "w", absent: "b" });
  const width = Number(options.value("w") ?? 80);
  if (!(width >= 1))
    throw new CommandError(`fold: invalid number of columns: ‘${options.value("w")}’\n`);
  const { inputs, failed } = openInputs(call, options.rest);
  for (const { input } of inputs) {
    for (const line of linesOf(await readText(input))) {
      for (let at = 0; at === 0 || at < line.length; at += width) {
        call.stdout.write(`${line.slice(at, at + width)}\n`);
      }
    }
  }
  return failed ? 1 : 0;
}

async function paste(call: Call): Promise<number> {
  const options = parseOptions(call, { flags: "s", values: "d", absent: "z" });
  const separator = options.value("d") ?? "\t";
  const { inputs, failed } = openInputs(call, options.rest);
  const all: string[][] = [];
  for (const { input } of inputs) all.push(linesOf(await readText(input)));
  if (options.has("s")) for (const one of all) call.stdout.write(`${one.join(separator)}\n`);
  else {
    const rows = Math.max(0, ...all.map((one) => one.length));
    for (let row = 0; row < rows; row++) {
      call.stdout.write(`${all.map((one) => one[row] ?? "").join(separator)}\n`);
    }
  }
  return failed ? 1 : 0;
}

async function column(call: Call): Promise<number> {
  const options = parseOptions(call, { flags: "t", values: "s", absent: "cdeHlnNoRx" });
  const { inputs, failed } = openInputs(call, options.rest);
  const rows: string[][] = [];
  const separator = options.value("s");
  for (const { input } of inputs) {
    for (const line of linesOf(await readText(input))) {
      const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
      if (line.trim() !== "") rows.push(options.has("t") ? fields : [line]);
    }
  }
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, field] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, field.length);
  }
  for (const row of rows) {
    const padded = row.map((field, at) =>
      at < row.length - 1 ? field.padEnd(widths[at]!) : field,
    );
    call.stdout.write(`${padded.join("  ")}\n`);
  }
  return failed ? 1 : 0;
}

/** A thousand lines a millisecond of cluster time: the others, and Ctrl+C, get their turn. */
async function yes(call: Call): Promise<number> {
  const word = call.args.length > 0 ? call.args.join(" ") : "y";
  const many = `${word}\n`.repeat(1000);
  while (!call.signal.aborted) {
    call.stdout.write(many);
    await call.world.clock.sleep(1);
  }
  return 0;
}

async function page(call: Call): Promise<number> {
  const operands = call.args.filter((word) => !word.startsWith("-") && !word.startsWith("+"));
  const { inputs, failed } = openInputs(call, operands);
  for (const { input } of inputs) call.stdout.write(await readAll(input));
  return failed ? 1 : 0;
}

function paths(call: Call): number {
  const operands = call.args.filter((word) => !word.startsWith("-"));
  if (operands.length === 0) throw usage(call.name, "missing operand");
  for (const path of operands) call.stdout.write(`${pathOf(call, path)}\n`);
  return 0;
}

function mktemp(call: Call): void {
  const { files, random } = call.world;
  if (files.kind("/tmp") === undefined) files.makeFolder("/tmp");
  const path = `/tmp/tmp.${random.suffix(10)}`;
  if (call.args.includes("-d")) files.makeFolder(path);
  else files.write(path, noBytes);
  call.stdout.write(`${path}\n`);
}

function expr(call: Call): number {
  const { args } = call;
  if (args.length === 0) throw usage("expr", "missing operand", 2);
  if (args.some((word) => word === ":" || word === "substr" || word === "match")) {
    throw new CommandError(
      `expr: ${notHere("texts in expr (the real expr has them); use sed")}\n`,
      2,
    );
  }
  if (args.length === 1) {
    call.stdout.write(`${args[0]}\n`);
    return args[0] === "0" || args[0] === "" ? 1 : 0;
  }
  try {
    const value = calculate(args.join(" ").replace(/(?<![=<>!])=(?!=)/g, "=="), () => "0");
    call.stdout.write(`${value}\n`);
    return value === 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandError("expr: syntax error\n", 2);
    throw error;
  }
}

async function checkSums(call: Call): Promise<number> {
  const { sha256 } = await call.world.clock.during(import("@noble/hashes/sha2.js"));
  const { rest } = parseOptions(call, { absent: "cbtwz" });
  const { inputs, failed } = openInputs(call, rest);
  for (const { name, input } of inputs) {
    call.stdout.write(`${hex(sha256(await readAll(input)))}  ${name}\n`);
  }
  return failed ? 1 : 0;
}
