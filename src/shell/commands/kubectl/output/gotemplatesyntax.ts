// The grammar of Go templates: text with actions between "{{" and "}}". Models text/template/parse.

/** A template that cannot be read or run, in text/template's words. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

export type Node =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "action";
      readonly pipe: Pipe;
      /** "$x := …": nothing is printed. */
      readonly declares: string | undefined;
      /** "$x = …" */
      readonly assigns: boolean;
    }
  | {
      readonly type: "if" | "with";
      readonly pipe: Pipe;
      readonly declares: string | undefined;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly type: "range";
      readonly pipe: Pipe;
      readonly variables: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

type Pipe = readonly Command[];
/** A function with its arguments, or one operand. */
export type Command = readonly Operand[];

export type Operand = { readonly text: string } & (
  | { readonly type: "value"; readonly value: unknown }
  | { readonly type: "function"; readonly name: string }
  | { readonly type: "field"; readonly fields: readonly string[] }
  | { readonly type: "variable"; readonly name: string; readonly fields: readonly string[] }
  | { readonly type: "pipe"; readonly pipe: Pipe; readonly fields: readonly string[] }
);

export function parseTemplate(text: string): readonly Node[] {
  const parser = new Parser(split(text));
  const { nodes, end } = parser.list();
  if (end !== undefined) throw new TemplateError(`unexpected {{${end.words}}}`);
  return nodes;
}

type Piece = { readonly text: string } | { readonly words: string };

/** Text and actions in turn; "{{-" and "-}}" take the white space beside them. */
function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trim = false;
  const push = (piece: string, trimEnd: boolean): void => {
    let kept = trim ? piece.trimStart() : piece;
    if (trimEnd) kept = kept.trimEnd();
    if (kept !== "") pieces.push({ text: kept });
  };
  for (;;) {
    const open = text.indexOf("{{", at);
    if (open < 0) {
      push(text.slice(at), false);
      return pieces;
    }
    const close = actionEnd(text, open + 2);
    const inside = text.slice(open + 2, close);
    push(text.slice(at, open), /^-\s/.test(inside));
    const words = inside.replace(/^-\s/, "").replace(/\s-$/, "").trim();
    if (!/^\/\*[\s\S]*\*\/$/.test(words)) pieces.push({ words });
    trim = /\s-$/.test(inside);
    at = close + 2;
  }
}

/** Where the action's "}}" stands; quotes may hold one. */
function actionEnd(text: string, from: number): number {
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== "") {
      if (char === "\\" && quote === '"') at++;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "`") quote = char;
    else if (text.startsWith("}}", at)) return at;
  }
  throw new TemplateError("unclosed action");
}

class Parser {
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** Nodes up to an {{end}} or {{else}} (taken), or the end of the text. */
  list(): { nodes: Node[]; end: { words: string } | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.#pieces[this.#at++];
      if (piece === undefined) return { nodes, end: undefined };
      if ("text" in piece) nodes.push({ type: "text", text: piece.text });
      else if (/^(end|else)\b/.test(piece.words)) return { nodes, end: piece };
      else nodes.push(this.#action(piece.words));
    }
  }

  #action(words: string): Node {
    const [, keyword, rest = ""] = /^(if|range|with)\s+([\s\S]+)$/.exec(words) ?? [];
    if (keyword === undefined) {
      const [, name, sign, value] = /^(\$\w+)\s*(:?=)\s*([\s\S]+)$/.exec(words) ?? [];
      const pipe = parsePipe(value ?? words);
      return { type: "action", pipe, declares: name, assigns: sign === "=" };
    }
    return this.#block(keyword as "if" | "range" | "with", rest);
  }

  #block(type: "if" | "range" | "with", words: string): Node {
    const declared = /^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:=\s*([\s\S]+)$/.exec(words);
    const pipe = parsePipe(declared?.[3] ?? words);
    const { nodes: body, end } = this.list();
    const otherwise = this.#otherwise(end);
    const names = [declared?.[1], declared?.[2]].filter((name) => name !== undefined);
    if (type === "range") return { type, pipe, variables: names, body, otherwise };
    return { type, pipe, declares: names[0], body, otherwise };
  }

  #otherwise(end: { words: string } | undefined): readonly Node[] {
    if (end === undefined) throw new TemplateError("unexpected EOF");
    if (end.words === "end") return [];
    const [, chained, words = ""] = /^else\s+(if|with)\s+([\s\S]+)$/.exec(end.words) ?? [];
    if (chained !== undefined) return [this.#block(chained as "if" | "with", words)];
    const { nodes, end: last } = this.list();
    if (last?.words !== "end") throw new TemplateError("unexpected EOF");
    return nodes;
  }
}

const token =
  /\s*(?:("(?:[^"\\]|\\.)*")|`([^`]*)`|(-?\d+(?:\.\d+)?)|((?:\$\w*)?(?:\.\w+)+|\.|\$\w*)|([A-Za-z_]\w*)|([()|]))/y;

function parsePipe(words: string): Pipe {
  const source = { text: words, at: 0 };
  const pipe = readPipe(source);
  if (words.slice(source.at).trim() !== "") {
    throw new TemplateError(
      `unexpected ${JSON.stringify(words.slice(source.at).trim())} in operand`,
    );
  }
  return pipe;
}

interface Source {
  readonly text: string;
  at: number;
}

function readPipe(source: Source): Pipe {
  const commands: Operand[][] = [[]];
  for (;;) {
    token.lastIndex = source.at;
    const found = token.exec(source.text);
    if (found === null) break;
    const [whole, quoted, raw, number, path, word, sign] = found;
    if (sign === ")") break;
    source.at += whole.length;
    if (sign === "|") commands.push([]);
    else if (sign === "(") commands.at(-1)!.push(readGroup(source));
    else commands.at(-1)!.push(operandOf({ quoted, raw, number, path, word }));
  }
  if (commands.some((command) => command.length === 0)) {
    throw new TemplateError("missing value for command");
  }
  return commands;
}

function readGroup(source: Source): Operand {
  const pipe = readPipe(source);
  const close = /\s*\)((?:\.\w+)*)/y;
  close.lastIndex = source.at;
  const found = close.exec(source.text);
  if (found === null) throw new TemplateError("unclosed left paren");
  source.at += found[0].length;
  return { type: "pipe", pipe, fields: namesIn(found[1]!), text: "(…)" };
}

function namesIn(path: string): string[] {
  return path.split(".").filter((name) => name !== "");
}

function operandOf(o: {
  quoted: string | undefined;
  raw: string | undefined;
  number: string | undefined;
  path: string | undefined;
  word: string | undefined;
}): Operand {
  const { quoted, raw, number, path, word } = o;
  if (quoted !== undefined) return { type: "value", value: unquote(quoted), text: quoted };
  if (raw !== undefined) return { type: "value", value: raw, text: raw };
  if (number !== undefined) return { type: "value", value: Number(number), text: number };
  if (word !== undefined) return wordOperand(word);
  if (path!.startsWith("$")) {
    const [name = "$", ...rest] = path!.split(".");
    return { type: "variable", name, fields: rest, text: path! };
  }
  return { type: "field", fields: namesIn(path!), text: path! };
}

function wordOperand(word: string): Operand {
  const values: Readonly<Record<string, unknown>> = { true: true, false: false, nil: null };
  if (word in values) return { type: "value", value: values[word], text: word };
  return { type: "function", name: word, text: word };
}

function unquote(quoted: string): string {
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char);
}
