// The shell's grammar: a command line to a Script.
//
//   parse("kubectl get pods | grep web > pods.txt && echo found")
//
// Throws ShellSyntaxError in bash's words; with `incomplete` set the line goes on: the terminal
// then asks for more with its second prompt.

import { endOfFile, hereEnd, more, unexpected } from "./complaints.ts";
import {
  ShellSyntaxError,
  type AndOr,
  type CommandNode,
  type Part,
  type Pipeline,
  type Redirect,
  type Script,
  type Word,
} from "./syntax.ts";
import { readQuoted, readWord, Source } from "./words.ts";

/** The whole text as a script. */
export function parse(line: string): Script {
  const parser = new Parser(new Source(line));
  const script = parser.script(undefined);
  parser.finish();
  return script;
}

/** Reserved words that end a list inside a compound command. */
const closers = new Set(["then", "elif", "else", "fi", "do", "done", "esac", "}"]);
const openers = new Set(["if", "for", "while", "until", "case", "function", "{", "!"]);

interface PendingHere {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly fill: (content: Word) => void;
}

class Parser {
  readonly #source: Source;
  readonly #here: PendingHere[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * Lists up to `closer` (taken), or up to a reserved word that closes (left), or the end; in a
   * branch of `case` up to ";;" (left), too.
   */
  script(closer: ")" | undefined, inCase = false): Script {
    const items: AndOr[] = [];
    for (;;) {
      this.#skipSeparators(inCase);
      if (closer !== undefined && this.#source.take(closer)) return items;
      if (this.#source.done) {
        if (closer === undefined) return items;
        throw new ShellSyntaxError(`unexpected EOF while looking for matching \`${closer}'`, more);
      }
      if (closers.has(this.#peekName())) return items;
      if (inCase && this.#source.starts(";;")) return items;
      const from = this.#source.at;
      const item = this.#andOr();
      const words = this.#source.text.slice(from, this.#source.at).trim();
      this.#blanks();
      if (this.#source.starts("&") && !this.#source.starts("&&")) {
        this.#source.at++;
        items.push({ ...item, background: words });
        continue;
      }
      items.push(item);
      if (this.#source.starts(";;")) {
        if (inCase) return items;
        throw unexpected(";;");
      }
      const next = this.#source.char;
      if (next !== "" && next !== ";" && next !== "\n" && next !== closer) {
        throw unexpected(this.#token());
      }
      if (next === ";") this.#source.at++;
    }
  }

  /** Refuses what is left: a reserved word that closes nothing. */
  finish(): void {
    if (!this.#source.done) throw unexpected(this.#token());
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { when: "&&" | "||"; then: Pipeline }[] = [];
    for (;;) {
      this.#blanks();
      const when = this.#source.take("&&") ? "&&" : this.#source.take("||") ? "||" : undefined;
      if (when === undefined) return { first, rest };
      this.#moreNeeded();
      rest.push({ when, then: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    this.#blanks();
    const negated = this.#peekName() === "!";
    if (negated) this.#source.at++;
    const commands = [this.#command()];
    for (;;) {
      this.#blanks();
      if (this.#source.starts("||") || !this.#source.take("|")) return { negated, commands };
      if (this.#source.take("&")) commands.push(withErrors(commands.pop()!));
      this.#moreNeeded();
      commands.push(this.#command());
    }
  }

  /** After "|", "&&", "||" a command must follow, on a later line if need be. */
  #moreNeeded(): void {
    this.#skipLines();
    if (this.#source.done) throw new ShellSyntaxError("syntax error: unexpected end of file", more);
  }

  #command(): CommandNode {
    this.#blanks();
    const name = this.#peekName();
    if (closers.has(name)) throw unexpected(name);
    if (this.#source.take("(")) {
      const body = this.script(")");
      return { type: "group", subshell: true, body, redirects: this.#redirects() };
    }
    if (!openers.has(name)) return this.#simple();
    this.#source.at += name.length;
    if (name === "{") {
      const body = this.script(undefined);
      this.#expect("}");
      return { type: "group", subshell: false, body, redirects: this.#redirects() };
    }
    if (name === "if") return this.#if();
    if (name === "for") return this.#for();
    if (name === "case") return this.#case();
    if (name === "function") return this.#function();
    return this.#while(name === "until");
  }

  #if(): CommandNode {
    const branches: { condition: Script; body: Script }[] = [];
    let otherwise: Script | undefined;
    for (;;) {
      const condition = this.script(undefined);
      this.#expect("then");
      branches.push({ condition, body: this.script(undefined) });
      const next = this.#peekName();
      this.#source.at += next.length;
      if (next === "elif") continue;
      if (next === "else") {
        otherwise = this.script(undefined);
        this.#expect("fi");
      } else if (next !== "fi") this.#refuse(next);
      return { type: "if", branches, otherwise, redirects: this.#redirects() };
    }
  }

  #for(): CommandNode {
    this.#blanks();
    const name = this.#source.match(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (name === undefined) throw this.#source.done ? endOfFile() : unexpected(this.#token());
    this.#skipLines();
    const words: Word[] = [];
    if (this.#peekName() === "in") {
      this.#source.at += 2;
      for (;;) {
        this.#blanks();
        const word = readWord(this.#source, nested);
        if (word === undefined) break;
        words.push(word);
      }
    }
    this.#blanks();
    this.#source.take(";");
    this.#skipLines();
    const body = this.#doGroup();
    return { type: "for", name, words, body, redirects: this.#redirects() };
  }

  #case(): CommandNode {
    this.#blanks();
    const word = readWord(this.#source, nested);
    if (word === undefined) throw this.#source.done ? endOfFile() : unexpected(this.#token());
    this.#skipLines();
    this.#expect("in");
    const branches: { patterns: Word[]; body: Script }[] = [];
    for (;;) {
      this.#skipLines();
      if (this.#peekName() === "esac") break;
      if (this.#source.done) throw endOfFile();
      this.#source.take("(");
      const patterns: Word[] = [];
      do {
        this.#blanks();
        const pattern = readWord(this.#source, nested);
        if (pattern === undefined) throw unexpected(this.#token());
        patterns.push(pattern);
        this.#blanks();
      } while (this.#source.take("|"));
      if (!this.#source.take(")"))
        throw this.#source.done ? endOfFile() : unexpected(this.#token());
      branches.push({ patterns, body: this.script(undefined, true) });
      this.#blanks();
      if (!this.#source.take(";;") && this.#peekName() !== "esac") this.#refuse(this.#peekName());
    }
    this.#expect("esac");
    return { type: "case", word, branches, redirects: this.#redirects() };
  }

  /** "function NAME { … }", which bash has beside "NAME() { … }". */
  #function(): CommandNode {
    this.#blanks();
    const name = this.#source.match(/[A-Za-z_][\w-]*/y);
    if (name === undefined) throw this.#source.done ? endOfFile() : unexpected(this.#token());
    this.#source.match(/[ \t]*\([ \t]*\)/y);
    return this.#functionBody(name);
  }

  #functionBody(name: string): CommandNode {
    this.#skipLines();
    if (this.#source.done) throw endOfFile();
    const body = this.#command();
    if (body.type === "simple") throw unexpected(name);
    return { type: "function", name, body, redirects: [] };
  }

  #while(until: boolean): CommandNode {
    const condition = this.script(undefined);
    const body = this.#doGroup();
    return { type: "while", until, condition, body, redirects: this.#redirects() };
  }

  #doGroup(): Script {
    this.#expect("do");
    const body = this.script(undefined);
    this.#expect("done");
    return body;
  }

  #expect(word: string): void {
    this.#blanks();
    const saw = this.#peekName();
    this.#source.at += saw.length;
    if (saw !== word) this.#refuse(saw);
  }

  /** Another reserved word had to stand where `saw` was. */
  #refuse(saw: string): never {
    if (saw === "" && this.#source.done) throw endOfFile();
    throw unexpected(saw === "" ? this.#token() : saw);
  }

  #simple(): CommandNode {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      this.#blanks();
      const redirect = this.#redirect();
      if (redirect !== undefined) {
        redirects.push(redirect);
        continue;
      }
      const assigned = words.length === 0 && this.#source.match(/[A-Za-z_][A-Za-z0-9_]*=/y);
      if (assigned) {
        const value = readWord(this.#source, nested) ?? [];
        assignments.push({ name: assigned.slice(0, -1), value });
        continue;
      }
      const word = readWord(this.#source, nested);
      if (word === undefined) break;
      words.push(word);
      const [part] = word;
      const named = words.length + assignments.length + redirects.length === 1 && word.length === 1;
      if (named && part?.type === "text" && !part.quoted && this.#source.match(parentheses)) {
        return this.#functionBody(part.text);
      }
    }
    if (words.length + assignments.length + redirects.length === 0) throw unexpected(this.#token());
    return { type: "simple", assignments, words, redirects };
  }

  #redirects(): Redirect[] {
    const out: Redirect[] = [];
    for (;;) {
      this.#blanks();
      const redirect = this.#redirect();
      if (redirect === undefined) return out;
      out.push(redirect);
    }
  }

  #redirect(): Redirect | undefined {
    const operator = this.#source.match(/&>|[012]?(?:<<<|<<-?|>>|>&|>\||<&|<|>)/y);
    if (operator === undefined) return undefined;
    const digit = /^[012]/.exec(operator)?.[0];
    const kind = operator.slice(digit ? 1 : 0);
    const fd = (digit !== undefined ? Number(digit) : kind.startsWith("<") ? 0 : 1) as 0 | 1 | 2;
    this.#blanks();
    const target = readWord(this.#source, nested);
    if (target === undefined) {
      throw this.#source.done ? unexpected("newline") : unexpected(this.#token());
    }
    if (kind === "<<" || kind === "<<-") return this.#hereDocument(fd, target, kind === "<<-");
    if (kind === "<<<") {
      const text: Part = { type: "text", text: "\n", quoted: true };
      return { fd, kind: "here", target: [...target, text] };
    }
    const kinds = { "<": "read", ">": "write", ">|": "write", ">>": "append" } as const;
    if (kind === "&>") return { fd, kind: "both", target };
    if (kind === ">&" || kind === "<&") return { fd, kind: "copy", target };
    return { fd, kind: kinds[kind as keyof typeof kinds], target };
  }

  /** The text of a here-document stands on the lines after this one. */
  #hereDocument(fd: 0 | 1 | 2, target: Word, stripTabs: boolean): Redirect {
    const delimiter = target.map((part) => (part.type === "text" ? part.text : "")).join("");
    const quoted = target.some((part) => part.type === "text" && part.quoted);
    const redirect = { fd, kind: "here" as const, target: [] as Word };
    const fill = (content: Word): void => void (redirect.target = content);
    this.#here.push({ delimiter, quoted, stripTabs, fill });
    if (!this.#source.text.includes("\n", this.#source.at)) throw hereEnd(delimiter);
    return redirect;
  }

  #readHereDocuments(): void {
    for (const { delimiter, quoted, stripTabs, fill } of this.#here.splice(0)) {
      let content = "";
      for (;;) {
        if (this.#source.done) throw hereEnd(delimiter);
        let line = this.#source.match(/[^\n]*\n?/y)!;
        if (stripTabs) line = line.replace(/^\t+/, "");
        if (line.replace(/\n$/, "") === delimiter) break;
        if (!line.endsWith("\n")) throw hereEnd(delimiter);
        content += line;
      }
      if (quoted) fill([{ type: "text", text: content, quoted: true }]);
      else fill(readQuoted(new Source(content), nested));
    }
  }

  #blanks(): void {
    this.#source.match(/(?:[ \t\r]|\\\n)+/y);
    if (this.#source.char === "#") this.#source.match(/[^\n]*/y);
  }

  #skipLines(): void {
    for (;;) {
      this.#blanks();
      if (!this.#source.take("\n")) return;
      this.#readHereDocuments();
    }
  }

  /** Blanks, line ends and comments before a command; a lone ";" is refused by the caller. */
  #skipSeparators(inCase: boolean): void {
    this.#skipLines();
    if (this.#source.char === ";" && !(inCase && this.#source.starts(";;"))) {
      throw unexpected(this.#source.starts(";;") ? ";;" : ";");
    }
  }

  /** The bare word here, when it could be a reserved word; "" otherwise. */
  #peekName(): string {
    const pattern = /[a-z]+(?=[\s;&|()<>]|$)|[{}!](?=[\s;&|)]|$)/y;
    pattern.lastIndex = this.#source.at;
    return pattern.exec(this.#source.text)?.[0] ?? "";
  }

  /** The token here, as bash names it in its complaint. */
  #token(): string {
    const source = this.#source;
    if (source.done || source.char === "\n") return "newline";
    for (const token of ["&&", "||", ";;", ">>", "<<"]) if (source.starts(token)) return token;
    return /^[;&|()<>]/.test(source.char) ? source.char : (source.match(/[^\s;&|()<>]+/y) ?? "");
  }
}

/** After a word: it names a function. */
const parentheses = /[ \t]*\([ \t]*\)/y;

/** "|&" is "2>&1 |". */
function withErrors(command: CommandNode): CommandNode {
  const target: Word = [{ type: "text", text: "1", quoted: false }];
  const redirect: Redirect = { fd: 2, kind: "copy", target };
  return { ...command, redirects: [...command.redirects, redirect] };
}

/** A "$( … )" is a script of its own, in the same text. */
function nested(source: Source, closer: ")"): Script {
  return new Parser(source).script(closer);
}
