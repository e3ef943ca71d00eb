// The line being typed: its text, the cursor, and what editing keys do to them. Works on
// grapheme clusters, so that no key splits an emoji or an accented letter.
// Bindings as GNU readline's emacs mode.

import type { KeyName } from "./keys.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The most characters of one line; a longer paste is cut. */
const lineCharsMax = 1_000_000;

export class Line {
  #left = "";
  #right = "";
  /** What Ctrl+U, Ctrl+K and Ctrl+W cut last: Ctrl+Y brings it back. */
  #cut = "";

  get text(): string {
    return this.#left + this.#right;
  }

  /** What stands before the cursor. */
  get left(): string {
    return this.#left;
  }

  set(text: string, cursor = text.length): void {
    this.#left = text.slice(0, cursor);
    this.#right = text.slice(cursor);
  }

  insert(text: string): void {
    const room = lineCharsMax - this.#left.length - this.#right.length;
    this.#left += room < text.length ? text.slice(0, Math.max(0, room)) : text;
  }

  /** Does what an editing key does; false when the key is not an editing key. */
  edit(key: KeyName): boolean {
    const act = edits[key];
    if (act === undefined) return false;
    [this.#left, this.#right, this.#cut] = act(this.#left, this.#right, this.#cut);
    return true;
  }
}

type Edit = (left: string, right: string, cut: string) => [string, string, string];

function lastLength(text: string): number {
  const tail = text.slice(-64); // long enough for any grapheme, short enough for long lines
  let last = 0;
  for (const { segment } of segmenter.segment(tail)) last = segment.length;
  return last;
}

function firstLength(text: string): number {
  for (const { segment } of segmenter.segment(text.slice(0, 64))) return segment.length;
  return 0;
}

function split(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at)];
}

/** How long the word before the cursor is, with the separators after it. */
function wordBefore(left: string, word = /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u): number {
  return word.exec(left)![0].length;
}

function wordAfter(right: string): number {
  return /^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(right)![0].length;
}

const home: Edit = (left, right, cut) => ["", left + right, cut];
const end: Edit = (left, right, cut) => [left + right, "", cut];
const back: Edit = (left, right, cut) => {
  const [kept, moved] = split(left, left.length - lastLength(left));
  return [kept, moved + right, cut];
};
const forward: Edit = (left, right, cut) => {
  const [moved, kept] = split(right, firstLength(right));
  return [left + moved, kept, cut];
};
const wordBack: Edit = (left, right, cut) => {
  const [kept, moved] = split(left, left.length - wordBefore(left));
  return [kept, moved + right, cut];
};
const wordForward: Edit = (left, right, cut) => {
  const [moved, kept] = split(right, wordAfter(right));
  return [left + moved, kept, cut];
};
const remove: Edit = (left, right, cut) => [left, right.slice(firstLength(right)), cut];

const edits: Readonly<Partial<Record<KeyName, Edit>>> = {
  left: back,
  "ctrl-b": back,
  right: forward,
  "ctrl-f": forward,
  home,
  "ctrl-a": home,
  end,
  "ctrl-e": end,
  "word-left": wordBack,
  "word-right": wordForward,
  backspace: (left, right, cut) => [left.slice(0, left.length - lastLength(left)), right, cut],
  delete: remove,
  "ctrl-d": remove,
  "ctrl-u": (left, right) => ["", right, left],
  "ctrl-k": (left, right) => [left, "", right],
  "ctrl-y": (left, right, cut) => [left + cut, right, cut],
  "ctrl-w": (left, right) => {
    const [kept, cut] = split(left, left.length - wordBefore(left, /\S*\s*$/));
    return [kept, right, cut];
  },
  "delete-word-left": (left, right) => {
    const [kept, cut] = split(left, left.length - wordBefore(left));
    return [kept, right, cut];
  },
  "delete-word-right": (left, right) => {
    const [cut, kept] = split(right, wordAfter(right));
    return [left, kept, cut];
  },
  "ctrl-t": (left, right, cut) => {
    const length = lastLength(left);
    if (length === 0 || right === "") return [left, right, cut];
    const next = firstLength(right);
    const moved = left.slice(left.length - length);
    return [
      left.slice(0, left.length - length) + right.slice(0, next) + moved,
      right.slice(next),
      cut,
    ];
  },
};
