// YAML in and out, as kubectl does it.
//
//   for (const document of parseYaml(text)) {
//     if (document.error) print(`error: error parsing ${file}: ${document.error.message}`);
//     else apply(document.value);
//   }
//   document.locate("spec.rules[0].host")  → { line: 7, column: 5, … }
//
// Parsing models sigs.k8s.io/yaml over go-yaml v2 (YAML 1.1), with its messages and line
// numbers. Nothing is thrown for a bad text: one document's error does not hide the others.

import { compose, keyText } from "./yaml/compose.ts";
import { jsonEnd } from "./yaml/json.ts";
import { YamlFault } from "./yaml/mark.ts";
import type { Mark } from "./yaml/mark.ts";
import { parseNode } from "./yaml/parser.ts";
import type { Node } from "./yaml/parser.ts";

export { printYaml } from "./yaml/print.ts";

/** A stretch of the whole text; lines and columns count from 1, offsets in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
}

interface YamlError extends Place {
  /** What kubectl prints after "error parsing FILE: ". Its line counts within the document. */
  readonly message: string;
}

export interface YamlDocument {
  /** A JSON value; undefined when there is an error, null for an empty document. */
  readonly value: unknown;
  readonly error?: YamlError;
  /** Where the document begins in the text. */
  readonly from: number;
  /**
   * The place of a field, named as API errors name it: "spec.rules[0].host", "data[tls.crt]".
   * For a field that is not there, the nearest one around it.
   */
  locate(field: string): Place;
}

/** A text longer than this is not parsed. */
const yamlBytesMax = 16 * 1024 * 1024;

/** All documents of a text that hold anything, in order. */
export function parseYaml(text: string): YamlDocument[] {
  if (text.length > yamlBytesMax) {
    const message = `the text is ${text.length} bytes long: at most ${yamlBytesMax} are read`;
    return [failed({ text: "", from: 0, line: 0 }, new YamlFault("decode", message), message)];
  }
  const documents = /^\s*\{/.test(text) ? parseJson(text) : chunksOf(text).map(parseChunk);
  return documents.filter((document) => document.value !== null);
}

interface Chunk {
  readonly text: string;
  readonly from: number;
  /** Lines of the whole text before it. */
  readonly line: number;
}

/** Cuts at lines that are only "---". Models YAMLReader of apimachinery pkg/util/yaml. */
function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  const separator = /^---[^\S\n]*(?:#.*)?(?:\n|$)/gm;
  let [from, line] = [0, 0];
  const add = (to: number): void => {
    chunks.push({ text: text.slice(from, to), from, line });
  };
  for (let found = separator.exec(text); found; found = separator.exec(text)) {
    if (found.index === from) continue; // nothing before it: it belongs to this document
    add(found.index);
    line += countLines(text, from, separator.lastIndex);
    from = separator.lastIndex;
    if (!found[0].endsWith("\n")) break;
  }
  if (from < text.length) add(text.length);
  return chunks;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    lines++;
  }
  return lines;
}

function parseChunk(chunk: Chunk): YamlDocument {
  try {
    // kubectl's line reader ends the last line, if its writer did not.
    const root = parseNode(chunk.text.endsWith("\n") ? chunk.text : `${chunk.text}\n`);
    const value = compose(root);
    return { value, from: chunk.from, locate: (field) => locate(root, field, chunk) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    return failed(chunk, error, `error converting YAML to JSON: ${error.goMessage}`);
  }
}

/** A text that begins with "{" is a stream of JSON values. */
function parseJson(text: string): YamlDocument[] {
  const documents: YamlDocument[] = [];
  for (let from = 0; /\S/.test(text.slice(from));) {
    const line = countLines(text, 0, from);
    try {
      const end = jsonEnd(text, from);
      const chunk = { text: text.slice(from, end), from, line };
      const value: unknown = JSON.parse(chunk.text);
      // JSON is YAML: its places are found by reading it so, when somebody asks.
      documents.push({
        value,
        from,
        locate: (field) => locate(parseNode(chunk.text), field, chunk),
      });
      from = end;
    } catch (error) {
      if (!(error instanceof YamlFault)) throw error;
      return [...documents, failed({ text: "", from, line }, error, error.message)];
    }
  }
  return documents;
}

function failed(chunk: Chunk, fault: YamlFault, message: string): YamlDocument {
  const start = fault.mark ?? fault.context ?? { index: 0, line: 0, column: 0 };
  const place = placeOf(start, start, chunk);
  return {
    value: undefined,
    error: { ...place, message },
    from: chunk.from,
    locate: () => place,
  };
}

function placeOf(start: Mark, end: Mark, { from, line }: Chunk): Place {
  return {
    line: line + start.line + 1,
    column: start.column + 1,
    from: from + start.index,
    to: from + Math.max(end.index, start.index),
  };
}

/** Walks the tree along the field's name; keys may themselves hold dots. */
function locate(root: Node, field: string, chunk: Chunk): Place {
  let node: Node = root;
  let shown: Node = root;
  let rest = field;
  for (;;) {
    const step: Step | undefined = rest === "" ? undefined : stepInto(node, rest);
    if (!step) return placeOf(shown.start, shown === root ? shown.start : shown.end, chunk);
    node = step.value;
    shown = step.shown;
    rest = rest.slice(step.length);
  }
}

interface Step {
  readonly value: Node;
  /** What to point at: the key, or a sequence's item. */
  readonly shown: Node;
  readonly length: number;
}

function stepInto(node: Node, rest: string): Step | undefined {
  if (node.is === "sequence") {
    const index = /^\[(\d+)\]/.exec(rest);
    const item = index ? node.items[Number(index[1])] : undefined;
    return item && { value: item, shown: item, length: index![0].length };
  }
  if (node.is !== "mapping") return undefined;
  let best: Step | undefined;
  for (const [key, value] of node.entries) {
    const name = keyText(key);
    if (name === undefined) continue;
    for (const written of [name, `.${name}`, `[${name}]`]) {
      if (!rest.startsWith(written) || !/^$|^[.[]/.test(rest.slice(written.length))) continue;
      if (!best || written.length >= best.length) {
        best = { value, shown: key, length: written.length };
      }
    }
  }
  return best;
}
