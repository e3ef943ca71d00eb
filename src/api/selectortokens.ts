// The words of a label selector's text. Models the Lexer in apimachinery pkg/labels/selector.go.

const signs = ["==", "!=", "=", "!", ",", "(", ")", ">", "<"] as const;

export interface Token {
  readonly type: (typeof signs)[number] | "in" | "notin" | "word" | "end" | "error";
  /** As it was written; empty at the end. */
  readonly text: string;
}

/** The tokens of `text`, the last one of type "end". */
export function tokensOf(text: string): Token[] {
  const out: Token[] = [];
  for (let at = 0; ;) {
    while (at < text.length && " \t\r\n".includes(text[at]!)) at++;
    if (at === text.length) return [...out, { type: "end", text: "" }];
    const sign = signs.find((one) => text.startsWith(one, at));
    const token: Token = sign ? { type: sign, text: sign } : wordAt(text, at);
    out.push(token);
    at += token.text.length;
  }
}

function wordAt(text: string, at: number): Token {
  const word = /^[^=!(),<>\s]+/.exec(text.slice(at))?.[0] ?? text[at]!;
  const type = word === "in" || word === "notin" ? word : "word";
  return { type, text: word };
}
