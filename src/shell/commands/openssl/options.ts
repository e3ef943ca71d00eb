// Options as openssl's commands read them (apps/lib/opt.c): one dash or two, a name, its value
// behind it.

import { CommandError, notHere } from "../../command.ts";

export interface OptionSpec {
  /** Names that stand alone. */
  readonly flags: string;
  /** Names that take a value. */
  readonly values: string;
  /** Names that the real command has and this one has not. */
  readonly absent?: string;
  /** How many operands it takes. Default: 0. */
  readonly operands?: number;
}

export interface Options {
  has(name: string): boolean;
  /** The last value given. */
  value(name: string): string | undefined;
  all(name: string): readonly string[];
  /** A whole number, not negative. Throws CommandError. */
  number(name: string): number | undefined;
  /** All options in the order they were given. */
  readonly given: readonly string[];
  readonly operands: readonly string[];
}

/** Throws CommandError in openssl's words. */
export function parseOptions(tool: string, args: readonly string[], spec: OptionSpec): Options {
  const flags = new Set(spec.flags.split(" "));
  const values = new Set(spec.values.split(" "));
  const absent = new Set((spec.absent ?? "").split(" "));
  const found = new Map<string, string[]>();
  const given: string[] = [];
  const rest = [...args];
  while (rest[0]?.startsWith("-") && rest[0] !== "-") {
    const typed = rest.shift()!;
    if (typed === "--") break;
    const [name = "", ...joined] = typed.replace(/^--?/, "").split("=");
    given.push(name);
    if (flags.has(name)) found.set(name, [...(found.get(name) ?? []), ""]);
    else if (values.has(name)) {
      const value = joined.length > 0 ? joined.join("=") : rest.shift();
      if (value === undefined) throw usage(tool, `Option ${typed} needs a value`);
      found.set(name, [...(found.get(name) ?? []), value]);
    } else if (absent.has(name)) {
      const why = `-${name} of openssl ${tool} (the real one has it, this one does not)`;
      throw new CommandError(`${tool}: ${notHere(why)}\n`);
    } else throw usage(tool, `Unknown option: -${name}`);
  }
  const extra = rest[spec.operands ?? 0];
  if (extra !== undefined) throw usage(tool, `Extra option: "${extra}"`);
  return {
    has: (name) => found.has(name),
    value: (name) => found.get(name)?.at(-1),
    all: (name) => found.get(name) ?? [],
    number(name) {
      const value = found.get(name)?.at(-1);
      if (value === undefined) return undefined;
      if (!/^-?\d+$/.test(value)) {
        throw usage(tool, `Can't parse "${value}" as a number`);
      }
      if (Number(value) < 0)
        throw usage(tool, `Non-positive number "${value}" for option -${name}`);
      return Number(value);
    },
    given,
    operands: rest,
  };
}

export function usage(tool: string, complaint: string): CommandError {
  return new CommandError(`${tool}: ${complaint}\n${tool}: Use -help for summary.\n`);
}
