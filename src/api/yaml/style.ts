// How a text may be written in YAML: plain, quoted or as a block. Models yaml_emitter_analyze_scalar
// and yaml_emitter_select_scalar_style of go-yaml v2, and encode.go's choice before them.

import { readsAsText } from "./resolve.ts";

export type Style = "plain" | "single" | "double" | "literal";

/** @param key whether the text stands before a colon, where it must stay on its line */
export function styleOf(text: string, key: boolean): Style {
  const may = analyze(text);
  if (text.includes("\n")) return may.block && !key ? "literal" : "double";
  // A plain "<<" is the merge key.
  if (!readsAsText(text) || text === "<<" || guarded.test(text)) return "double";
  if (may.plain && !(text === "" && key)) return "plain";
  return may.single ? "single" : "double";
}

/** Texts that are plain to go-yaml, but that other readers take for a date or time. */
const guarded =
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|\d{4}-\d\d?-\d\d?(?:(?:[Tt]|\s+)\d\d?:\d\d:\d\d(?:\.\d*)?\s*(?:Z|[-+]\d\d?(?::\d\d)?)?)?)$/;

/** What go-yaml's emitter counts as printable. Not the tab. */
export const special =
  // eslint-disable-next-line no-control-regex
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/;

function analyze(text: string): { plain: boolean; single: boolean; block: boolean } {
  const edge = /^[ \n]|[ \n]$/.test(text);
  const breakSpace = text.includes("\n ");
  const odd = text.includes(" \n") || special.test(text);
  return {
    plain: !edge && !breakSpace && !odd && !text.includes("\n") && !indicates(text),
    single: !breakSpace && !odd,
    block: !text.endsWith(" ") && !odd,
  };
}

/** Whether a block-context reader would take part of the text for punctuation. */
function indicates(text: string): boolean {
  return (
    /^(---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[-?:](\s|$)/.test(text) ||
    /:(\s|$)/.test(text) ||
    /\s#/.test(text)
  );
}
