// grep, and egrep and fgrep: lines that match.

import { CommandError, pathOf, type Call, type Command } from "../../command.ts";
import { joinPath } from "../../path.ts";
import { readLines } from "../../streams.ts";
import { parseOptions, type Options } from "../options.ts";
import { openInputs } from "./inputs.ts";
import { extendedPattern } from "./regex.ts";

const help = "grep [-ivcnlLowxqEFrhHs] [-e PATTERN] [-m COUNT] [-A|-B|-C LINES] PATTERN [FILE…]\n";

export const grep: readonly Command[] = ["grep", "egrep", "fgrep"].map((name) => ({
  name,
  summary: "print lines that match",
  help,
  run,
}));

async function run(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "ivcnlLowxqEFGPrRhHsa",
    values: "emABC",
    long: {
      "ignore-case": "i",
      "invert-match": "v",
      count: "c",
      "line-number": "n",
      regexp: "e",
      "files-with-matches": "l",
      "only-matching": "o",
      "word-regexp": "w",
      "line-regexp": "x",
      quiet: "q",
      silent: "q",
      "extended-regexp": "E",
      "fixed-strings": "F",
      recursive: "r",
      "max-count": "m",
      "after-context": "A",
      "before-context": "B",
      context: "C",
      color: "color",
      "line-buffered": "buffered",
      "no-messages": "s",
      "perl-regexp": "P",
    },
    absent: "DIUVTZbdfuz",
  });
  const operands = [...options.rest];
  const patterns = options.has("e") ? options.all("e") : operands.splice(0, 1);
  if (patterns.length === 0) {
    throw new CommandError(
      "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      2,
    );
  }
  const matcher = matcherOf(
    call,
    patterns.flatMap((one) => one.split("\n")),
    options,
  );
  const recursive = options.has("r") || options.has("R");
  const names = recursive ? walk(call, operands.length > 0 ? operands : ["."]) : operands;
  const { inputs, failed } = openInputs(call, names, (name, words) => `${name}: ${words}`);
  const titled = (names.length > 1 || recursive || options.has("H")) && !options.has("h");
  let matched = false;
  for (const { name, input } of inputs) {
    const title = titled ? (name === "-" ? "(standard input)" : name) : undefined;
    if (await search(call, input, matcher, options, title, name)) matched = true;
    if (matched && options.has("q")) return 0;
  }
  return failed && !options.has("q") ? 2 : matched ? 0 : 1;
}

function walk(call: Call, operands: readonly string[]): string[] {
  return operands.flatMap((operand) => {
    const { files } = call.world;
    const path = pathOf(call, operand);
    if (files.kind(path) !== "folder") return [operand];
    return files
      .list(path)
      .flatMap((name) => walk(call, [joinPath(operand, name.replace(/\/$/, ""))]));
  });
}

/** A global expression that finds every match. */
function matcherOf(call: Call, patterns: readonly string[], options: Options): RegExp {
  const fixed = options.has("F") || call.name === "fgrep";
  const extended = options.has("E") || options.has("P") || call.name === "egrep";
  const sources = patterns.map((pattern) => {
    const source = fixed
      ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      : extendedPattern(pattern, extended);
    if (options.has("x")) return `^(?:${source})$`;
    return options.has("w") ? `(?<!\\w)(?:${source})(?!\\w)` : source;
  });
  try {
    return new RegExp(sources.map((one) => `(?:${one})`).join("|"), options.has("i") ? "gi" : "g");
  } catch {
    const words = /\((?![^()]*\))/.test(patterns.join(""))
      ? "Unmatched ( or \\("
      : "Invalid regular expression";
    throw new CommandError(`grep: ${words}\n`, 2);
  }
}

async function search(
  call: Call,
  input: { read(): Promise<Uint8Array | null> },
  matcher: RegExp,
  options: Options,
  title: string | undefined,
  name: string,
): Promise<boolean> {
  const limit = Number(options.value("m") ?? Infinity);
  const before = Number(options.value("B") ?? options.value("C") ?? 0);
  const after = Number(options.value("A") ?? options.value("C") ?? 0);
  const quiet = options.has("q") || options.has("c") || options.has("l") || options.has("L");
  const print = (line: string, number: number, mark: ":" | "-"): void => {
    const place = options.has("n") ? `${number}${mark}` : "";
    call.stdout.write(`${title === undefined ? "" : title + mark}${place}${line}\n`);
  };
  let count = 0;
  let number = 0;
  let afterLeft = 0;
  let lastPrinted = 0;
  const held: string[] = [];
  for await (const line of readLines(input)) {
    number++;
    matcher.lastIndex = 0;
    const hit = matcher.test(line) !== options.has("v");
    if (hit) {
      count++;
      if (!quiet) {
        if ((before || after) && lastPrinted > 0 && number - held.length > lastPrinted + 1)
          call.stdout.write("--\n");
        held.forEach((one, at) => print(one, number - held.length + at, "-"));
        if (options.has("o")) for (const one of line.match(matcher) ?? []) print(one, number, ":");
        else print(line, number, ":");
        lastPrinted = number;
      }
      held.length = 0;
      afterLeft = after;
      if (count >= limit && afterLeft === 0) break;
    } else if (afterLeft > 0 && !quiet) {
      print(line, number, "-");
      lastPrinted = number;
      afterLeft--;
    } else if (before > 0) {
      held.push(line);
      if (held.length > before) held.shift();
    }
    if (options.has("q") && count > 0) break;
  }
  if (options.has("c")) call.stdout.write(`${title === undefined ? "" : `${title}:`}${count}\n`);
  if (options.has("l") && count > 0)
    call.stdout.write(`${name === "-" ? "(standard input)" : name}\n`);
  if (options.has("L") && count === 0) call.stdout.write(`${name}\n`);
  return count > 0;
}
