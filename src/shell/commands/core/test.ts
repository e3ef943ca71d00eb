// test and [: conditions for if, while, && and || (XCU test).

import { CommandError, pathOf, type Call, type Command } from "../../command.ts";
import { globPattern } from "../../glob.ts";

export const tests: readonly Command[] = ["test", "[", "[["].map((name) => ({
  name,
  summary: "check a condition",
  help: "test EXPRESSION   (-f -d -e FILE, -z -n TEXT, A = B, A != B, N -eq -ne -lt -le -gt -ge M, !, -a, -o)\n",
  run: (call) => Promise.resolve(run(call)),
}));

function run(call: Call): number {
  const words = [...call.args];
  const closer = call.name === "[" ? "]" : call.name === "[[" ? "]]" : undefined;
  if (closer !== undefined && words.pop() !== closer) {
    throw new CommandError(`bash: ${call.name}: missing \`${closer}'\n`, 2);
  }
  let at = 0;
  const fail = (words: string): never => {
    throw new CommandError(`bash: ${call.name}: ${words}\n`, 2);
  };
  const number = (text: string): number =>
    /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : fail(`${text}: integer expression expected`);

  const primary = (): boolean => {
    const word = words[at];
    if (word === undefined) return false;
    const operator = words[at + 1];
    if (operator !== undefined && operator in binary && words[at + 2] !== undefined) {
      at += 3;
      return binary[operator]!(word, words[at - 1]!, number);
    }
    if (word === "!") {
      at++;
      return !primary();
    }
    if (word === "(") {
      at++;
      const value = either();
      if (words[at++] !== ")") fail("`)' expected");
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && operator !== undefined && !/^-[ao]$/.test(operator)) {
      at += 2;
      return unary(call, word, operator) ?? fail(`${word}: unary operator expected`);
    }
    at++;
    return word !== "";
  };
  const both = (): boolean => {
    let value = primary();
    while (words[at] === "-a") {
      at++;
      value = primary() && value;
    }
    return value;
  };
  const either = (): boolean => {
    let value = both();
    while (words[at] === "-o") {
      at++;
      value = both() || value;
    }
    return value;
  };
  const value = either();
  if (at < words.length) fail("too many arguments");
  return value ? 0 : 1;
}

type Binary = (a: string, b: string, number: (text: string) => number) => boolean;

const binary: Readonly<Record<string, Binary>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => globPattern(b).test(a),
  "!=": (a, b) => a !== b,
  "=~": (a, b) => new RegExp(b).test(a),
  "-eq": (a, b, number) => number(a) === number(b),
  "-ne": (a, b, number) => number(a) !== number(b),
  "-lt": (a, b, number) => number(a) < number(b),
  "-le": (a, b, number) => number(a) <= number(b),
  "-gt": (a, b, number) => number(a) > number(b),
  "-ge": (a, b, number) => number(a) >= number(b),
};

function unary(call: Call, operator: string, operand: string): boolean | undefined {
  const kind = call.world.files.kind(pathOf(call, operand));
  switch (operator) {
    case "-z":
      return operand === "";
    case "-n":
      return operand !== "";
    case "-e":
      return kind !== undefined;
    case "-f":
    case "-r":
    case "-w":
      return operator === "-f" ? kind === "file" : kind !== undefined;
    case "-d":
    case "-x":
      return kind === "folder";
    case "-s":
      return kind === "file" && call.world.files.read(pathOf(call, operand)).length > 0;
    case "-v":
      return call.session.variables.has(operand);
    default:
      return undefined;
  }
}
