// A user's regular expression, made safe to run: bounded in length, read by our own parser, and
// run either by JavaScript's engine (when its shape cannot backtrack badly) or by a stepped
// matcher that gives up with "exhausted".
//
//   const pattern = compilePattern("/foo/(.+)", { ignoreCase: true });
//   matchPattern(pattern, "/foo/bar")   → ["/foo/bar", "bar"]

import { parsePattern, PatternError } from "./parse.ts";
import type { Node } from "./parse.ts";
import { compileProgram, run } from "./program.ts";
import type { Outcome, Program } from "./program.ts";

export { PatternError } from "./parse.ts";
export type { Outcome } from "./program.ts";

/** Plain data: it survives a structured clone. */
export interface Pattern {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly names: Readonly<Record<string, number>>;
  /** Sticky, for patterns that cannot backtrack badly. */
  readonly native: RegExp | undefined;
  readonly program: Program;
  /** The lower-case characters that every match begins with: most paths fail on these. */
  readonly literal: string;
}

/** The longest pattern accepted, in characters. */
const patternLengthMax = 1024;

/** Texts longer than this go to the stepped matcher, where time is bounded. */
const nativeTextMax = 2048;

/** Throws PatternError for a pattern that is malformed, too long, or not known here. */
export function compilePattern(source: string, options: { ignoreCase: boolean }): Pattern {
  if (source.length > patternLengthMax) {
    throw new PatternError(`longer than ${patternLengthMax} characters`, patternLengthMax);
  }
  const parsed = parsePattern(source);
  const ignoreCase = options.ignoreCase || parsed.ignoreCase;
  const program = compileProgram(parsed.node, parsed.groups, ignoreCase);
  if (!program) throw new PatternError("regular expression is too large", source.length);
  return {
    source,
    ignoreCase,
    names: parsed.names,
    native: isHarmless(parsed.node) ? native(parsed.node, ignoreCase) : undefined,
    program,
    literal: literalStart(parsed.node).toLowerCase(),
  };
}

/** The groups of the match that begins at `at`, null for none, or "exhausted". */
function matchPattern(pattern: Pattern, text: string, at = 0): Outcome {
  if (pattern.native && text.length <= nativeTextMax) {
    pattern.native.lastIndex = at;
    return pattern.native.exec(text);
  }
  return run(pattern.program, text, at);
}

/** Whether a match begins at the first character; allocates nothing for harmless patterns. */
export function testPattern(pattern: Pattern, text: string): boolean | "exhausted" {
  if (pattern.native && text.length <= nativeTextMax) {
    pattern.native.lastIndex = 0;
    return pattern.native.test(text);
  }
  const outcome = run(pattern.program, text, 0);
  return outcome === "exhausted" ? outcome : outcome !== null;
}

/** The first match anywhere in the text, as `~` and ngx.re.match search. */
export function searchPattern(pattern: Pattern, text: string): Outcome {
  for (let at = 0; at <= text.length; at++) {
    const outcome = matchPattern(pattern, text, at);
    if (outcome !== null) return outcome;
  }
  return null;
}

/**
 * Whether no text can make the pattern run longer than its square: no repetition inside a
 * repetition, at most two unbounded ones, no alternation under one, no references.
 */
function isHarmless(node: Node): boolean {
  let unbounded = 0;
  const visit = (part: Node, repeated: boolean): boolean => {
    switch (part.type) {
      case "cat":
        return part.nodes.every((one) => visit(one, repeated));
      case "alt":
        return !repeated && part.nodes.every((one) => visit(one, repeated));
      case "group":
        return visit(part.node, repeated);
      case "repeat": {
        if (part.greed === "possessive") return false;
        const loops = part.max > 1;
        if (loops && repeated) return false;
        if (part.max === Infinity) unbounded++;
        return visit(part.node, repeated || loops);
      }
      case "atomic":
      case "look":
      case "reference":
        return false;
      default:
        return true;
    }
  };
  return visit(node, false) && unbounded <= 2;
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
