// Words become arguments: braces, tilde, variables, command substitution, arithmetic, field
// splitting, globs, quote removal, in this order (XCU section 2.6, and bash's brace expansion).

import { calculate } from "./arithmetic.ts";
import type { Files } from "./files.ts";
import { expandGlob, globPattern, hasGlob } from "./glob.ts";
import { valueOf, type Session } from "./session.ts";
import { ShellSyntaxError, type Part, type Script, type Word } from "./syntax.ts";

export interface Expansion {
  readonly session: Session;
  readonly files: Files;
  /** What a command substitution prints. */
  substitute(script: Script): Promise<string>;
}

/** A piece of a word after expansion. `splits`: its white space separates fields. */
interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  readonly splits: boolean;
}

/** All words as arguments. */
export async function expandWords(words: readonly Word[], expansion: Expansion): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    for (const one of expandBraces(word)) out.push(...(await expandFields(one, expansion)));
  }
  return out;
}

/** One word as one text, without splitting and globs: assignments, redirections, here-documents. */
export async function expandText(word: Word, expansion: Expansion): Promise<string> {
  const pieces = await expandParts(word, expansion);
  return pieces.map((piece) => piece.text).join("");
}

async function expandFields(word: Word, expansion: Expansion): Promise<string[]> {
  const fields: Piece[][] = [];
  let current: Piece[] | undefined;
  for (const piece of await expandParts(word, expansion)) {
    if (!piece.splits) {
      (current ??= []).push(piece);
      continue;
    }
    for (const chunk of piece.text.split(/([ \t\n]+)/)) {
      if (chunk === "") continue;
      if (/^[ \t\n]/.test(chunk)) {
        if (current) fields.push(current);
        current = undefined;
      } else (current ??= []).push({ text: chunk, quoted: false, splits: false });
    }
  }
  if (current) fields.push(current);
  return fields.flatMap((field) => globField(field, expansion));
}

function globField(field: readonly Piece[], { session, files }: Expansion): string[] {
  const plain = field.map((piece) => piece.text).join("");
  const pattern = field
    .map((piece) => (piece.quoted ? piece.text.replace(/[*?[\]\\]/g, "\\$&") : piece.text))
    .join("");
  if (!hasGlob(pattern)) return [plain];
  const found = expandGlob(pattern, session.cwd, files);
  return found.length > 0 ? found : [plain];
}

async function expandParts(word: Word, expansion: Expansion): Promise<Piece[]> {
  const out: Piece[] = [];
  for (const [index, part] of word.entries()) {
    if (part.type === "text") {
      const text =
        index === 0 && !part.quoted ? expandTilde(part.text, expansion.session) : part.text;
      out.push({ text, quoted: part.quoted, splits: false });
    } else if (part.type === "variable" && part.name === "@" && part.operator === undefined) {
      // Each parameter is a field of its own; between quotes it stays whole.
      for (const [at, text] of expansion.session.parameters.entries()) {
        if (at > 0) out.push({ text: " ", quoted: false, splits: true });
        out.push({ text, quoted: part.quoted, splits: !part.quoted });
      }
    } else {
      const text = await expandDollar(part, expansion);
      out.push({ text, quoted: part.quoted, splits: !part.quoted });
    }
  }
  return out;
}

function expandTilde(text: string, session: Session): string {
  return text.replace(/^~(?=\/|$)/, valueOf(session, "HOME"));
}

async function expandDollar(
  part: Exclude<Part, { type: "text" }>,
  expansion: Expansion,
): Promise<string> {
  if (part.type === "command") {
    return (await expansion.substitute(part.script)).replace(/\n+$/, "");
  }
  const lookup = (name: string): string => valueOf(expansion.session, name);
  if (part.type === "arithmetic") {
    try {
      return String(calculate(await expandText(part.expression, expansion), lookup));
    } catch (error) {
      throw error instanceof SyntaxError ? new ShellSyntaxError(error.message) : error;
    }
  }
  return expandVariable(part, expansion);
}

/** The parameter expansions of XCU section 2.6.2. */
async function expandVariable(
  { name, operator, operand = [] }: Extract<Part, { type: "variable" }>,
  expansion: Expansion,
): Promise<string> {
  const { session } = expansion;
  const value = valueOf(session, name);
  if (operator === undefined) return value;
  if (operator === "length") return String(value.length);
  const missing = operator.startsWith(":") ? value === "" : !isSet(session, name);
  switch (operator.replace(":", "")) {
    case "-":
      return missing ? expandText(operand, expansion) : value;
    case "+":
      return missing ? "" : expandText(operand, expansion);
    case "=": {
      if (!missing) return value;
      const text = await expandText(operand, expansion);
      session.variables.set(name, text);
      return text;
    }
    case "?": {
      if (!missing) return value;
      const message = await expandText(operand, expansion);
      throw new ShellSyntaxError(`${name}: ${message || "parameter null or not set"}`);
    }
    default:
      return trim(value, operator, await expandText(operand, expansion));
  }
}

function isSet(session: Session, name: string): boolean {
  if (/^[1-9]\d*$/.test(name)) return Number(name) <= session.parameters.length;
  return session.variables.has(name) || /^[?$#0]$/.test(name);
}

/** "#" and "##" cut the shortest and longest matching start, "%" and "%%" the end. */
function trim(value: string, operator: string, pattern: string): string {
  const matcher = globPattern(pattern);
  const lengths = Array.from({ length: value.length + 1 }, (_, index) => index);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    const fromStart = operator.startsWith("#");
    const cut = fromStart ? value.slice(0, length) : value.slice(value.length - length);
    if (matcher.test(cut))
      return fromStart ? value.slice(length) : value.slice(0, -length || undefined);
  }
  return value;
}

/** "{a,b}" and "{1..5}" in unquoted text; other braces stay (a JSONPath, for one). */
function expandBraces(word: Word): Word[] {
  for (const [index, part] of word.entries()) {
    if (part.type !== "text" || part.quoted) continue;
    const found = findBraces(part.text);
    if (found === undefined) continue;
    return found.choices.flatMap((choice) => {
      const text = found.before + choice + found.after;
      const middle: Word = text === "" ? [] : [{ type: "text", text, quoted: false }];
      return expandBraces([...word.slice(0, index), ...middle, ...word.slice(index + 1)]);
    });
  }
  return [word];
}

/** The most words one "{1..n}" makes. */
const braceWordsMax = 10_000;

function findBraces(
  text: string,
): { before: string; choices: string[]; after: string } | undefined {
  for (let start = text.indexOf("{"); start >= 0; start = text.indexOf("{", start + 1)) {
    let depth = 0;
    const commas: number[] = [];
    for (let at = start; at < text.length; at++) {
      const char = text[at];
      if (char === "{") depth++;
      else if (char === "," && depth === 1) commas.push(at);
      else if (char === "}" && --depth === 0) {
        const inside = text.slice(start + 1, at);
        const choices = commas.length > 0 ? splitAt(text, start, commas, at) : range(inside);
        if (choices === undefined) break;
        return { before: text.slice(0, start), choices, after: text.slice(at + 1) };
      }
    }
  }
  return undefined;
}

function splitAt(text: string, start: number, commas: number[], end: number): string[] {
  const edges = [start, ...commas, end];
  return edges.slice(1).map((edge, index) => text.slice(edges[index]! + 1, edge));
}

function range(inside: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)$/.exec(inside);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(inside);
  const found = numbers ?? letters;
  if (found === null) return undefined;
  const value = (end: string): number => (numbers ? Number(end) : end.charCodeAt(0));
  const from = value(found[1]!);
  const to = value(found[2]!);
  const count = Math.abs(to - from) + 1;
  if (count > braceWordsMax) return undefined;
  const step = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, index) => {
    const at = from + index * step;
    return numbers ? String(at) : String.fromCharCode(at);
  });
}
