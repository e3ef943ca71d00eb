// Go's regular expressions (RE2 syntax) as JavaScript's, for the patterns of schemas and the
// `matches` of CEL. What differs in syntax is rewritten; what RE2 has not is not refused.

/** Compiled once per text. A cache of the kind that owns the schema, not of the module. */
export class Patterns {
  readonly #compiled = new Map<string, RegExp>();

  /** Throws SyntaxError for what is no regular expression. */
  get(pattern: string): RegExp {
    let compiled = this.#compiled.get(pattern);
    if (compiled === undefined) this.#compiled.set(pattern, (compiled = goRegExp(pattern)));
    return compiled;
  }
}

/** Throws SyntaxError. Strings are matched anywhere, as Go's MatchString does. */
export function goRegExp(pattern: string): RegExp {
  const { flags, rest } = leadingFlags(pattern);
  const source = rest
    .replace(/\(\?P</g, "(?<")
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$(?![\\s\\S])")
    .replace(/\[:(\^?)(\w+):\]/g, (all, not: string, name: string) =>
      not === "" ? (posix[name] ?? all) : all,
    );
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags); // RE2 allows escapes that the u flag refuses
  }
}

/** "(?i)" at the start, or after the "^" there, holds for the whole expression. */
function leadingFlags(pattern: string): { flags: string; rest: string } {
  const [all, anchor = "", letters = ""] = /^(\^?)\(\?([ims]+)\)/.exec(pattern) ?? [];
  if (all === undefined) return { flags: "", rest: pattern };
  return { flags: [...new Set(letters)].join(""), rest: anchor + pattern.slice(all.length) };
}

const posix: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: "0-9A-Za-z_",
  xdigit: "0-9A-Fa-f",
};
