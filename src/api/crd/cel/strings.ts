// Functions of texts: cel-go ext/strings.go and apiserver pkg/cel/library/regex.go.

import type { Patterns } from "../pattern.ts";
import type { CelFunctions } from "./environment.ts";

export function stringFunctions(patterns: Patterns): CelFunctions {
  const all = (pattern: string): RegExp => {
    const { source, flags } = patterns.get(pattern);
    return new RegExp(source, `${flags}g`);
  };
  const findAll = (text: string, pattern: string): string[] =>
    [...text.matchAll(all(pattern))].map(([found]) => found);
  return {
    functions: {
      "string.goMatches(string): bool": (text: string, pattern: string) =>
        patterns.get(pattern).test(text),
      "goMatches(string, string): bool": (text: string, pattern: string) =>
        patterns.get(pattern).test(text),
      "string.find(string): string": (text: string, pattern: string) =>
        patterns.get(pattern).exec(text)?.[0] ?? "",
      "string.findAll(string): list<string>": findAll,
      "string.findAll(string, int): list<string>": (text: string, pattern: string, n: bigint) =>
        n < 0n ? findAll(text, pattern) : findAll(text, pattern).slice(0, Number(n)),
      "string.charAt(int): string": (text: string, at: bigint) => [...text][Number(at)] ?? "",
      "string.replace(string, string): string": (text: string, old: string, now: string) =>
        text.split(old).join(now),
      "string.replace(string, string, int): string": (
        text: string,
        old: string,
        now: string,
        n: bigint,
      ) => {
        if (n < 0n) return text.split(old).join(now);
        const parts = text.split(old);
        const head = parts.slice(0, Number(n) + 1);
        return [head.join(now), ...parts.slice(Number(n) + 1)].join(old);
      },
      "string.reverse(): string": (text: string) => [...text].reverse().join(""),
      "string.format(list): string": formatted,
    },
  };
}

/** %s, %d, %f, %e, %b, %o, %x, %X and %%. Models ext/formatting.go. */
function formatted(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(/%(?:\.(\d+))?([sdfebxoX%])/g, (_, digits: string | undefined, verb) => {
    if (verb === "%") return "%";
    if (next >= values.length) throw new Error(`index ${next} out of range`);
    return inForm(values[next++], verb as string, digits === undefined ? 6 : Number(digits));
  });
}

function inForm(value: unknown, verb: string, digits: number): string {
  switch (verb) {
    case "f":
      return Number(value).toFixed(digits);
    case "e":
      return Number(value)
        .toExponential(digits)
        .replace(/e([+-])(\d)$/, "e$10$2");
    case "b":
      return (value as bigint).toString(2);
    case "o":
      return (value as bigint).toString(8);
    case "x":
      return (value as bigint).toString(16);
    case "X":
      return (value as bigint).toString(16).toUpperCase();
    default:
      return shown(value);
  }
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, "Z");
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (
    typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  ) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, one]) => `${name}: ${shown(one)}`).join(", ")}}`;
  }
  return String(value);
}
