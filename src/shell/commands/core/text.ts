// Texts, whole or in part: cat, head, tail, wc, tee, base64.

import { base64, concat, fromBase64, noBytes, text as decode } from "../../../base/bytes.ts";
import { CommandError, pathOf, type Call, type Command } from "../../command.ts";
import { linesOf, readAll, readLines, readText } from "../../streams.ts";
import { parseOptions, usage } from "../options.ts";
import { pause } from "../pause.ts";
import { openInputs } from "./inputs.ts";

export const texts: readonly Command[] = [
  { name: "cat", summary: "print files", help: "cat [-n] [FILE…]\n", run: cat },
  { name: "head", summary: "print the first lines", help: "head [-n LINES] [FILE…]\n", run: head },
  {
    name: "tail",
    summary: "print the last lines",
    help: "tail [-n LINES] [-f] [FILE…]\n",
    run: tail,
  },
  { name: "wc", summary: "count lines, words and bytes", help: "wc [-lwcm] [FILE…]\n", run: wc },
  { name: "tee", summary: "write to files and on", help: "tee [-a] [FILE…]\n", run: tee },
  {
    name: "base64",
    summary: "encode or decode base64",
    help: "base64 [-d] [-w COLUMNS] [FILE]\n",
    run: base64Run,
  },
];

async function cat(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, {
    flags: "nbE",
    long: { number: "n", "number-nonblank": "b", "show-ends": "E" },
    absent: "ATestuv",
    absentLong: ["show-all", "show-nonprinting", "show-tabs", "squeeze-blank"],
  });
  const { inputs, failed } = openInputs(call, rest);
  let number = 0;
  for (const { input } of inputs) {
    if (!has("n") && !has("b") && !has("E")) {
      for (let chunk = await input.read(); chunk; chunk = await input.read())
        call.stdout.write(chunk);
      continue;
    }
    for await (const line of readLines(input)) {
      const numbered = has("b") ? line !== "" : has("n");
      const start = numbered ? `${String(++number).padStart(6)}\t` : "";
      call.stdout.write(`${start}${line}${has("E") ? "$" : ""}\n`);
    }
  }
  return failed ? 1 : 0;
}

const headTail = {
  flags: "qv",
  values: "nc",
  long: { lines: "n", bytes: "c", quiet: "q", silent: "q", verbose: "v" },
};

/** "head -5" is "head -n 5". */
function oldStyle(call: Call): Call {
  const args = call.args.map((arg, index) =>
    index === 0 && /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg,
  );
  return { ...call, args };
}

async function head(call: Call): Promise<number> {
  const options = parseOptions(oldStyle(call), { ...headTail, absent: "z" });
  const bytes = options.value("c");
  const count = countOf(call.name, bytes ?? options.value("n") ?? "10", bytes ? "bytes" : "lines");
  return sections(call, options, async (input) => {
    if (bytes !== undefined) {
      const all = await readAll(input);
      return call.stdout.write(all.slice(0, count.value));
    }
    if (count.sign === "-") {
      const lines = linesOf(await readText(input));
      for (const line of lines.slice(0, lines.length - count.value)) call.stdout.write(`${line}\n`);
      return;
    }
    let left = count.value;
    if (left === 0) return;
    for await (const line of readLines(input)) {
      call.stdout.write(`${line}\n`);
      if (--left === 0) return;
    }
  });
}

async function tail(call: Call): Promise<number> {
  const options = parseOptions(oldStyle(call), {
    ...headTail,
    flags: "qvfF",
    long: { ...headTail.long, follow: "f" },
    absent: "sz",
    absentLong: ["retry"],
  });
  const bytes = options.value("c");
  const count = countOf(call.name, bytes ?? options.value("n") ?? "10", bytes ? "bytes" : "lines");
  const follows = options.has("f") || options.has("F");
  const sizes = follows ? options.rest.map((name) => sizeOf(call, name)) : [];
  const shown = await sections(call, options, async (input) => {
    if (bytes !== undefined) {
      const all = await readAll(input);
      return call.stdout.write(count.value === 0 ? "" : all.slice(-count.value));
    }
    const lines = linesOf(await readText(input));
    const from = count.sign === "+" ? count.value - 1 : Math.max(0, lines.length - count.value);
    for (const line of lines.slice(from)) call.stdout.write(`${line}\n`);
  });
  if (follows) await follow(call, options.rest, sizes);
  return shown;
}

function sizeOf({ world, ...call }: Call, name: string): number {
  const path = pathOf(call, name);
  return world.files.kind(path) === "file" ? world.files.read(path).length : 0;
}

/** tail -f: what is written to the files from now on; looked at every second, as tail does. */
async function follow(call: Call, names: readonly string[], sizes: number[]): Promise<void> {
  while (!call.signal.aborted) {
    await pause(call, 1_000);
    for (const [at, name] of names.entries()) {
      const size = sizeOf(call, name);
      if (size < sizes[at]!) sizes[at] = 0;
      if (size > sizes[at]!)
        call.stdout.write(call.world.files.read(pathOf(call, name)).slice(sizes[at]));
      sizes[at] = size;
    }
  }
}

function countOf(tool: string, given: string, what: string): { sign: string; value: number } {
  const found = /^([+-]?)(\d+)$/.exec(given);
  if (found === null) throw new CommandError(`${tool}: invalid number of ${what}: ‘${given}’\n`);
  return { sign: found[1]!, value: Number(found[2]) };
}

async function sections(
  call: Call,
  options: { rest: readonly string[]; has(name: string): boolean },
  print: (input: { read(): Promise<Uint8Array | null> }) => Promise<void>,
): Promise<number> {
  const words = (name: string, fault: string): string =>
    fault === "Is a directory"
      ? `error reading '${name}': ${fault}`
      : `cannot open '${name}' for reading: ${fault}`;
  const { inputs, failed } = openInputs(call, options.rest, words);
  const titled = (options.rest.length > 1 || options.has("v")) && !options.has("q");
  for (const [index, { name, input }] of inputs.entries()) {
    if (titled) {
      const title = name === "-" ? "standard input" : name;
      call.stdout.write(`${index > 0 ? "\n" : ""}==> ${title} <==\n`);
    }
    await print(input);
  }
  return failed ? 1 : 0;
}

async function wc(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, {
    flags: "lwcm",
    long: { lines: "l", words: "w", bytes: "c", chars: "m" },
    absent: "L",
    absentLong: ["max-line-length", "files0-from"],
  });
  const wanted = ["l", "w", "m", "c"].filter(has);
  const shown = wanted.length > 0 ? wanted : ["l", "w", "c"];
  const { inputs, failed } = openInputs(call, rest);
  const rows: { counts: number[]; name: string }[] = [];
  for (const { name, input } of inputs) {
    const bytes = await readAll(input);
    const text = decode(bytes);
    const all: Record<string, number> = {
      l: text.split("\n").length - 1,
      w: text.split(/\s+/).filter((word) => word !== "").length,
      m: [...text].length,
      c: bytes.length,
    };
    rows.push({ counts: shown.map((one) => all[one]!), name: rest.length > 0 ? name : "" });
  }
  if (rows.length > 1) {
    const total = shown.map((_, at) => rows.reduce((sum, row) => sum + row.counts[at]!, 0));
    rows.push({ counts: total, name: "total" });
  }
  const fromPipe = rest.length === 0 && shown.length > 1;
  const widest = Math.max(...rows.flatMap((row) => row.counts).map((n) => String(n).length));
  const width = fromPipe ? 7 : shown.length === 1 && rows.length === 1 ? 1 : widest;
  for (const { counts, name } of rows) {
    const cells = counts.map((count) => String(count).padStart(width)).join(" ");
    call.stdout.write(`${cells}${name === "" ? "" : ` ${name}`}\n`);
  }
  return failed ? 1 : 0;
}

async function tee(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, { flags: "a", long: { append: "a" }, absent: "ip" });
  const { files } = call.world;
  const paths = rest.map((operand) => pathOf(call, operand));
  const before = paths.map((path) =>
    has("a") && files.kind(path) === "file" ? files.read(path) : noBytes,
  );
  const chunks: Uint8Array[] = [];
  for (let chunk = await call.stdin.read(); chunk; chunk = await call.stdin.read()) {
    chunks.push(chunk);
    call.stdout.write(chunk);
  }
  for (const [index, path] of paths.entries()) {
    files.write(path, concat(before[index]!, ...chunks));
  }
  return 0;
}

async function base64Run(call: Call): Promise<number> {
  const { has, value, rest } = parseOptions(call, {
    flags: "di",
    values: "w",
    long: { decode: "d", wrap: "w", "ignore-garbage": "i" },
  });
  if (rest.length > 1) throw usage("base64", `extra operand '${rest[1]}'`);
  const { inputs, failed } = openInputs(call, rest);
  if (failed) return 1;
  const bytes = await readAll(inputs[0]!.input);
  if (has("d")) {
    try {
      call.stdout.write(fromBase64(decode(bytes)));
      return 0;
    } catch {
      throw new CommandError("base64: invalid input\n");
    }
  }
  const width = Number(value("w") ?? 76);
  const encoded = base64(bytes);
  if (width === 0) call.stdout.write(encoded);
  else
    for (let at = 0; at < encoded.length; at += width)
      call.stdout.write(`${encoded.slice(at, at + width)}\n`);
  return 0;
}
