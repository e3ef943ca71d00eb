// URL globbing: {a,b} and [1-9], [01-20:2], [a-z] in a URL stand for several URLs.
//
//   expand("http://example.com/{web,api}/[1-2]")
//   // → …/web/1, …/web/2, …/api/1, …/api/2, each with the values of #1 and #2

import { code, CurlError } from "./errors.ts";

export interface Globbed {
  readonly url: string;
  /** What each set or range stands for here: "#1" in -o is the first. */
  readonly values: readonly string[];
}

/** The most URLs that one pattern may stand for. */
const urlsMax = 100_000;

/** All URLs that a pattern stands for, the last set counting fastest. Throws CurlError 3. */
export function expand(pattern: string): readonly Globbed[] {
  let out: Globbed[] = [{ url: "", values: [] }];
  for (const part of partsOf(pattern)) {
    if (out.length * part.choices.length > urlsMax) throw wrong("range overflow", pattern, 0);
    out = out.flatMap(({ url, values }) =>
      part.choices.map((choice) => ({
        url: url + choice,
        values: part.counts ? [...values, choice] : values,
      })),
    );
  }
  return out;
}

/** A file name of -o with "#1" … replaced. */
export function fillIn(name: string, { values }: Globbed): string {
  return name.replace(/#(\d+)/g, (all, digits: string) => values[Number(digits) - 1] ?? all);
}

interface Part {
  readonly choices: readonly string[];
  /** A set or a range, not literal text. */
  readonly counts: boolean;
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  let literal = "";
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    // An IPv6 address, and empty brackets, are no ranges.
    const plain = /^(\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%[^\]]*)?\]|\[\]|\\[{}[\]])/.exec(rest)?.[0];
    if (plain !== undefined) {
      literal += plain.replace(/^\\/, "");
      at += plain.length;
    } else if (rest.startsWith("{") || rest.startsWith("[")) {
      if (literal !== "") parts.push({ choices: [literal], counts: false });
      literal = "";
      const found = rest.startsWith("{") ? setAt(pattern, at) : rangeAt(pattern, at);
      parts.push({ choices: found.choices, counts: true });
      at = found.end;
    } else {
      if (/^[}\]]/.test(rest)) throw wrong("unmatched close brace/bracket", pattern, at);
      literal += rest[0];
      at++;
    }
  }
  if (literal !== "") parts.push({ choices: [literal], counts: false });
  return parts;
}

function setAt(pattern: string, start: number): { choices: string[]; end: number } {
  const choices = [""];
  for (let at = start + 1; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === "}") {
      if (at === start + 1) throw wrong("empty string within braces", pattern, at);
      return { choices, end: at + 1 };
    }
    if (char === "{" || char === "[") throw wrong("nested brace", pattern, at);
    if (char === "]") throw wrong("unexpected close bracket", pattern, at);
    if (char === ",") choices.push("");
    else choices.push(choices.pop()! + (char === "\\" ? (pattern[++at] ?? "") : char));
  }
  throw wrong("unmatched brace", pattern, start);
}

function rangeAt(pattern: string, start: number): { choices: string[]; end: number } {
  const inside = pattern.slice(start + 1);
  const found = /^(?:(\d+)-\s*(\d+)|([A-Za-z])-([A-Za-z]))(?::(\d+))?\]/.exec(inside);
  if (!found) {
    const words = /^[A-Za-z0-9]/.test(inside) ? "bad range" : "bad range specification";
    const read = /^(\d+(-\s*\d*)?)?/.exec(inside)![0].length;
    throw wrong(words, pattern, start + 1 + read);
  }
  const [text, from = "", to = "", low, high, stride = "1"] = found;
  const letters = low !== undefined && high !== undefined;
  const first = letters ? low.charCodeAt(0) : Number(from);
  const last = letters ? high.charCodeAt(0) : Number(to);
  const step = Number(stride);
  const end = start + 1 + text.length;
  const fits = first === last ? step === 1 : step > 0 && step <= last - first;
  if (first > last || !fits || (letters && last - first > 25)) {
    throw wrong("bad range", pattern, end);
  }
  if ((last - first) / step >= urlsMax) throw wrong("range overflow", pattern, end);
  const width = from.startsWith("0") ? from.length : 0;
  const choices: string[] = [];
  for (let n = first; n <= last; n += step) {
    choices.push(letters ? String.fromCharCode(n) : String(n).padStart(width, "0"));
  }
  return { choices, end };
}

/** The complaint with the URL and a mark below the place. */
function wrong(words: string, pattern: string, at: number): CurlError {
  const place = at + 1;
  return new CurlError(
    code.urlMalformat,
    `${words} in URL position ${place}:\n${pattern}\n${" ".repeat(place - 1)}^`,
  );
}
