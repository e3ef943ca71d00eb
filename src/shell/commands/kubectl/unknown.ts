// `kubectl gett`: no such command, and the ones that were perhaps meant.

import { KubectlError } from "./errors.ts";
import { realFlags } from "./flags.ts";

/** cobra's words, with its suggestions: names at most two edits away, or with that beginning. */
export function unknownCommand(words: readonly string[]): KubectlError {
  const word = words.find((one) => !one.startsWith("-")) ?? "";
  const names = Object.keys(realFlags).filter((path) => !path.includes(" "));
  const near = names.filter(
    (name) => distance(word.toLowerCase(), name) <= 2 || name.startsWith(word.toLowerCase()),
  );
  const meant =
    near.length > 0 ? `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join("")}` : "";
  return new KubectlError(`unknown command "${word}" for "kubectl"${meant}`);
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(change, row[j]! + 1, next[j - 1]! + 1);
    }
    row = next;
  }
  return row[b.length]!;
}
