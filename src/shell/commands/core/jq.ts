// jq, in the subset that people use on kubectl's output: paths, .[] and slices, pipes, commas,
// select, map, length, keys, sort_by, objects and arrays, string interpolation, comparisons,
// and/or/not, //, -r, -c.

import { CommandError, type Call, type Command } from "../../command.ts";
import { readText } from "../../streams.ts";
import { parseOptions } from "../options.ts";
import { openInputs } from "./inputs.ts";
import { compileJq } from "./jqprogram.ts";
import { JqError, type Json } from "./jqvalues.ts";

export const jq: Command = {
  name: "jq",
  summary: "pick parts of JSON",
  help: "jq [-r] [-c] FILTER [FILE…]\n",
  run,
};

async function run(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "rcneMSsj",
    long: {
      "raw-output": "r",
      "compact-output": "c",
      "null-input": "n",
      "sort-keys": "S",
      slurp: "s",
      "exit-status": "e",
      "monochrome-output": "M",
      "join-output": "j",
    },
    absent: "CRaf",
    absentLong: [
      "arg",
      "argjson",
      "args",
      "slurpfile",
      "rawfile",
      "tab",
      "indent",
      "stream",
      "seq",
      "color-output",
      "raw-input",
      "from-file",
    ],
  });
  const [source = ".", ...operands] = options.rest;
  const fail = (status: number, words: string): CommandError =>
    new CommandError(`jq: ${words}\n`, status);
  let filter: (input: Json) => Iterable<Json>;
  try {
    filter = compileJq(source);
  } catch (error) {
    if (!(error instanceof JqError)) throw error;
    throw fail(3, `error: ${error.message}\njq: 1 compile error`);
  }
  const { inputs, failed } = openInputs(
    call,
    operands,
    (name, words) => `error: Could not open ${name}: ${words}`,
  );
  if (failed) return 2;
  const values: Json[] = [];
  if (options.has("n")) values.push(null);
  else {
    for (const { input } of inputs) {
      const text = await readText(input);
      try {
        values.push(...parseStream(text));
      } catch (error) {
        throw fail(2, `parse error: ${(error as Error).message}`);
      }
    }
  }
  const given = options.has("s") ? [values] : values;
  let last: Json = null;
  for (const value of given) {
    try {
      for (const result of filter(value)) {
        last = result;
        const raw = (options.has("r") || options.has("j")) && typeof result === "string";
        call.stdout.write(raw ? result : print(result, options.has("c"), options.has("S")));
        if (!options.has("j")) call.stdout.write("\n");
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      call.stderr.write(`jq: error (at <stdin>:0): ${error.message}\n`);
      return 5;
    }
  }
  return options.has("e") && (last === null || last === false) ? 1 : 0;
}

function print(value: Json, compact: boolean, sorted: boolean): string {
  const shown = sorted ? sortKeys(value) : value;
  return compact
    ? JSON.stringify(shown)
    : JSON.stringify(shown, null, 2).replace(/\[\n\s*\]/g, "[]");
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key]!)]),
  );
}

/** JSON values one after another, as `kubectl -o json` of several commands gives. */
function parseStream(text: string): Json[] {
  const trimmed = text.trim();
  if (trimmed === "") return [];
  try {
    return [JSON.parse(trimmed) as Json];
  } catch (error) {
    const parts = splitValues(trimmed);
    if (parts.length < 2) throw error;
    return parts.map((part) => JSON.parse(part) as Json);
  }
}

function splitValues(text: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    const next = text[at + 1];
    const ends = !quoted && depth === 0 && (next === undefined || /[\s{["]/.test(next));
    if (ends && !/\s/.test(char)) {
      out.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  return out;
}
