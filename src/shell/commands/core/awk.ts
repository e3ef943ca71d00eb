// awk, as far as tutorials use it: [/pattern/ or comparison] { print … | printf … }, BEGIN, END,
// $n, NF, NR, -F, -v, strings, + - * /, sums in variables.

import { CommandError, notHere, type Call, type Command } from "../../command.ts";
import { readLines } from "../../streams.ts";
import { unescapeText } from "../../words.ts";
import { parseOptions } from "../options.ts";
import { formatText } from "./format.ts";
import { openInputs } from "./inputs.ts";
import { extendedPattern } from "./regex.ts";

export const awk: Command = {
  name: "awk",
  summary: "print fields of lines",
  help: "awk [-F SEPARATOR] [-v NAME=VALUE] '[PATTERN] { print $1, $2 }' [FILE…]\n",
  run,
};

type Value = string | number;

interface Rule {
  readonly when: "begin" | "end" | "line";
  readonly pattern: Evaluate | undefined;
  readonly actions: readonly ((state: State) => void)[];
}

interface State {
  fields: string[];
  number: number;
  readonly variables: Map<string, Value>;
  readonly out: (text: string) => void;
}

type Evaluate = (state: State) => Value;

async function run(call: Call): Promise<number> {
  const options = parseOptions(call, { values: "Fv", stopAtOperand: true });
  const [program, ...files] = options.rest;
  if (program === undefined) {
    throw new CommandError("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n", 2);
  }
  const variables = new Map<string, Value>([
    ["OFS", " "],
    ["ORS", "\n"],
  ]);
  for (const one of options.all("v")) {
    const [name = "", ...value] = one.split("=");
    variables.set(name, unescapeText(value.join("=")));
  }
  const rules = new Program(program).rules();
  const state: State = {
    fields: [""],
    number: 0,
    variables,
    out: (text) => call.stdout.write(text),
  };
  const act = (rule: Rule): void => rule.actions.forEach((action) => action(state));
  rules.filter((rule) => rule.when === "begin").forEach(act);
  const lines = rules.filter((rule) => rule.when === "line");
  const ends = rules.filter((rule) => rule.when === "end");
  if (lines.length + ends.length === 0) return 0;
  const { inputs, failed } = openInputs(
    call,
    files,
    (name, words) => `cannot open "${name}" (${words})`,
  );
  for (const { input } of inputs) {
    for await (const line of readLines(input)) {
      state.number++;
      state.fields = [
        line,
        ...split(line, options.value("F") ?? String(variables.get("FS") ?? " ")),
      ];
      for (const rule of lines) if (!rule.pattern || truth(rule.pattern(state))) act(rule);
    }
  }
  ends.forEach(act);
  return failed ? 2 : 0;
}

function split(line: string, separator: string): string[] {
  if (separator === " ") return line.split(/[ \t]+/).filter((field) => field !== "");
  if (line === "") return [];
  if (separator.length === 1 && separator !== "\\") return line.split(separator);
  return line.split(new RegExp(extendedPattern(unescapeText(separator), true)));
}

function truth(value: Value): boolean {
  return typeof value === "number" ? value !== 0 : value !== "";
}

function number(value: Value): number {
  return typeof value === "number" ? value : parseFloat(value) || 0;
}

function show(value: Value): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

/** A reader of programs: recursive descent, expressions by precedence. */
class Program {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    const pattern =
      /#[^\n]*|"(?:\\.|[^"\\])*"|\d+(?:\.\d+)?|[A-Za-z_]\w*|\+\+|--|[+\-*/%]=|[<>=!]=|&&|\|\||!~|\n|[^\s]/g;
    this.#tokens = [];
    let rest = text;
    // A "/" where an operand may stand begins a regular expression.
    while (rest !== "") {
      const before = this.#tokens.at(-1);
      const operand = before === undefined || /^([{(,;!~\n]|&&|\|\||!~|print)$/.test(before);
      const regex = operand ? /^\s*(\/(?:\\.|[^/\\])+\/)/.exec(rest) : null;
      pattern.lastIndex = 0;
      const found = regex ?? pattern.exec(rest);
      if (found === null) break;
      const token = regex ? regex[1]! : found[0];
      rest = rest.slice(found.index + found[0].length);
      if (!token.startsWith("#")) this.#tokens.push(token);
    }
  }

  rules(): Rule[] {
    const out: Rule[] = [];
    for (;;) {
      while (this.#peek() === "\n" || this.#peek() === ";") this.#at++;
      if (this.#peek() === undefined) return out;
      out.push(this.#rule());
    }
  }

  #rule(): Rule {
    const word = this.#peek();
    if (word === "BEGIN" || word === "END") {
      this.#at++;
      return {
        when: word === "BEGIN" ? "begin" : "end",
        pattern: undefined,
        actions: this.#block(),
      };
    }
    const pattern = word === "{" ? undefined : this.#expression();
    const print = (state: State): void => state.out(`${state.fields[0]}\n`);
    const actions = this.#peek() === "{" ? this.#block() : [print];
    return { when: "line", pattern, actions };
  }

  #block(): ((state: State) => void)[] {
    this.#want("{");
    const out: ((state: State) => void)[] = [];
    for (;;) {
      while (this.#peek() === ";" || this.#peek() === "\n") this.#at++;
      if (this.#take("}")) return out;
      out.push(this.#statement());
    }
  }

  #statement(): (state: State) => void {
    const word = this.#peek() ?? "";
    if (/^(if|for|while|do|getline|next|exit|function|delete)$/.test(word)) {
      throw new CommandError(`awk: ${notHere(`the statement ${word} (the real awk has it)`)}\n`, 2);
    }
    if (word === "print" || word === "printf") {
      this.#at++;
      const values = this.#list();
      if (word === "printf") {
        return (state) => {
          const [format = "", ...args] = values.map((value) => show(value(state)));
          state.out(formatText(format, args));
        };
      }
      return (state) => {
        const texts =
          values.length > 0 ? values.map((value) => show(value(state))) : [state.fields[0]!];
        state.out(
          texts.join(show(state.variables.get("OFS")!)) + show(state.variables.get("ORS")!),
        );
      };
    }
    const value = this.#expression();
    return (state) => void value(state);
  }

  #list(): Evaluate[] {
    const out: Evaluate[] = [];
    if (/^[};\n]$/.test(this.#peek() ?? "}")) return out;
    do out.push(this.#expression());
    while (this.#take(","));
    return out;
  }

  #expression(): Evaluate {
    const next = this.#tokens[this.#at + 1] ?? "";
    if (/^[A-Za-z_]\w*$/.test(this.#peek() ?? "") && /^([+\-*/%]?=|\+\+|--)$/.test(next)) {
      return this.#assignment();
    }
    return this.#binary(0);
  }

  #assignment(): Evaluate {
    const name = this.#tokens[this.#at]!;
    const operator = this.#tokens[this.#at + 1]!;
    this.#at += 2;
    const one: Evaluate = () => 1;
    const right = operator === "++" || operator === "--" ? one : this.#expression();
    return (state) => {
      const old = state.variables.get(name) ?? 0;
      const given = right(state);
      const sign = operator[0]!;
      const value = operator === "=" ? given : arithmetic[sign]!(number(old), number(given));
      state.variables.set(name, value);
      return value;
    };
  }

  #binary(level: number): Evaluate {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek() ?? "";
      const concatenates =
        operators === "concat" && /^(["$(\d]|[A-Za-z_])/.test(token) && token !== "in";
      if (operators !== "concat" && !operators.includes(token)) return left;
      if (operators === "concat" && !concatenates) return left;
      if (!concatenates) this.#at++;
      const a = left;
      const b = this.#binary(level + 1);
      left = concatenates ? (state) => show(a(state)) + show(b(state)) : combine(token, a, b);
    }
  }

  #unary(): Evaluate {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#fail();
    if (token === "(") {
      const value = this.#expression();
      this.#want(")");
      return value;
    }
    if (token === "-") {
      const value = this.#unary();
      return (state) => -number(value(state));
    }
    if (token === "!") {
      const value = this.#unary();
      return (state) => (truth(value(state)) ? 0 : 1);
    }
    if (token === "$") {
      const index = this.#unary();
      return (state) => state.fields[number(index(state))] ?? "";
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (token.startsWith('"')) {
      const text = unescapeText(token.slice(1, -1));
      return () => text;
    }
    if (token.startsWith("/") && token.length > 1) {
      const pattern = new RegExp(extendedPattern(token.slice(1, -1), true));
      return (state) => (pattern.test(state.fields[0]!) ? 1 : 0);
    }
    if (/^[A-Za-z_]/.test(token)) return this.#name(token);
    this.#at--;
    throw this.#fail();
  }

  #name(name: string): Evaluate {
    if (this.#peek() === "(" && name in functions) {
      this.#at++;
      const args = this.#peek() === ")" ? [] : this.#list();
      this.#want(")");
      return (state) => functions[name]!(...args.map((arg) => arg(state)));
    }
    if (this.#peek() === "(")
      throw new CommandError(`awk: ${notHere(`the function ${name}`)}\n`, 2);
    if (name === "NF") return (state) => state.fields.length - 1;
    if (name === "NR" || name === "FNR") return (state) => state.number;
    if (name === "length") return (state) => state.fields[0]!.length;
    return (state) => state.variables.get(name) ?? "";
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #want(token: string): void {
    if (!this.#take(token)) throw this.#fail();
  }

  #fail(): CommandError {
    const near = this.#peek() ?? "end of program";
    return new CommandError(`awk: line 1: syntax error at or near ${near}\n`, 2);
  }
}

const levels: readonly (readonly string[] | "concat")[] = [
  ["||"],
  ["&&"],
  ["~", "!~"],
  ["<", "<=", "==", "!=", ">", ">="],
  "concat",
  ["+", "-"],
  ["*", "/", "%"],
];

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

const functions: Readonly<Record<string, (...args: Value[]) => Value>> = {
  length: (text = "") => show(text).length,
  toupper: (text = "") => show(text).toUpperCase(),
  tolower: (text = "") => show(text).toLowerCase(),
  int: (value = 0) => Math.trunc(number(value)),
  substr: (text = "", from = 1, length = Infinity) => {
    const start = number(from) - 1;
    return show(text).slice(Math.max(0, start), start + number(length));
  },
  index: (text = "", part = "") => show(text).indexOf(show(part)) + 1,
};

function combine(operator: string, a: Evaluate, b: Evaluate): Evaluate {
  const plain = arithmetic[operator];
  if (plain) return (state) => plain(number(a(state)), number(b(state)));
  if (operator === "&&") return (state) => (truth(a(state)) && truth(b(state)) ? 1 : 0);
  if (operator === "||") return (state) => (truth(a(state)) || truth(b(state)) ? 1 : 0);
  if (operator === "~" || operator === "!~") {
    // The right side: a /regex/ compares with $0, so its source is read again as text.
    return (state) => {
      const subject = show(a(state));
      const hit = truth(b({ ...state, fields: [subject] }));
      return hit === (operator === "~") ? 1 : 0;
    };
  }
  return (state) => {
    const [left, right] = [a(state), b(state)];
    const numeric = looksNumeric(left) && looksNumeric(right);
    const order = numeric ? number(left) - number(right) : compareText(show(left), show(right));
    const holds: Record<string, boolean> = {
      "<": order < 0,
      "<=": order <= 0,
      "==": order === 0,
      "!=": order !== 0,
      ">": order > 0,
      ">=": order >= 0,
    };
    return holds[operator] ? 1 : 0;
  };
}

function looksNumeric(value: Value): boolean {
  return typeof value === "number" || /^\s*-?\d+(\.\d+)?\s*$/.test(value);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
