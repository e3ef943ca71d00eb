// Key presses in what xterm sends: printable text, control characters, escape sequences.
// Sequences as in xterm's ctlseqs, both of its cursor modes.

export type Key =
  | { readonly type: "text"; readonly text: string }
  /** A paste, line ends as "\n". */
  | { readonly type: "paste"; readonly text: string }
  | { readonly type: "key"; readonly name: KeyName };

export type KeyName =
  | "enter"
  | "tab"
  | "backspace"
  | "delete"
  | "escape"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "word-left"
  | "word-right"
  | "page-up"
  | "page-down"
  | "delete-word-left"
  | "delete-word-right"
  | "shift-tab"
  | `ctrl-${string}`
  | `alt-${string}`
  | "unknown";

const sequences: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[3~": "delete",
  "[5~": "page-up",
  "[6~": "page-down",
  "[Z": "shift-tab",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  "[5C": "word-right",
  "[5D": "word-left",
  "[3;5~": "delete-word-right",
  b: "word-left",
  f: "word-right",
  d: "delete-word-right",
  "\x7f": "delete-word-left",
  "\b": "delete-word-left",
};

/** Splits a chunk of input into keys. A lone ESC at the end is the Escape key. */
export function readKeys(data: string): Key[] {
  const out: Key[] = [];
  let at = 0;
  while (at < data.length) {
    const char = data[at]!;
    if (data.startsWith("\x1b[200~", at)) {
      const end = data.indexOf("\x1b[201~", at);
      const inside = data.slice(at + 6, end < 0 ? undefined : end);
      out.push({ type: "paste", text: inside.replace(/\r\n?/g, "\n") });
      at = end < 0 ? data.length : end + 6;
    } else if (char === "\x1b") {
      // eslint-disable-next-line no-control-regex -- terminals speak in control characters
      const found = /^\x1b(\[[0-9;?]*[ -/]*[@-~]|O[A-Za-z]|[\s\S])?/.exec(data.slice(at))!;
      out.push({ type: "key", name: escapeName(found[1]) });
      at += found[0].length;
    } else if (char < " " || char === "\x7f") {
      out.push({ type: "key", name: controlName(char) });
      at++;
    } else {
      // eslint-disable-next-line no-control-regex -- terminals speak in control characters
      const found = /^[^\x00-\x1f\x7f]+/.exec(data.slice(at))![0];
      out.push({ type: "text", text: found });
      at += found.length;
    }
  }
  return out;
}

function escapeName(rest: string | undefined): KeyName {
  if (rest === undefined) return "escape";
  return sequences[rest] ?? (rest.length === 1 ? `alt-${rest}` : "unknown");
}

function controlName(char: string): KeyName {
  if (char === "\r" || char === "\n") return "enter";
  if (char === "\t") return "tab";
  if (char === "\x7f" || char === "\b") return "backspace";
  return `ctrl-${String.fromCharCode(char.charCodeAt(0) + 96)}`;
}
