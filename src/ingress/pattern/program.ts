// Runs a pattern by backtracking, as PCRE does, but counts its steps: a pattern that would run
// for ages stops at `stepsMax` and says so, instead of stopping the world. Used for patterns
// that cannot be shown to be harmless; the others run as JavaScript's own (see pattern.ts).

import { assert } from "../../base/assert.ts";
import type { Node, Range } from "./parse.ts";

/** One instruction. Plain data, so that tables that hold patterns stay plain data. */
type Instruction =
  | { readonly op: "char"; readonly code: number; readonly other: number }
  | { readonly op: "any" | "start" | "end" | "boundary" | "notBoundary" | "match" }
  | { readonly op: "set"; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly op: "save"; readonly slot: number }
  /** Tries `first`, and `second` when that fails. */
  | { readonly op: "split"; readonly first: number; readonly second: number }
  | { readonly op: "jump"; readonly to: number }
  /** Remembers where a loop's turn began; `moved` fails a turn that took nothing. */
  | { readonly op: "mark" | "moved"; readonly slot: number }
  | { readonly op: "reference"; readonly index: number }
  /** Runs from the next instruction to its `match`, then goes on at `next`. */
  | { readonly op: "atomic"; readonly next: number }
  | { readonly op: "look"; readonly next: number; readonly negated: boolean };

export interface Program {
  readonly code: readonly Instruction[];
  readonly slots: number;
  readonly ignoreCase: boolean;
}

/** The most instructions a pattern may compile to. */
const codeMax = 20_000;

/** The most steps a match may take: PCRE's match limit in nginx is ten times this. */
const stepsMax = 1_000_000;

/** What a run gives: the groups (0 is the whole match), no match, or too many steps. */
export type Outcome = readonly (string | undefined)[] | null | "exhausted";

/** The instructions of a pattern's tree; undefined when they would be too many. */
export function compileProgram(
  node: Node,
  groups: number,
  ignoreCase: boolean,
): Program | undefined {
  const emitter = new Emitter(groups, ignoreCase);
  emitter.emit(node);
  emitter.code.push({ op: "match" });
  if (emitter.overflow) return undefined;
  return { code: emitter.code, slots: emitter.slots, ignoreCase };
}

/** The steps that are left. */
export interface Budget {
  left: number;
}

/** As many steps as one decision may take. */
export function newBudget(): Budget {
  return { left: stepsMax };
}

/** Matches at exactly `at`. @param budget for callers who run a program several times. */
export function run(program: Program, text: string, at: number, budget = newBudget()): Outcome {
  const slots = new Array<number>(program.slots).fill(-1);
  const end = runFrom(program, 0, text, at, slots, budget);
  if (budget.left <= 0) return "exhausted";
  if (end < 0) return null;
  const groups: (string | undefined)[] = [text.slice(at, end)];
  for (let i = 2; i + 1 < program.slots && i < 2 * groupsMax; i += 2) {
    const [from, to] = [slots[i]!, slots[i + 1]!];
    groups.push(from < 0 || to < 0 ? undefined : text.slice(from, to));
  }
  return groups;
}

const groupsMax = 100;

class Emitter {
  readonly code: Instruction[] = [];
  slots: number;
  overflow = false;
  readonly #ignoreCase: boolean;

  constructor(groups: number, ignoreCase: boolean) {
    this.slots = 2 * (groups + 1);
    this.#ignoreCase = ignoreCase;
  }

  emit(node: Node): void {
    if (this.code.length > codeMax) {
      this.overflow = true;
      return;
    }
    switch (node.type) {
      case "char":
        this.code.push({
          op: "char",
          code: node.code,
          other: this.#ignoreCase ? swapCase(node.code) : node.code,
        });
        return;
      case "set":
        this.code.push({ op: "set", ranges: node.ranges, negated: node.negated });
        return;
      case "cat":
        for (const part of node.nodes) this.emit(part);
        return;
      case "alt":
        return this.#alternatives(node.nodes);
      case "group":
        this.code.push({ op: "save", slot: 2 * node.index });
        this.emit(node.node);
        this.code.push({ op: "save", slot: 2 * node.index + 1 });
        return;
      case "repeat":
        return this.#repeat(node);
      case "atomic":
        return this.#inner({ op: "atomic", next: -1 }, node.node);
      case "look":
        return this.#inner({ op: "look", next: -1, negated: node.negated }, node.node);
      case "reference":
        this.code.push({ op: "reference", index: node.index });
        return;
      default:
        this.code.push({ op: node.type });
    }
  }

  #alternatives(nodes: readonly Node[]): void {
    const exits: number[] = [];
    nodes.forEach((node, i) => {
      if (i === nodes.length - 1) return this.emit(node);
      const split = this.code.push({ op: "split", first: 0, second: 0 }) - 1;
      this.emit(node);
      exits.push(this.code.push({ op: "jump", to: 0 }) - 1);
      this.code[split] = { op: "split", first: split + 1, second: this.code.length };
    });
    for (const exit of exits) this.code[exit] = { op: "jump", to: this.code.length };
  }

  #repeat(node: Node & { type: "repeat" }): void {
    if (node.greed === "possessive") {
      const greedy: Node = { ...node, greed: "greedy" };
      return this.#inner({ op: "atomic", next: -1 }, greedy);
    }
    for (let i = 0; i < node.min; i++) this.emit(node.node);
    if (node.max === Infinity) return this.#loop(node);
    const splits: number[] = [];
    for (let i = node.min; i < node.max; i++) {
      splits.push(this.code.push({ op: "split", first: 0, second: 0 }) - 1);
      this.emit(node.node);
      if (this.overflow) return;
    }
    for (const at of splits) this.code[at] = branch(node.greed, at + 1, this.code.length);
  }

  #loop(node: Node & { type: "repeat" }): void {
    const slot = this.slots++;
    const split = this.code.push({ op: "split", first: 0, second: 0 }) - 1;
    this.code.push({ op: "mark", slot });
    this.emit(node.node);
    this.code.push({ op: "moved", slot }, { op: "jump", to: split });
    this.code[split] = branch(node.greed, split + 1, this.code.length);
  }

  #inner(head: Instruction & { op: "atomic" | "look" }, node: Node): void {
    const at = this.code.push(head) - 1;
    this.emit(node);
    this.code.push({ op: "match" });
    this.code[at] = { ...head, next: this.code.length };
  }
}

function branch(greed: "greedy" | "lazy" | "possessive", into: number, past: number): Instruction {
  return greed === "lazy"
    ? { op: "split", first: past, second: into }
    : { op: "split", first: into, second: past };
}

/** The end of the match from `pc` at `at`, or -1; `slots` holds the groups of a match. */
function runFrom(
  program: Program,
  start: number,
  text: string,
  from: number,
  slots: number[],
  budget: { left: number },
): number {
  const { code, ignoreCase } = program;
  // Where to go on after a failure, and what slots held before: triples and pairs on one stack.
  const stack: number[] = [];
  let pc = start;
  let at = from;
  for (;;) {
    if (--budget.left <= 0) return -1;
    const now = code[pc]!;
    let ok = true;
    switch (now.op) {
      case "match":
        return at;
      case "char": {
        const c = text.charCodeAt(at);
        ok = c === now.code || c === now.other;
        if (ok) at++;
        break;
      }
      case "any":
        ok = at < text.length && text.charCodeAt(at) !== 10;
        if (ok) at++;
        break;
      case "set":
        ok = at < text.length && inSet(now, text.charCodeAt(at), ignoreCase);
        if (ok) at++;
        break;
      case "start":
        ok = at === 0;
        break;
      case "end":
        ok = at === text.length || (at === text.length - 1 && text.charCodeAt(at) === 10);
        break;
      case "boundary":
      case "notBoundary":
        ok = (isWord(text, at - 1) !== isWord(text, at)) === (now.op === "boundary");
        break;
      case "save":
      case "mark":
        stack.push(slots[now.slot]!, now.slot, -1);
        slots[now.slot] = at;
        break;
      case "moved":
        ok = slots[now.slot] !== at;
        break;
      case "split":
        stack.push(at, now.second, 0);
        pc = now.first;
        continue;
      case "jump":
        pc = now.to;
        continue;
      case "reference": {
        const [a, b] = [slots[2 * now.index] ?? -1, slots[2 * now.index + 1] ?? -1];
        budget.left -= Math.max(0, b - a); // each character compared is a step
        ok = a >= 0 && b >= 0 && text.startsWith(text.slice(a, b), at);
        if (ok) at += b - a;
        break;
      }
      case "atomic":
      case "look": {
        const end = runFrom(program, pc + 1, text, at, slots, budget);
        ok = now.op === "atomic" ? end >= 0 : end >= 0 !== now.negated;
        if (!ok) break;
        if (now.op === "atomic") at = end;
        pc = now.next;
        continue;
      }
    }
    if (ok) {
      pc++;
      continue;
    }
    for (;;) {
      if (stack.length === 0) return -1;
      const mark = stack.pop()!;
      const second = stack.pop()!;
      const first = stack.pop()!;
      if (mark === 0) {
        at = first;
        pc = second;
        break;
      }
      slots[second] = first;
    }
  }
}

function inSet(
  set: { readonly ranges: readonly Range[]; readonly negated: boolean },
  code: number,
  ignoreCase: boolean,
): boolean {
  const other = ignoreCase ? swapCase(code) : code;
  for (const [from, to] of set.ranges) {
    if ((code >= from && code <= to) || (other >= from && other <= to)) return !set.negated;
  }
  return set.negated;
}

function isWord(text: string, at: number): boolean {
  assert(at >= -1, "a word boundary is looked for inside the text");
  const c = text.charCodeAt(at);
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
}

function swapCase(code: number): number {
  if (code >= 65 && code <= 90) return code + 32;
  if (code >= 97 && code <= 122) return code - 32;
  return code;
}
