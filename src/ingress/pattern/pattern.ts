// A user's regular expression, made safe to run: bounded in length, read by our own parser, and
// run either by JavaScript's engine (when its shape cannot backtrack badly) or by a stepped
// matcher that gives up with "exhausted".
//
//   const pattern = compilePattern("/foo/(.+)", { ignoreCase: true });
//   matchPattern(pattern, "/foo/bar")   → ["/foo/bar", "bar"]

import { parsePattern, PatternError } from "./parse.ts";
import type { Node } from "./parse.ts";
import { compileProgram, newBudget, run } from "./program.ts";
import type { Outcome, Program } from "./program.ts";

export { PatternError } from "./parse.ts";
export type { Outcome } from "./program.ts";

/** Plain data: it survives a structured clone. */
export interface Pattern {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly names: Readonly<Record<string, number>>;
  /** Sticky, for patterns that cannot backtrack badly on texts up to these lengths. */
  readonly native: RegExp | undefined;
  readonly nativeMax: number;
  /** The same where every position of the text is tried. */
  readonly nativeSearchMax: number;
  readonly program: Program;
  /** The lower-case characters that every match begins with: most paths fail on these. */
  readonly literal: string;
}

/** The longest pattern accepted, in characters. */
const patternLengthMax = 1024;

/** Texts longer than this go to the stepped matcher, where time is bounded. */
const nativeTextMax = 2048;

/** The most ways through a text that JavaScript's engine may be given to try: some 100 ms. */
const waysMax = 2 ** 25;

/** Throws PatternError for a pattern that is malformed, too long, or not known here. */
export function compilePattern(source: string, options: { ignoreCase: boolean }): Pattern {
  if (source.length > patternLengthMax) {
    throw new PatternError(`longer than ${patternLengthMax} characters`, patternLengthMax);
  }
  const parsed = parsePattern(source);
  const ignoreCase = options.ignoreCase || parsed.ignoreCase;
  const program = compileProgram(parsed.node, parsed.groups, ignoreCase);
  if (!program) throw new PatternError("regular expression is too large", source.length);
  const { loops, choices } = freedomOf(parsed.node);
  const longest = (powers: number): number =>
    Math.min(nativeTextMax, Math.floor((waysMax / choices) ** (1 / powers)));
  const nativeMax = choices > waysMax ? 0 : loops === 0 ? nativeTextMax : longest(loops);
  return {
    source,
    ignoreCase,
    names: parsed.names,
    native: nativeMax > 0 ? native(parsed.node, ignoreCase) : undefined,
    nativeMax,
    nativeSearchMax: nativeMax > 0 ? longest(loops + 1) : 0,
    program,
    literal: literalStart(parsed.node).toLowerCase(),
  };
}

/** Whether a match begins at the first character; allocates nothing for harmless patterns. */
export function testPattern(pattern: Pattern, text: string): boolean | "exhausted" {
  if (pattern.native && text.length <= pattern.nativeMax) {
    pattern.native.lastIndex = 0;
    return pattern.native.test(text);
  }
  const outcome = run(pattern.program, text, 0);
  return outcome === "exhausted" ? outcome : outcome !== null;
}

/** The first match anywhere in the text, as `~` and ngx.re.match search; null for none. */
export function searchPattern(
  { native, nativeSearchMax, program }: Pattern,
  text: string,
): Outcome {
  const budget = newBudget();
  for (let at = 0; at <= text.length; at++) {
    let outcome: Outcome;
    if (native && text.length <= nativeSearchMax) {
      native.lastIndex = at;
      outcome = native.exec(text);
    } else outcome = run(program, text, at, budget);
    if (outcome !== null) return outcome;
  }
  return null;
}

/**
 * In how many ways a pattern may go through a text of n characters: n^loops × choices at most,
 * with an infinity of choices for what would multiply with every turn of a loop: a choice inside
 * a repetition, "(a|aa)+" and "(a?a?)+" alike. References and the like are not for JavaScript.
 */
function freedomOf(node: Node): { readonly loops: number; readonly choices: number } {
  let [loops, choices] = [0, 1];
  const visit = (part: Node, repeated: boolean): void => {
    switch (part.type) {
      case "cat":
        for (const one of part.nodes) visit(one, repeated);
        return;
      case "alt":
        choices *= repeated ? Infinity : part.nodes.length;
        for (const one of part.nodes) visit(one, repeated);
        return;
      case "group":
        return visit(part.node, repeated);
      case "repeat":
        if (repeated || part.greed === "possessive") choices = Infinity;
        else if (part.max === Infinity) loops++;
        else choices *= part.max - part.min + 1;
        return visit(part.node, part.max > 1);
      case "atomic":
      case "look":
      case "reference":
        choices = Infinity;
    }
  };
  visit(node, false);
  return { loops, choices };
}

function native(node: Node, ignoreCase: boolean): RegExp {
  return new RegExp(print(node), ignoreCase ? "iy" : "y");
}

/** A harmless tree in JavaScript's notation. `$` also holds before a last line feed (PCRE). */
function print(node: Node): string {
  switch (node.type) {
    case "char":
      return character(node.code);
    case "any":
      return "[^\\n]";
    case "set": {
      const members = node.ranges.map(([a, b]) => `${character(a)}-${character(b)}`).join("");
      return `[${node.negated ? "^" : ""}${members}]`;
    }
    case "start":
      return "^";
    case "end":
      return "(?=\\n?$)";
    case "boundary":
      return "\\b";
    case "notBoundary":
      return "\\B";
    case "cat":
      return node.nodes.map(print).join("");
    case "alt":
      return `(?:${node.nodes.map(print).join("|")})`;
    case "group":
      return `(${print(node.node)})`;
    case "repeat": {
      const { min, max } = node;
      const count = `{${min},${max === Infinity ? "" : max}}`;
      return `(?:${print(node.node)})${count}${node.greed === "lazy" ? "?" : ""}`;
    }
    default:
      throw new PatternError(`no harmless pattern holds ${node.type}`, 0);
  }
}

function character(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** The characters every match begins with. */
function literalStart(node: Node): string {
  const nodes = node.type === "cat" ? node.nodes : [node];
  let out = "";
  for (const part of nodes) {
    if (part.type === "start") continue;
    if (part.type !== "char") break;
    out += String.fromCharCode(part.code);
  }
  return out;
}
