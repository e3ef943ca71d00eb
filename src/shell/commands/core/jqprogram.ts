// jq's language: a filter is compiled to a function from one value to many.

import { functions } from "./jqfunctions.ts";
import {
  add,
  compare,
  iterate,
  JqError,
  number,
  recurse,
  show,
  truth,
  typeOf,
  type Filter,
  type Json,
} from "./jqvalues.ts";

export function compileJq(source: string): Filter {
  const reader = new Reader(source);
  const filter = reader.pipe();
  reader.end();
  return filter;
}

const tokenPattern =
  /\s*("(?:\\.|[^"\\])*"|\d+(?:\.\d+)?|\.\.|\.[A-Za-z_]\w*|\?\/\/|\/\/|[=!<>]=|[A-Za-z_@]\w*|[-+*/%|,.()[\]{}:<>?$;])/y;

class Reader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(source: string) {
    tokenPattern.lastIndex = 0;
    const text = source.trimEnd();
    while (tokenPattern.lastIndex < text.length) {
      const from = tokenPattern.lastIndex;
      const found = tokenPattern.exec(text);
      if (found === null) {
        throw new JqError(
          `syntax error, unexpected INVALID_CHARACTER at ${text.slice(from).trim()}`,
        );
      }
      this.#tokens.push(found[1]!);
    }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  pipe(): Filter {
    const left = this.#comma();
    if (!this.#take("|")) return left;
    const right = this.pipe();
    return function* (input) {
      for (const value of left(input)) yield* right(value);
    };
  }

  #comma(): Filter {
    let left = this.#alternative();
    while (this.#take(",")) {
      const [a, b] = [left, this.#alternative()];
      left = function* (input) {
        yield* a(input);
        yield* b(input);
      };
    }
    return left;
  }

  #alternative(): Filter {
    const left = this.#binary(0);
    if (!this.#take("//")) return left;
    const right = this.#alternative();
    return function* (input) {
      const found = [...left(input)].filter((value) => value !== null && value !== false);
      yield* found.length > 0 ? found : right(input);
    };
  }

  #binary(level: number): Filter {
    const operators = levels[level];
    if (operators === undefined) return this.#postfix();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators[this.#peek() ?? ""];
      if (operator === undefined) return left;
      this.#at++;
      const [a, b] = [left, this.#binary(level + 1)];
      left = function* (input) {
        for (const y of b(input)) for (const x of a(input)) yield operator(x, y);
      };
    }
  }

  #postfix(): Filter {
    let filter = this.#term();
    for (;;) {
      const token = this.#peek();
      if (token?.startsWith(".") && token.length > 1 && token !== "..") {
        this.#at++;
        filter = chain(filter, field(token.slice(1)));
      } else if (token === "." && /^["[]/.test(this.#tokens[this.#at + 1] ?? "")) {
        this.#at++;
        if (this.#peek()!.startsWith('"'))
          filter = chain(filter, field(JSON.parse(this.#next()) as string));
      } else if (token === "[") {
        this.#at++;
        filter = this.#index(filter);
      } else if (token === "?") {
        this.#at++;
        filter = tolerant(filter);
      } else return filter;
    }
  }

  #index(base: Filter): Filter {
    if (this.#take("]")) return chain(base, iterate);
    if (this.#take(":")) {
      const to = this.pipe();
      this.#want("]");
      return slice(base, undefined, to);
    }
    const from = this.pipe();
    if (this.#take(":")) {
      const to = this.#peek() === "]" ? undefined : this.pipe();
      this.#want("]");
      return slice(base, from, to);
    }
    this.#want("]");
    return function* (input) {
      for (const key of from(input)) for (const value of base(input)) yield at(value, key);
    };
  }

  #term(): Filter {
    const token = this.#next();
    if (token === ".") {
      if (this.#peek()?.startsWith('"')) return field(JSON.parse(this.#next()) as string);
      return identity;
    }
    if (token === "..") return recurse;
    if (token.startsWith(".")) return field(token.slice(1));
    if (token.startsWith('"')) return this.#text(token);
    if (/^\d/.test(token)) return constant(Number(token));
    if (token === "-") {
      const value = this.#postfix();
      return chain(value, function* (input) {
        yield -number(input, "negated");
      });
    }
    if (token === "(") {
      const inner = this.pipe();
      this.#want(")");
      return inner;
    }
    if (token === "[") {
      if (this.#take("]")) return constant([]);
      const inner = this.pipe();
      this.#want("]");
      return function* (input) {
        yield [...inner(input)];
      };
    }
    if (token === "{") return this.#object();
    if (token === "if") return this.#condition();
    if (/^[A-Za-z_@]/.test(token)) return this.#call(token);
    this.#at--;
    throw this.#unexpected();
  }

  #condition(): Filter {
    const condition = this.pipe();
    this.#want("then");
    const yes = this.pipe();
    let no: Filter = identity;
    if (this.#take("elif")) no = this.#condition();
    else {
      if (this.#take("else")) no = this.pipe();
      this.#want("end");
    }
    return function* (input) {
      for (const value of condition(input)) yield* truth(value) ? yes(input) : no(input);
    };
  }

  /** A text with its \( … ) filled in. */
  #text(token: string): Filter {
    const parts: (string | Filter)[] = [];
    let rest = token.slice(1, -1);
    for (;;) {
      const start = rest.indexOf("\\(");
      if (start < 0) break;
      let depth = 1;
      let end = start + 2;
      for (; end < rest.length && depth > 0; end++) {
        if (rest[end] === "(") depth++;
        else if (rest[end] === ")") depth--;
      }
      parts.push(JSON.parse(`"${rest.slice(0, start)}"`) as string);
      parts.push(compileJq(rest.slice(start + 2, end - 1).replaceAll('\\"', '"')));
      rest = rest.slice(end);
    }
    parts.push(JSON.parse(`"${rest}"`) as string);
    return function* (input) {
      let out = "";
      for (const part of parts)
        out += typeof part === "string" ? part : show([...part(input)][0] ?? null);
      yield out;
    };
  }

  #object(): Filter {
    const entries: { key: Filter; value: Filter }[] = [];
    while (!this.#take("}")) {
      const token = this.#next();
      const named = token.startsWith('"') ? (JSON.parse(token) as string) : token;
      let key = constant(named);
      if (token === "(") {
        key = this.pipe();
        this.#want(")");
      }
      entries.push({ key, value: this.#take(":") ? this.#alternative() : field(named) });
      if (!this.#take(",") && this.#peek() !== "}") throw this.#unexpected();
    }
    return function* (input) {
      let made: { [key: string]: Json }[] = [{}];
      for (const { key, value } of entries) {
        const next: { [key: string]: Json }[] = [];
        for (const name of key(input)) {
          for (const one of value(input))
            for (const object of made) next.push({ ...object, [show(name)]: one });
        }
        made = next;
      }
      yield* made;
    };
  }

  #call(name: string): Filter {
    const constants: Record<string, Json> = { true: true, false: false, null: null };
    if (name in constants) return constant(constants[name]!);
    const args: Filter[] = [];
    if (this.#take("(")) {
      do args.push(this.pipe());
      while (this.#take(";"));
      this.#want(")");
    }
    const made = functions[name]?.(...args);
    if (made === undefined) throw new JqError(`${name}/${args.length} is not defined`);
    return made;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new JqError("syntax error, unexpected end of file");
    return token;
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #want(token: string): void {
    if (!this.#take(token)) throw this.#unexpected();
  }

  #unexpected(): JqError {
    const token = this.#peek();
    return new JqError(
      `syntax error, unexpected ${token === undefined ? "end of file" : `'${token}'`}`,
    );
  }
}

const identity: Filter = (input) => [input];

function constant(value: Json): Filter {
  return () => [value];
}

function chain(first: Filter, then: Filter): Filter {
  return function* (input) {
    for (const value of first(input)) yield* then(value);
  };
}

function field(name: string): Filter {
  return (input) => [at(input, name)];
}

function at(value: Json, key: Json): Json {
  if (value === null) return null;
  if (Array.isArray(value) && typeof key === "number") return value.at(Math.trunc(key)) ?? null;
  if (typeof value === "object" && !Array.isArray(value) && typeof key === "string")
    return value[key] ?? null;
  const shown = typeof key === "string" ? `"${key}"` : typeOf(key);
  throw new JqError(`Cannot index ${typeOf(value)} with ${shown}`);
}

function slice(base: Filter, from: Filter | undefined, to: Filter | undefined): Filter {
  return function* (input) {
    const start = from ? number([...from(input)][0]!, "slice") : 0;
    const end = to ? number([...to(input)][0]!, "slice") : undefined;
    for (const value of base(input)) {
      if (Array.isArray(value) || typeof value === "string") yield value.slice(start, end);
      else throw new JqError(`Cannot index ${typeOf(value)} with object`);
    }
  };
}

function tolerant(filter: Filter): Filter {
  return function* (input) {
    try {
      yield* filter(input);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
  };
}

type Operator = (a: Json, b: Json) => Json;

const levels: readonly Readonly<Record<string, Operator>>[] = [
  { or: (a, b) => truth(a) || truth(b) },
  { and: (a, b) => truth(a) && truth(b) },
  {
    "==": (a, b) => compare(a, b) === 0,
    "!=": (a, b) => compare(a, b) !== 0,
    "<": (a, b) => compare(a, b) < 0,
    "<=": (a, b) => compare(a, b) <= 0,
    ">": (a, b) => compare(a, b) > 0,
    ">=": (a, b) => compare(a, b) >= 0,
  },
  { "+": add, "-": (a, b) => number(a, "subtracted") - number(b, "subtracted") },
  {
    "*": (a, b) => number(a, "multiplied") * number(b, "multiplied"),
    "/": (a, b) =>
      typeof a === "string" && typeof b === "string"
        ? a.split(b)
        : number(a, "divided") / number(b, "divided"),
    "%": (a, b) => Math.trunc(number(a, "divided")) % Math.trunc(number(b, "divided")),
  },
];
