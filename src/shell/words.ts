// Reads the words of a command line: quotes, escapes, variables, substitutions.
// Models the token recognition and the quoting rules of XCU sections 2.2 and 2.3.

import { ShellSyntaxError, type Part, type Script, type Word } from "./syntax.ts";

const metacharacters = new Set([" ", "\t", "\n", ";", "|", "&", "<", ">", "(", ")"]);

/** A text and how far it has been read. */
export class Source {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get char(): string {
    return this.text[this.at] ?? "";
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  starts(words: string): boolean {
    return this.text.startsWith(words, this.at);
  }

  take(words: string): boolean {
    if (!this.starts(words)) return false;
    this.at += words.length;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[0];
  }
}

/** How words reach back into the grammar: the script of "$( … )", up to its ")". */
export type ReadScript = (source: Source, closer: ")") => Script;

function unclosed(closer: string): ShellSyntaxError {
  return new ShellSyntaxError(`unexpected EOF while looking for matching \`${closer}'`, {
    incomplete: true,
  });
}

/** The word at the source's place; undefined when none begins there. */
export function readWord(source: Source, readScript: ReadScript): Word | undefined {
  const parts: Part[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") parts.push({ type: "text", text: literal, quoted: false });
    literal = "";
  };
  while (!source.done && !metacharacters.has(source.char)) {
    const char = source.char;
    if (char === "\\") {
      source.at++;
      if (source.take("\n")) continue;
      if (source.done)
        throw new ShellSyntaxError("syntax error: unexpected end of file", incomplete);
      flush();
      parts.push({ type: "text", text: source.char, quoted: true });
      source.at++;
    } else if (char === "'") {
      flush();
      parts.push({ type: "text", text: singleQuoted(source), quoted: true });
    } else if (char === '"') {
      flush();
      source.at++;
      parts.push(...readQuoted(source, readScript, '"'));
    } else if (char === "$" && source.text[source.at + 1] === "'") {
      flush();
      source.at++;
      parts.push({ type: "text", text: ansiQuoted(source), quoted: true });
    } else if (char === "$" || char === "`") {
      const part = readDollar(source, readScript, false);
      if (part === undefined) {
        literal += char;
        source.at++;
      } else {
        flush();
        parts.push(part);
      }
    } else {
      literal += char;
      source.at++;
    }
  }
  flush();
  return parts.length > 0 ? parts : undefined;
}

const incomplete = { incomplete: true };

function singleQuoted(source: Source): string {
  const end = source.text.indexOf("'", source.at + 1);
  if (end < 0) throw unclosed("'");
  const inside = source.text.slice(source.at + 1, end);
  source.at = end + 1;
  return inside;
}

/** $'…': escapes as in C. */
function ansiQuoted(source: Source): string {
  source.at++;
  let raw = "";
  while (source.char !== "'") {
    if (source.done) throw unclosed("'");
    if (source.char === "\\") raw += source.text[source.at++];
    raw += source.char;
    source.at++;
  }
  source.at++;
  return unescapeText(raw);
}

/** The C escapes that echo -e, printf and $'…' share. */
export function unescapeText(raw: string): string {
  const plain: Record<string, string> = {
    n: "\n",
    t: "\t",
    r: "\r",
    a: "\x07",
    b: "\b",
    e: "\x1b",
    f: "\f",
    v: "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
  };
  return raw.replace(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[\s\S])/g,
    (all: string, code: string) => {
      if (/^[xu]./.test(code)) return String.fromCodePoint(parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 255);
      return plain[code] ?? all;
    },
  );
}

/**
 * What stands between double quotes, up to `closer` (undefined: to the end of the text, as in
 * a here-document). Always at least one part, for "" is a word.
 */
export function readQuoted(source: Source, readScript: ReadScript, closer?: '"'): Part[] {
  const parts: Part[] = [];
  let literal = "";
  const flush = (force = false): void => {
    if (literal !== "" || force) parts.push({ type: "text", text: literal, quoted: true });
    literal = "";
  };
  for (;;) {
    if (source.done) {
      if (closer === undefined) break;
      throw unclosed('"');
    }
    const char = source.char;
    if (char === closer) {
      source.at++;
      break;
    }
    if (char === "\\") {
      const next = source.text[source.at + 1] ?? "";
      source.at += 2;
      if (next === "$" || next === "`" || next === "\\" || (next === '"' && closer))
        literal += next;
      else if (next !== "\n") literal += char + next;
      continue;
    }
    if (char === "$" || char === "`") {
      const part = readDollar(source, readScript, true);
      if (part !== undefined) {
        flush();
        parts.push(part);
        continue;
      }
    }
    literal += char;
    source.at++;
  }
  flush(parts.length === 0);
  return parts;
}

/** A "$…" or "`…`" expansion; undefined when the "$" stands for itself. */
function readDollar(source: Source, readScript: ReadScript, quoted: boolean): Part | undefined {
  if (source.char === "`") return backquoted(source, readScript, quoted);
  if (source.starts("$((")) {
    const end = closingArithmetic(source);
    if (end !== undefined) {
      const inner = new Source(source.text.slice(source.at + 3, end));
      source.at = end + 2;
      return { type: "arithmetic", expression: readQuoted(inner, readScript), quoted };
    }
  }
  if (source.take("$(")) return { type: "command", script: readScript(source, ")"), quoted };
  if (source.starts("${")) return braced(source, readScript, quoted);
  const name = /\$([A-Za-z_][A-Za-z0-9_]*|[?$#@*!0-9-])/y;
  const found = source.match(name);
  return found === undefined ? undefined : { type: "variable", name: found.slice(1), quoted };
}

/** Where the "))" of a "$((" stands; undefined when it is a command substitution after all. */
function closingArithmetic(source: Source): number | undefined {
  let depth = 0;
  for (let at = source.at + 3; at < source.text.length; at++) {
    const char = source.text[at];
    if (char === "(") depth++;
    else if (char === ")" && depth > 0) depth--;
    else if (char === ")") return source.text[at + 1] === ")" ? at : undefined;
  }
  throw unclosed(")");
}

function backquoted(source: Source, readScript: ReadScript, quoted: boolean): Part {
  let inside = "";
  source.at++;
  while (source.char !== "`") {
    if (source.done) throw unclosed("`");
    if (source.char === "\\" && /[\\`$]/.test(source.text[source.at + 1] ?? "")) source.at++;
    inside += source.char;
    source.at++;
  }
  source.at++;
  return { type: "command", script: readScript(new Source(`${inside})`), ")"), quoted };
}

/** "${name}", "${#name}", "${name:-word}" and the other operators of XCU section 2.6.2. */
function braced(source: Source, readScript: ReadScript, quoted: boolean): Part {
  const start = source.at;
  source.at += 2;
  const length = source.char === "#" && /[A-Za-z_]/.test(source.text[source.at + 1] ?? "");
  if (length) source.at++;
  const name = source.match(/[A-Za-z_][A-Za-z0-9_]*|[?$#@*!0-9-]/y);
  if (name === undefined) throw badSubstitution(source, start);
  if (source.take("}")) {
    return { type: "variable", name, quoted, ...(length && { operator: "length" }) };
  }
  const operator = source.match(/:[-=+?]|[-=+?]|##?|%%?/y);
  if (operator === undefined || length) throw badSubstitution(source, start);
  const end = closingBrace(source);
  const inner = new Source(source.text.slice(source.at, end));
  source.at = end + 1;
  const operand = operandWord(inner, readScript);
  return { type: "variable", name, quoted, operator, operand };
}

function operandWord(inner: Source, readScript: ReadScript): Word {
  const parts: Part[] = [];
  while (!inner.done) {
    const word = readWord(inner, readScript);
    if (word) parts.push(...word);
    const space = inner.match(/[ \t\n;|&<>()]+/y);
    if (space !== undefined) parts.push({ type: "text", text: space, quoted: false });
  }
  return parts;
}

function closingBrace(source: Source): number {
  let depth = 0;
  for (let at = source.at; at < source.text.length; at++) {
    const char = source.text[at];
    if (char === "\\") at++;
    else if (char === "{") depth++;
    else if (char === "}" && depth-- === 0) return at;
  }
  throw unclosed("}");
}

function badSubstitution(source: Source, start: number): ShellSyntaxError {
  const end = source.text.indexOf("}", start);
  if (end < 0) return unclosed("}");
  return new ShellSyntaxError(`${source.text.slice(start, end + 1)}: bad substitution`);
}
