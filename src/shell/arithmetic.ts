// "$(( … ))": whole numbers, variables, the usual operators (XCU section 2.6.4).

/** The value of an expression. `lookup` gives a variable's text. Throws SyntaxError. */
export function calculate(expression: string, lookup: (name: string) => string): number {
  const tokens = expression.match(/\d+|[A-Za-z_]\w*|\*\*|[<>=!]=|&&|\|\||[-+*/%()<>!?:]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    const token = tokens[at] === undefined ? "" : `${tokens.slice(at).join(" ")}`;
    throw new SyntaxError(
      `${expression.trim()}: syntax error: operand expected (error token is "${token}")`,
    );
  };

  const primary = (): number => {
    const token = tokens[at++];
    if (token === "(") {
      const value = binary(0);
      if (tokens[at++] !== ")") fail();
      return value;
    }
    if (token === "-") return -primary();
    if (token === "+") return primary();
    if (token === "!") return primary() === 0 ? 1 : 0;
    if (token !== undefined && /^\d/.test(token)) return Number(token);
    if (token !== undefined && /^[A-Za-z_]/.test(token)) {
      const text = lookup(token).trim();
      return text === "" ? 0 : calculate(text, lookup);
    }
    at--;
    return fail();
  };

  /** Precedence climbing over the levels of `operators`. */
  const binary = (level: number): number => {
    if (level === operators.length) return primary();
    let left = binary(level + 1);
    for (;;) {
      const operator = operators[level]![tokens[at] ?? ""];
      if (operator === undefined) return left;
      at++;
      left = Math.trunc(operator(left, binary(level + 1)));
    }
  };

  if (tokens.length === 0) return 0;
  const value = binary(0);
  if (at < tokens.length) fail();
  return value;
}

type Operator = (a: number, b: number) => number;

const operators: readonly Readonly<Record<string, Operator>>[] = [
  { "||": (a, b) => Number(a !== 0 || b !== 0) },
  { "&&": (a, b) => Number(a !== 0 && b !== 0) },
  { "==": (a, b) => Number(a === b), "!=": (a, b) => Number(a !== b) },
  {
    "<": (a, b) => Number(a < b),
    ">": (a, b) => Number(a > b),
    "<=": (a, b) => Number(a <= b),
    ">=": (a, b) => Number(a >= b),
  },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": divide((a, b) => a / b), "%": divide((a, b) => a % b) },
  { "**": (a, b) => a ** b },
];

function divide(operator: Operator): Operator {
  return (a, b) => {
    if (b === 0) throw new SyntaxError("division by 0");
    return operator(a, b);
  };
}
