// Reads a user's regular expression (the part of PCRE that paths and header patterns use) into
// a tree. Throws PatternError with the offset for what is malformed or not known here.
//
// Known: literals, ., classes incl. POSIX ones, \d \w \s \h \b, ^ $ \A \z \Z, groups (capturing,
// named, non-capturing, atomic), alternation, greedy, lazy and possessive quantifiers, \1 … \9,
// lookahead, and (?i) at the very start. Not known: recursion, conditionals, lookbehind.

/** A part of a pattern. */
export type Node =
  | { readonly type: "char"; readonly code: number }
  | { readonly type: "any" }
  | { readonly type: "set"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly type: "start" | "end" | "boundary" | "notBoundary" }
  | { readonly type: "cat"; readonly nodes: readonly Node[] }
  | { readonly type: "alt"; readonly nodes: readonly Node[] }
  | { readonly type: "group"; readonly index: number; readonly node: Node }
  | { readonly type: "atomic"; readonly node: Node }
  | { readonly type: "look"; readonly node: Node; readonly negated: boolean }
  | { readonly type: "reference"; readonly index: number }
  | {
      readonly type: "repeat";
      readonly node: Node;
      readonly min: number;
      /** Infinity when unbounded. */
      readonly max: number;
      readonly greed: "greedy" | "lazy" | "possessive";
    };

/** Character codes, both ends included. */
export type Range = readonly [from: number, to: number];

export interface Parsed {
  readonly node: Node;
  readonly groups: number;
  /** Group numbers by name. */
  readonly names: Readonly<Record<string, number>>;
  readonly ignoreCase: boolean;
}

/** A pattern that cannot be compiled; `offset` counts characters from its start. */
export class PatternError extends Error {
  override name = "PatternError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at offset ${offset}`);
    this.offset = offset;
  }
}

/** The most that `{n,m}` may count to, as in PCRE 65535; less here, as each is unrolled. */
const repeatMax = 1000;

/** The tree of a pattern. Throws PatternError. */
export function parsePattern(source: string): Parsed {
  const ignoreCase = source.startsWith("(?i)");
  const reader = new Reader(source, ignoreCase ? 4 : 0);
  const node = reader.alternatives();
  if (!reader.done) throw reader.error("unmatched closing parenthesis");
  return { node, groups: reader.groups, names: reader.names, ignoreCase };
}

class Reader {
  groups = 0;
  readonly names: Record<string, number> = {};
  readonly #source: string;
  #at: number;

  constructor(source: string, at: number) {
    this.#source = source;
    this.#at = at;
  }

  get done(): boolean {
    return this.#at >= this.#source.length;
  }

  error(message: string): PatternError {
    return new PatternError(message, this.#at);
  }

  alternatives(): Node {
    const nodes = [this.#sequence()];
    while (this.#take("|")) nodes.push(this.#sequence());
    return nodes.length === 1 ? nodes[0]! : { type: "alt", nodes };
  }

  #sequence(): Node {
    const nodes: Node[] = [];
    while (!this.done && this.#peek() !== "|" && this.#peek() !== ")") {
      nodes.push(this.#quantified());
    }
    return nodes.length === 1 ? nodes[0]! : { type: "cat", nodes };
  }

  #quantified(): Node {
    let node = this.#atom();
    for (;;) {
      const count = this.#count();
      if (!count) return node;
      if (node.type === "start" || node.type === "end") {
        throw this.error("quantifier does not follow a repeatable item");
      }
      const greed = this.#take("?") ? "lazy" : this.#take("+") ? "possessive" : "greedy";
      node = { type: "repeat", node, min: count[0], max: count[1], greed };
    }
  }

  /** The numbers of a quantifier here, if there is one. A "{" that starts none is a letter. */
  #count(): readonly [number, number] | undefined {
    if (this.#take("*")) return [0, Infinity];
    if (this.#take("+")) return [1, Infinity];
    if (this.#take("?")) return [0, 1];
    const braces = /^\{(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (!braces) return undefined;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] === "" ? Infinity : Number(braces[3]);
    if (min > repeatMax || (max !== Infinity && max > repeatMax)) {
      throw this.error("number too big in {} quantifier");
    }
    if (max < min) throw this.error("numbers out of order in {} quantifier");
    this.#at += braces[0].length;
    return [min, max];
  }

  #atom(): Node {
    const c = this.#next();
    switch (c) {
      case ".":
        return { type: "any" };
      case "^":
        return { type: "start" };
      case "$":
        return { type: "end" };
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case "*":
      case "+":
      case "?":
        this.#at--;
        throw this.error("quantifier does not follow a repeatable item");
      default:
        return { type: "char", code: c.charCodeAt(0) };
    }
  }

  #group(): Node {
    let wrap: (node: Node) => Node;
    if (!this.#take("?")) wrap = this.#capture();
    else if (this.#take(":")) wrap = (node) => node;
    else if (this.#take(">")) wrap = (node) => ({ type: "atomic", node });
    else if (this.#take("=")) wrap = (node) => ({ type: "look", node, negated: false });
    else if (this.#take("!")) wrap = (node) => ({ type: "look", node, negated: true });
    else wrap = this.#named();
    const node = this.alternatives();
    if (!this.#take(")")) throw this.error("missing closing parenthesis");
    return wrap(node);
  }

  #capture(): (node: Node) => Node {
    const index = ++this.groups;
    return (node) => ({ type: "group", index, node });
  }

  #named(): (node: Node) => Node {
    const name = /^P?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(this.#source.slice(this.#at));
    if (!name) throw this.error("unrecognized character after (? or (?-");
    this.#at += name[0].length;
    this.names[name[1] ?? name[2]!] = this.groups + 1;
    return this.#capture();
  }

  #escape(): Node {
    if (this.done) throw this.error("\\ at end of pattern");
    const c = this.#next();
    const set = classOf(c);
    if (set) return set;
    if (c === "b") return { type: "boundary" };
    if (c === "B") return { type: "notBoundary" };
    if (c === "A") return { type: "start" };
    if (c === "z" || c === "Z") return { type: "end" };
    if (/[1-9]/.test(c)) return { type: "reference", index: Number(c) };
    return { type: "char", code: this.#escaped(c) };
  }

  /** The character that `\c` stands for. */
  #escaped(c: string): number {
    const control = { n: 10, r: 13, t: 9, f: 12, v: 11, e: 27, a: 7, "0": 0 }[c];
    if (control !== undefined) return control;
    if (c === "x") {
      const digits = /^(?:\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{1,2}))/.exec(
        this.#source.slice(this.#at, this.#at + 6),
      );
      if (!digits) return 0;
      this.#at += digits[0].length;
      return parseInt(digits[1] ?? digits[2]!, 16);
    }
    if (/[A-Za-z]/.test(c)) throw this.error("unrecognized character follows \\");
    return c.charCodeAt(0);
  }

  #class(): Node {
    const negated = this.#take("^");
    const ranges: Range[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) {
      if (this.done) throw this.error("missing terminating ] for character class");
      const member = this.#member();
      if (typeof member !== "number") {
        ranges.push(...member);
        continue;
      }
      if (this.#peek() === "-" && this.#peek(1) !== "]" && this.#peek(1) !== undefined) {
        this.#at++;
        const to = this.#member();
        if (typeof to !== "number") throw this.error("invalid range in character class");
        if (to < member) throw this.error("range out of order in character class");
        ranges.push([member, to]);
      } else ranges.push([member, member]);
    }
    this.#at++;
    return { type: "set", ranges, negated };
  }

  /** One character of a class, or the ranges of a named class in it. */
  #member(): number | readonly Range[] {
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(this.#source.slice(this.#at, this.#at + 12));
    if (posix) {
      const ranges = posixClasses[posix[2]!];
      if (!ranges) throw this.error("unknown POSIX class name");
      this.#at += posix[0].length;
      return posix[1] ? complement(ranges) : ranges;
    }
    const c = this.#next();
    if (c !== "\\") return c.charCodeAt(0);
    if (this.done) throw this.error("\\ at end of pattern");
    const escape = this.#next();
    const set = classOf(escape);
    if (set) return set.negated ? complement(set.ranges) : set.ranges;
    return escape === "b" ? 8 : this.#escaped(escape);
  }

  #peek(ahead = 0): string | undefined {
    return this.#source[this.#at + ahead];
  }

  #next(): string {
    return this.#source[this.#at++]!;
  }

  #take(c: string): boolean {
    if (this.#source[this.#at] !== c) return false;
    this.#at++;
    return true;
  }
}

const digits: readonly Range[] = [[48, 57]];
const upper: readonly Range[] = [[65, 90]];
const lower: readonly Range[] = [[97, 122]];
const letters = [...upper, ...lower];
const word: readonly Range[] = [...digits, ...letters, [95, 95]];
const blank: readonly Range[] = [
  [9, 9],
  [32, 32],
];
const space: readonly Range[] = [
  [9, 13],
  [32, 32],
];

const posixClasses: Readonly<Record<string, readonly Range[]>> = {
  alpha: letters,
  digit: digits,
  alnum: [...digits, ...letters],
  upper,
  lower,
  space,
  blank,
  word,
  xdigit: [...digits, [65, 70], [97, 102]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
};

function classOf(c: string): (Node & { type: "set" }) | undefined {
  const ranges = { d: digits, w: word, s: space, h: blank }[c.toLowerCase()];
  return ranges && { type: "set", ranges, negated: c !== c.toLowerCase() };
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const out: Range[] = [];
  let from = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (start > from) out.push([from, start - 1]);
    from = Math.max(from, end + 1);
  }
  out.push([from, 0xffff]);
  return out;
}
