// Options as getopt_long reads them, with the GNU tools' words for what is wrong, and words of
// our own for what the real tool has and this one has not.
//
//   const { has, value, rest } = parseOptions(call, { flags: "nr", values: "k", long: { key: "k" } });

import { CommandError, notHere, type Call } from "../command.ts";

export interface OptionSpec {
  /** Letters that stand alone. */
  readonly flags?: string;
  /** Letters that take a value. */
  readonly values?: string;
  /** Long names, each with the letter (or word) that it is the same as. */
  readonly long?: Readonly<Record<string, string>>;
  /** Letters that the real tool has and this one has not. */
  readonly absent?: string;
  readonly absentLong?: readonly string[];
  /** Stops at the first operand: `xargs`, `env`, `watch`. */
  readonly stopAtOperand?: boolean;
}

export interface Options {
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  all(name: string): readonly string[];
  /** The operands. */
  readonly rest: readonly string[];
}

/** Throws CommandError for anything that is not in `spec`. */
export function parseOptions(call: Pick<Call, "name" | "args">, spec: OptionSpec): Options {
  const found = new Map<string, string[]>();
  const rest: string[] = [];
  const args = [...call.args];
  const add = (name: string, value = ""): void => {
    found.set(name, [...(found.get(name) ?? []), value]);
  };
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === "--") {
      rest.push(...args.splice(0));
    } else if (arg.startsWith("--")) {
      readLong(arg, args, add, call.name, spec);
    } else if (arg.startsWith("-") && arg !== "-") {
      readLetters(arg, args, add, call.name, spec);
    } else {
      rest.push(arg);
      if (spec.stopAtOperand) rest.push(...args.splice(0));
    }
  }
  return {
    has: (name) => found.has(name),
    value: (name) => found.get(name)?.at(-1),
    all: (name) => found.get(name) ?? [],
    rest,
  };
}

type Add = (name: string, value?: string) => void;

function readLong(arg: string, args: string[], add: Add, tool: string, spec: OptionSpec): void {
  const [name = "", ...more] = arg.slice(2).split("=");
  const letter = spec.long?.[name];
  if (letter === undefined) {
    if (spec.absentLong?.includes(name)) throw absent(tool, `--${name}`);
    throw usage(tool, `unrecognized option '--${name}'`);
  }
  if (!(spec.values ?? "").includes(letter) || letter.length !== 1) {
    if (more.length > 0 && letter.length === 1) {
      throw usage(tool, `option '--${name}' doesn't allow an argument`);
    }
    add(letter, more.join("="));
  } else if (more.length > 0) add(letter, more.join("="));
  else if (args.length > 0) add(letter, args.shift());
  else throw usage(tool, `option '--${name}' requires an argument`);
}

function readLetters(arg: string, args: string[], add: Add, tool: string, spec: OptionSpec): void {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at]!;
    if (spec.values?.includes(letter)) {
      const value = at + 1 < arg.length ? arg.slice(at + 1) : args.shift();
      if (value === undefined) throw usage(tool, `option requires an argument -- '${letter}'`);
      add(letter, value);
      return;
    }
    if (spec.flags?.includes(letter)) add(letter);
    else if (spec.absent?.includes(letter)) throw absent(tool, `-${letter}`);
    else throw usage(tool, `invalid option -- '${letter}'`);
  }
}

/** A complaint as the GNU tools end it. */
export function usage(tool: string, complaint: string, status = 1): CommandError {
  return new CommandError(
    `${tool}: ${complaint}\nTry '${tool} --help' for more information.\n`,
    status,
  );
}

function absent(tool: string, option: string): CommandError {
  return new CommandError(
    `${tool}: ${notHere(`${option} (the real ${tool} has it, this one does not)`)}\n`,
  );
}
