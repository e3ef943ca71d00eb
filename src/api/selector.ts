// Label selectors: the structured ones of workloads and the text of `kubectl -l`; and field
// selectors, `--field-selector`.
//
//   matches(parseLabelSelector("app in (web,api),!canary"), pod.metadata.labels)
//
// Models apimachinery pkg/labels/selector.go, pkg/fields/selector.go and meta/v1/helpers.go.

import { ApiError } from "./errors.ts";
import { fieldErrorText, aggregate } from "./invalid.ts";
import { labelValueErrors, qualifiedNameErrors } from "./names.ts";
import type { Labels, Obj } from "./object.ts";
import { tokensOf } from "./selectortokens.ts";
import type { Token } from "./selectortokens.ts";

export interface LabelSelector {
  matchLabels?: Labels;
  matchExpressions?: {
    key: string;
    operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    values?: string[];
  }[];
}

/** One condition on the labels. A selector is all of its requirements together. */
export interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "=" | "==" | "!=" | "exists" | "!" | "gt" | "lt";
  /** Sorted. */
  readonly values: readonly string[];
}

/** Whether labels meet every requirement. */
export function matches(selector: readonly Requirement[], labels: Labels | undefined): boolean {
  return selector.every((requirement) => meets(requirement, labels ?? {}));
}

/** Whether labels meet a structured selector. An empty one matches all, an absent one nothing. */
export function matchesSelector(
  selector: LabelSelector | undefined,
  labels: Labels | undefined,
): boolean {
  return selector !== undefined && matches(requirementsOf(selector), labels);
}

/** A structured selector as requirements. */
export function requirementsOf(selector: LabelSelector): Requirement[] {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({
    key,
    operator: "in",
    values: [value],
  }));
  const set = (selector.matchExpressions ?? []).map(({ key, operator, values }): Requirement => ({
    key,
    operator: operators[operator] ?? "in",
    values: [...(values ?? [])].sort(),
  }));
  return [...equal, ...set];
}

const operators = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" } as const;

function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key);
  const value = has ? labels[key]! : "";
  switch (operator) {
    case "in":
    case "=":
    case "==":
      return has && values.includes(value);
    case "notin":
    case "!=":
      return !has || !values.includes(value);
    case "exists":
      return has;
    case "!":
      return !has;
    case "gt":
    case "lt":
      if (!has || !integer.test(value)) return false;
      return operator === "gt" ? +value > +values[0]! : +value < +values[0]!;
  }
}

const integer = /^[+-]?\d+$/;

/** The text of a structured selector as kubectl prints it: "app=web,tier in (a,b)". */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (!selector) return "<none>";
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({
    key,
    operator: "=",
    values: [value],
  }));
  const set = requirementsOf({ ...selector, matchLabels: {} });
  const all = [...equal, ...set].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return all.map(formatRequirement).join(",") || "<none>";
}

/** Labels as text, sorted: "app=web,tier=front", or "<none>". */
export function formatLabels(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}=${value}`).join(",") || "<none>";
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${values.join(",")})`;
    case "gt":
    case "lt":
      return `${key}${operator === "gt" ? ">" : "<"}${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

/** Parses the text of `-l`. Throws ApiError BadRequest in upstream's words. */
export function parseLabelSelector(text: string): Requirement[] {
  const tokens = tokensOf(text);
  const out: Requirement[] = [];
  let at = 0;
  // Between conditions the words `in` and `notin` are ordinary names.
  const peek = (): Token => asValue(tokens[at]!);
  for (;;) {
    const start = peek();
    if (start.type === "end") return out;
    if (start.type !== "word" && start.type !== "!") {
      throw bad(`found '${start.text}', expected: !, identifier, or 'end of string'`);
    }
    const [requirement, next] = requirementAt(tokens, at);
    out.push(requirement);
    at = next;
    const separator = peek();
    if (separator.type === "end") return out;
    if (separator.type !== ",") {
      throw bad(`found '${separator.text}', expected: ',' or 'end of string'`);
    }
    at++;
    const { type, text: seen } = peek();
    if (type !== "word" && type !== "!") {
      throw bad(`found '${seen}', expected: identifier after ','`);
    }
  }
}

function bad(message: string): ApiError {
  return new ApiError("BadRequest", message);
}

function unparsable(message: string): ApiError {
  return bad(`unable to parse requirement: ${message}`);
}

function asValue(token: Token): Token {
  return token.type === "in" || token.type === "notin" ? { ...token, type: "word" } : token;
}

/** The requirement that starts at token `at`, and where the next token is. */
function requirementAt(tokens: readonly Token[], at: number): [Requirement, number] {
  const absent = tokens[at]!.type === "!";
  const key = absent ? tokens[++at]! : asValue(tokens[at]!);
  if (key.type !== "word") throw unparsable(`found '${key.text}', expected: identifier`);
  checkKey(key.text, "<nil>");
  at++;
  if (absent) return [{ key: key.text, operator: "!", values: [] }, at];
  const sign = tokens[at]!;
  if (sign.type === "end" || sign.type === ",") {
    return [{ key: key.text, operator: "exists", values: [] }, at];
  }
  const operator = binary[sign.type];
  if (operator === undefined) {
    throw unparsable(`found '${sign.text}', expected: in, notin, =, ==, !=, gt, lt`);
  }
  at++;
  const [values, next] =
    operator === "in" || operator === "notin" ? setAt(tokens, at) : exactAt(tokens, at);
  const requirement = { key: key.text, operator, values: [...new Set(values)].sort() };
  check(requirement);
  return [requirement, next];
}

const binary: Readonly<Partial<Record<Token["type"], Requirement["operator"]>>> = {
  in: "in",
  notin: "notin",
  "=": "=",
  "==": "==",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
};

function exactAt(tokens: readonly Token[], at: number): [string[], number] {
  const token = asValue(tokens[at]!);
  if (token.type === "end" || token.type === ",") return [[""], at];
  if (token.type === "word") return [[token.text], at + 1];
  throw unparsable(`found '${token.text}', expected: identifier`);
}

/** "(a,b)": an absent value between two commas counts as the empty one. */
function setAt(tokens: readonly Token[], at: number): [string[], number] {
  const open = tokens[at]!;
  if (open.type !== "(") throw unparsable(`found '${open.text}' expected: '('`);
  const values: string[] = [];
  for (at++; ; at++) {
    const token = asValue(tokens[at]!);
    const after = asValue(tokens[at + 1] ?? token);
    if (token.type === "word") {
      values.push(token.text);
      if (after.type === ")") return [values, at + 2];
      if (after.type !== ",") throw unparsable(`found '${after.text}', expected: ',' or ')'`);
      if (asValue(tokens[at + 2]!).type === "word") at++;
    } else if (token.type === ",") {
      values.push("");
      if (after.type === ")") return [values, at + 2];
    } else if (token.type === ")" && values.length === 0) {
      return [[""], at + 1];
    } else if (values.length === 0) {
      throw unparsable(`found '${token.text}', expected: ',', ')' or identifier`);
    } else {
      throw unparsable(`found '${token.text}', expected: ',', or identifier`);
    }
  }
}

function check({ key, operator, values }: Requirement): void {
  const wrong: string[] = [];
  if ((operator === "gt" || operator === "lt") && !integer.test(values[0]!)) {
    wrong.push(
      fieldErrorText({
        type: "Invalid",
        field: "values[0]",
        badValue: values[0],
        detail: "for 'Gt', 'Lt' operators, the value must be an integer",
      }),
    );
  }
  values.forEach((value, i) => {
    const errors = labelValueErrors(value);
    if (errors.length === 0) return;
    const field = `values[${i}][${key}]`;
    wrong.push(
      fieldErrorText({ type: "Invalid", field, badValue: value, detail: errors.join("; ") }),
    );
  });
  if (wrong.length > 0) throw unparsable(aggregate(wrong));
}

function checkKey(key: string, field: string): void {
  const errors = qualifiedNameErrors(key);
  if (errors.length === 0) return;
  const detail = errors.join("; ");
  throw unparsable(fieldErrorText({ type: "Invalid", field, badValue: key, detail }));
}

/** One condition of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/**
 * Parses the text of `--field-selector`. Throws ApiError BadRequest on bad syntax, and on a
 * field that the kind cannot select by.
 */
export function parseFieldSelector(
  text: string,
  kind: { readonly selectableFields: readonly string[] },
): FieldRequirement[] {
  const terms = text.split(/(?<!\\),/).filter((term) => term !== "");
  return terms.map((term) => {
    const sign = /(?<!\\)(!=|==|=)/.exec(term);
    if (!sign) throw bad(`invalid selector: '${text}'; can't understand '${term}'`);
    const field = term.slice(0, sign.index);
    const value = term.slice(sign.index + sign[0].length).replace(/\\([\\,=])/g, "$1");
    if (!kind.selectableFields.includes(field)) throw bad(`field label not supported: ${field}`);
    return { field, equal: sign[0] !== "!=", value };
  });
}

/** Whether an object meets every condition. A field that is not set counts as empty. */
export function matchesFields(selector: readonly FieldRequirement[], object: Obj): boolean {
  return selector.every(({ field, equal, value }) => (fieldOf(object, field) === value) === equal);
}

function fieldOf(object: Obj, field: string): string {
  let value: unknown = object;
  const path = field === "source" ? "source.component" : field;
  for (const part of path.split("."))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return value === undefined || value === null ? "" : String(value);
}
