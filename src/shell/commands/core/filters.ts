// Line filters: sort, uniq, cut, tr, seq, rev, nl.

import { CommandError, type Call, type Command } from "../../command.ts";
import { linesOf, readText } from "../../streams.ts";
import { unescapeText } from "../../words.ts";
import { parseOptions, usage } from "../options.ts";
import { openInputs } from "./inputs.ts";

export const filters: readonly Command[] = [
  {
    name: "sort",
    summary: "sort lines",
    help: "sort [-rnuf] [-k FIELD] [-t SEPARATOR] [FILE…]\n",
    run: sort,
  },
  { name: "uniq", summary: "drop repeated lines", help: "uniq [-cdui] [FILE]\n", run: uniq },
  {
    name: "cut",
    summary: "print parts of lines",
    help: "cut -d SEPARATOR -f FIELDS | -c CHARACTERS [FILE…]\n",
    run: cut,
  },
  { name: "tr", summary: "replace characters", help: "tr [-dsc] SET1 [SET2]\n", run: tr },
  { name: "seq", summary: "print numbers", help: "seq [FIRST [STEP]] LAST\n", run: seq },
];

async function allLines(
  call: Call,
  operands: readonly string[],
): Promise<{ lines: string[]; failed: boolean }> {
  const { inputs, failed } = openInputs(call, operands);
  const lines: string[] = [];
  for (const { input } of inputs)
    for (const line of linesOf(await readText(input))) lines.push(line);
  return { lines, failed };
}

async function sort(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "rnufVhs",
    values: "kto",
    long: {
      reverse: "r",
      "numeric-sort": "n",
      unique: "u",
      "ignore-case": "f",
      key: "k",
      "field-separator": "t",
      "version-sort": "V",
      "human-numeric-sort": "h",
      stable: "s",
    },
    absent: "CMRSTbcdgimz",
  });
  const { lines, failed } = await allLines(call, options.rest);
  const separator = options.value("t");
  const keys = options.all("k").map((key) => parseKey(key, options.has));
  const compareWhole = comparison({
    n: options.has("n") || options.has("h"),
    f: options.has("f"),
    V: options.has("V"),
  });
  const compare = (a: string, b: string): number => {
    for (const key of keys) {
      const order = key.compare(fieldsOf(a, key, separator), fieldsOf(b, key, separator));
      if (order !== 0) return key.reverse ? -order : order;
    }
    const order = keys.length > 0 ? byText(a, b) : compareWhole(a, b) || byText(a, b);
    return options.has("r") ? -order : order;
  };
  let sorted = [...lines].sort(compare);
  if (options.has("u"))
    sorted = sorted.filter((line, at) => at === 0 || compare(sorted[at - 1]!, line) !== 0);
  for (const line of sorted) call.stdout.write(`${line}\n`);
  return failed ? 2 : 0;
}

interface SortKey {
  readonly from: number;
  readonly to: number;
  readonly reverse: boolean;
  readonly compare: (a: string, b: string) => number;
}

function parseKey(key: string, has: (name: string) => boolean): SortKey {
  const found = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(key);
  if (found === null) {
    throw new CommandError(
      `sort: invalid number at field start: invalid count at start of ‘${key}’\n`,
      2,
    );
  }
  const letters = (found[2] ?? "") + (found[4] ?? "");
  const own = letters !== "";
  const is = (letter: string): boolean => (own ? letters.includes(letter) : has(letter));
  return {
    from: Number(found[1]),
    to: Number(found[3] ?? Infinity),
    reverse: is("r"),
    compare: comparison({ n: is("n") || is("h"), f: is("f"), V: is("V") }),
  };
}

function fieldsOf(line: string, key: SortKey, separator: string | undefined): string {
  const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  return fields.slice(key.from - 1, key.to).join(separator ?? " ");
}

function comparison(how: { n: boolean; f: boolean; V: boolean }): (a: string, b: string) => number {
  if (how.n) return (a, b) => (parseFloat(a) || 0) - (parseFloat(b) || 0);
  if (how.V) return (a, b) => a.localeCompare(b, "en", { numeric: true });
  if (how.f) return (a, b) => byText(a.toUpperCase(), b.toUpperCase());
  return byText;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function uniq(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, {
    flags: "cdui",
    long: { count: "c", repeated: "d", unique: "u", "ignore-case": "i" },
    absent: "Dfswz",
  });
  const { lines, failed } = await allLines(call, rest.slice(0, 1));
  const same = (line: string): string => (has("i") ? line.toLowerCase() : line);
  const groups: { line: string; count: number }[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last && same(last.line) === same(line)) last.count++;
    else groups.push({ line, count: 1 });
  }
  for (const { line, count } of groups) {
    if ((has("d") && count === 1) || (has("u") && count > 1)) continue;
    call.stdout.write(has("c") ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`);
  }
  return failed ? 1 : 0;
}

async function cut(call: Call): Promise<number> {
  const options = parseOptions(call, {
    flags: "s",
    values: "dfcb",
    long: {
      delimiter: "d",
      fields: "f",
      characters: "c",
      bytes: "b",
      "only-delimited": "s",
      complement: "complement",
      "output-delimiter": "output",
    },
    absent: "nz",
  });
  const fields = options.value("f");
  const chars = options.value("c") ?? options.value("b");
  if (fields === undefined && chars === undefined) {
    throw usage("cut", "you must specify a list of bytes, characters, or fields");
  }
  const separator = options.value("d") ?? "\t";
  if (separator.length !== 1) throw usage("cut", "the delimiter must be a single character");
  const chosen = listOf(fields ?? chars!);
  const { lines, failed } = await allLines(call, options.rest);
  for (const line of lines) {
    if (chars !== undefined) {
      call.stdout.write(`${[...line].filter((_, at) => chosen(at + 1)).join("")}\n`);
    } else if (!line.includes(separator)) {
      if (!options.has("s")) call.stdout.write(`${line}\n`);
    } else {
      const kept = line.split(separator).filter((_, at) => chosen(at + 1));
      call.stdout.write(`${kept.join(separator)}\n`);
    }
  }
  return failed ? 1 : 0;
}

function listOf(list: string): (index: number) => boolean {
  const ranges = list.split(",").map((part) => {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (found === null || part === "" || part === "-") {
      throw usage("cut", `invalid field value '${part}'`);
    }
    const from = Number(found[1] || 1);
    return { from, to: found[2] === "" ? from : Number(found[3] || Infinity) };
  });
  return (index) => ranges.some(({ from, to }) => index >= from && index <= to);
}

async function tr(call: Call): Promise<number> {
  const { has, rest } = parseOptions(call, {
    flags: "dscC",
    long: { delete: "d", "squeeze-repeats": "s", complement: "c" },
    absent: "t",
  });
  const [one, two] = rest;
  if (one === undefined) throw usage("tr", "missing operand");
  if (two === undefined && !has("d") && !has("s"))
    throw usage("tr", `missing operand after ‘${one}’`);
  const from = setOf(one);
  const to = two === undefined ? [] : setOf(two);
  const complement = has("c") || has("C");
  const inFrom = (char: string): boolean => from.includes(char) !== complement;
  let last = "";
  for (let chunk = await call.stdin.read(); chunk; chunk = await call.stdin.read()) {
    let out = "";
    for (const char of new TextDecoder().decode(chunk)) {
      if (has("d") && inFrom(char)) continue;
      let next = char;
      if (!has("d") && to.length > 0 && inFrom(char)) {
        next = complement ? to.at(-1)! : to[Math.min(from.indexOf(char), to.length - 1)]!;
      }
      const squeezed = has("s") && next === last && (two ? to.includes(next) : inFrom(next));
      if (!squeezed) out += next;
      last = next;
    }
    call.stdout.write(out);
  }
  return 0;
}

function setOf(spec: string): string[] {
  const classes: Record<string, string> = {
    upper: "A-Z",
    lower: "a-z",
    digit: "0-9",
    alpha: "A-Za-z",
    alnum: "A-Za-z0-9",
    space: " \\t\\n\\r",
    blank: " \\t",
    punct: "!-/:-@[-`{-~",
  };
  const plain = unescapeText(
    spec.replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all),
  );
  const out: string[] = [];
  for (let at = 0; at < plain.length; at++) {
    const end = plain[at + 2];
    if (plain[at + 1] === "-" && end !== undefined) {
      for (let code = plain.charCodeAt(at); code <= end.charCodeAt(0); code++)
        out.push(String.fromCharCode(code));
      at += 2;
    } else out.push(plain[at]!);
  }
  return out;
}

/** The most numbers `seq` prints. */
const seqMax = 1_000_000;

function seq(call: Call): Promise<number> {
  const args = call.args.filter((arg) => !/^-[a-z]/.test(arg));
  if (args.length === 0) throw usage("seq", "missing operand");
  const bad = args.find((arg) => !/^-?\d+(\.\d+)?$/.test(arg));
  if (bad !== undefined) throw usage("seq", `invalid floating point argument: ‘${bad}’`);
  const numbers = args.map(Number);
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : (numbers as [number, number, number]);
  if (step === 0) throw usage("seq", "invalid Zero increment value: ‘0’");
  const count = Math.floor((last - first) / step) + 1;
  if (count > seqMax)
    throw new CommandError(`seq: not in this hotel: more than ${seqMax} numbers\n`);
  const places = Math.max(...args.map((arg) => arg.split(".")[1]?.length ?? 0));
  for (let at = 0; at < count; at++) call.stdout.write(`${(first + at * step).toFixed(places)}\n`);
  return Promise.resolve(0);
}
