// What the expression library reads differently from cel-go is put into words that it knows:
//
//   x.matches("(?i)a")   → x.goMatches("(?i)a")         Go's regular expressions
//   has(x[0].name)       → ((x[0]).?name.hasValue())    it knows has() of plain names only

/** The expression in the library's dialect. Texts in quotes stay as they are. */
export function inDialect(expression: string): string {
  let out = "";
  let at = 0;
  for (const found of expression.matchAll(token)) {
    if (found.index < at) continue;
    out += expression.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[1] === "matches") out += found[0].replace("matches", "goMatches");
    else if (found[1] === "has") {
      const end = closing(expression, at);
      out += presence(expression.slice(at, end));
      at = end + 1;
    } else out += found[0];
  }
  return out + expression.slice(at);
}

const quoted =
  `[rR]?"""[^]*?"""|[rR]?'''[^]*?'''|[rR]"[^"]*"|[rR]'[^']*'|` +
  `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'`;
const token = new RegExp(`${quoted}|\\b(matches|has)\\s*\\(`, "g");
const parenthesis = new RegExp(`${quoted}|[()]`, "g");

/** Where the parenthesis is closed that was opened before `from`. */
function closing(expression: string, from: number): number {
  let depth = 1;
  for (const { 0: found, index } of expression.slice(from).matchAll(parenthesis)) {
    if (found === "(") depth++;
    else if (found === ")" && --depth === 0) return from + index;
  }
  return expression.length;
}

function presence(argument: string): string {
  const [, object = "", name] = /^([^]*)\.\s*(\w+)\s*$/.exec(argument) ?? [];
  if (name === undefined || /^[\s\w.]*$/.test(object)) return `has(${argument})`;
  return `((${inDialect(object)}).?${name}.hasValue())`;
}
