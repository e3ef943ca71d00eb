// POSIX regular expressions as JavaScript's: the basic ones of grep and sed, the extended ones of
// -E and awk (XBD chapter 9).

/** The JavaScript source of a POSIX expression. */
export function extendedPattern(pattern: string, extended: boolean): string {
  const classes: Record<string, string> = {
    alpha: "a-zA-Z",
    digit: "0-9",
    alnum: "a-zA-Z0-9",
    upper: "A-Z",
    lower: "a-z",
    space: "\\s",
    blank: " \\t",
    punct: "!-\\/:-@\\[-`{-~",
    xdigit: "0-9a-fA-F",
  };
  let out = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === "[") {
      const end = bracketEnd(pattern, at);
      const inside = pattern.slice(at + 1, end);
      out += `[${inside
        .replace(/^(\^?)\]/, "$1\\]")
        .replace(/\[:(\w+):\]/g, (all, name: string) => classes[name] ?? all)
        .replace(/\\(?![\]sw\\t/[])/g, "\\\\")}]`;
      at = end;
    } else if (char === "\\") {
      const next = pattern[++at] ?? "\\";
      if (!extended && "(){}|+?".includes(next)) out += next;
      else if (next === "<" || next === ">") out += "\\b";
      else out += `\\${next}`;
    } else if (!extended && "(){}|+?".includes(char)) out += `\\${char}`;
    else if (!extended && char === "*" && (out === "" || out === "^")) out += "\\*";
    else if (extended && char === "{" && !/^\{\d*,?\d*\}/.test(pattern.slice(at))) out += "\\{";
    else if (char === "/") out += "\\/";
    else out += char;
  }
  return out;
}

function bracketEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at++;
  if (pattern[at] === "]") at++;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern.startsWith("[:", at)) at = pattern.indexOf(":]", at) + 1;
    at++;
  }
  return at;
}
