// Snippets are nginx configuration, and there is no nginx here to run it. What most of them are
// written for is served: fields set on requests and answers, and an unconditional `return`. All
// else is reported by name. Values may hold nginx variables.

/** One field that a snippet sets: its name, and a template of its value. */
type SnippetField = readonly [name: string, value: string];

export interface Snippet {
  /** more_set_headers: over what the answer has. */
  readonly set: readonly SnippetField[];
  /** add_header: beside it, on good answers only unless `always`. */
  readonly added: readonly (readonly [...SnippetField, always: boolean])[];
  /** more_set_input_headers and proxy_set_header: on the request as it goes on. */
  readonly onward: readonly SnippetField[];
  /** `return`: the answer, whatever was asked. */
  readonly returned: { readonly status: number; readonly text: string } | undefined;
  /** Directives that are not run. */
  readonly unknown: readonly string[];
}

/** What a snippet does, as far as it is run here. Never throws. */
export function readSnippet(text: string): Snippet {
  const set: SnippetField[] = [];
  const added: (readonly [string, string, boolean])[] = [];
  const onward: SnippetField[] = [];
  const unknown: string[] = [];
  let returned: Snippet["returned"];
  for (const [directive = "", ...words] of directives(text)) {
    const [first = "", second = "", third] = words;
    switch (directive) {
      case "more_set_headers":
        set.push(...words.flatMap(fieldOf));
        break;
      case "more_clear_headers":
        set.push(...words.map((name): SnippetField => [name, ""]));
        break;
      case "more_set_input_headers":
        onward.push(...words.flatMap(fieldOf));
        break;
      case "add_header":
        added.push([first, second, third === "always"]);
        break;
      case "proxy_set_header":
        onward.push([first, second]);
        break;
      case "return":
        if (/^\d{3}$/.test(first)) returned ??= { status: Number(first), text: second };
        break;
      default:
        unknown.push(directive);
    }
  }
  return { set, added, onward, returned, unknown };
}

/** "Name: value" */
function fieldOf(word: string): SnippetField[] {
  const colon = word.indexOf(":");
  return colon > 0 ? [[word.slice(0, colon).trim(), word.slice(colon + 1).trim()]] : [];
}

/** The words of each directive, without quotes. A block is one directive: its first word. */
function directives(text: string): string[][] {
  const out: string[][] = [];
  let words: string[] = [];
  let depth = 0;
  const tokens =
    /#[^\n]*|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([;{}])|((?:\$\{\w+\}|[^\s;{}])+)/g;
  const end = (): void => {
    if (words.length > 0) out.push(words);
    words = [];
  };
  for (const [token, double, single, mark, word] of text.matchAll(tokens)) {
    if (token.startsWith("#")) continue;
    if (mark === "{" && depth++ === 0) end();
    if (mark === "}") depth = Math.max(0, depth - 1);
    if (depth > 0) continue;
    if (mark === ";") end();
    else if (mark === undefined) words.push(double ?? single ?? word ?? "");
  }
  end();
  return out;
}
