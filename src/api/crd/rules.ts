// x-kubernetes-validations: the CEL rules of a schema, at every level, compiled when first needed.
// Models apiextensions-apiserver pkg/apiserver/schema/cel/validation.go; what it costs to run a
// rule is not counted here.

import type { FieldError } from "../errors.ts";
import { isObject, sameValue } from "../json.ts";
import type { Cel, Program } from "./cel/environment.ts";
import { CelValues } from "./cel/values.ts";
import { childPath, valuesOf } from "./props.ts";
import type { Rule, SchemaProps } from "./props.ts";
import { matching } from "./schemacheck.ts";

interface Place {
  readonly schema: SchemaProps;
  readonly path: string;
  readonly value: unknown;
  /** The value before the update; undefined when there is none that corresponds. */
  readonly old: unknown;
  /** Part of something that the update left as it was: its faults are not told again. */
  readonly unchanged: boolean;
}

/** A rule, compiled; or why it is none. */
interface Compiled {
  readonly rule: Rule;
  readonly program?: Program;
  readonly message?: Program;
  readonly error?: string;
  readonly usesOldSelf: boolean;
}

export class Rules {
  readonly #schema: SchemaProps;
  readonly #cel: Cel;
  readonly #compiled = new Map<SchemaProps, readonly Compiled[]>();
  /** Whether there are any rules at or below a schema. */
  readonly #has = new Map<SchemaProps, boolean>();

  constructor(schema: SchemaProps, cel: Cel) {
    this.#schema = schema;
    this.#cel = cel;
  }

  check(object: unknown, old?: unknown): FieldError[] {
    const values = new CelValues((text) => this.#cel.duration(text));
    const place = { schema: this.#schema, path: "", value: object, old, unchanged: false };
    return this.#at(place, values);
  }

  #at(place: Place, values: CelValues): FieldError[] {
    const { schema, value, old } = place;
    if (value === null || value === undefined || !this.#hasRules(schema)) return [];
    const unchanged = place.unchanged || (old !== undefined && sameValue(value, old));
    const here = { ...place, unchanged };
    return [
      ...this.#expressions(here, values),
      ...this.#items(here, values),
      ...this.#members(here, values),
    ];
  }

  #items({ schema, path, value, old, unchanged }: Place, values: CelValues): FieldError[] {
    const { items } = schema;
    if (!Array.isArray(value) || items === undefined) return [];
    const before = matching(schema, old);
    return value.flatMap((item: unknown, i) => {
      const place = {
        schema: items,
        path: `${path}[${i}]`,
        value: item,
        old: before(item),
        unchanged,
      };
      return this.#at(place, values);
    });
  }

  #members({ schema, path, value, old, unchanged }: Place, values: CelValues): FieldError[] {
    if (!isObject(value)) return [];
    const before = isObject(old) ? old : {};
    const more = valuesOf(schema);
    const { properties = {} } = schema;
    const others = more
      ? Object.keys(value).filter((name) => !Object.hasOwn(properties, name))
      : [];
    const member = (name: string, of: SchemaProps, at: string): FieldError[] =>
      this.#at({ schema: of, path: at, value: value[name], old: before[name], unchanged }, values);
    return [
      ...others.flatMap((name) => member(name, more!, `${path}[${name}]`)),
      ...Object.entries(properties).flatMap(([name, property]) =>
        Object.hasOwn(value, name) ? member(name, property, childPath(path, name)) : [],
      ),
    ];
  }

  #expressions(place: Place, values: CelValues): FieldError[] {
    const { schema, path, value, old, unchanged } = place;
    const compiled = this.#rulesOf(schema);
    if (compiled.length === 0) return [];
    const seen = (one: unknown): unknown =>
      path === "" ? values.root(schema, one) : values.of(schema, one);
    const self = seen(value);
    const oldSelf = old === undefined ? undefined : seen(old);
    return compiled.flatMap((one) => {
      const { rule, usesOldSelf } = one;
      if (usesOldSelf && old === undefined && !rule.optionalOldSelf) return [];
      const variables = { self, oldSelf: rule.optionalOldSelf ? this.#optional(oldSelf) : oldSelf };
      const error = evaluated(one, variables, place);
      return error && (usesOldSelf || !unchanged || error.broken) ? [error.told] : [];
    });
  }

  #optional(value: unknown): unknown {
    const expression = value === undefined ? "optional.none()" : "optional.of(self)";
    return this.#cel.compile(expression)({ self: value });
  }

  #rulesOf(schema: SchemaProps): readonly Compiled[] {
    let compiled = this.#compiled.get(schema);
    if (compiled === undefined) {
      compiled = (schema["x-kubernetes-validations"] ?? []).map((rule) => this.#compile(rule));
      this.#compiled.set(schema, compiled);
    }
    return compiled;
  }

  #compile(rule: Rule): Compiled {
    const usesOldSelf = /\boldSelf\b/.test(rule.rule.replace(quoted, ""));
    try {
      const program = this.#cel.compile(rule.rule);
      const message = rule.messageExpression && this.#cel.compile(rule.messageExpression);
      return { rule, program, usesOldSelf, ...(message && { message }) };
    } catch (error) {
      return { rule, usesOldSelf, error: summaryOf(error) };
    }
  }

  #hasRules(schema: SchemaProps): boolean {
    let has = this.#has.get(schema);
    if (has === undefined) {
      const below = [schema.items, valuesOf(schema), ...Object.values(schema.properties ?? {})];
      has =
        (schema["x-kubernetes-validations"] ?? []).length > 0 ||
        below.some((one) => one !== undefined && this.#hasRules(one));
      this.#has.set(schema, has);
    }
    return has;
  }
}

/** The finding of one rule; `broken` when the rule could not be evaluated at all. */
function evaluated(
  { rule, program, message, error }: Compiled,
  variables: { self: unknown; oldSelf: unknown },
  { schema, path }: Place,
): { told: FieldError; broken: boolean } | undefined {
  const field = path === "" ? "<nil>" : path;
  const badValue = schema.type ?? "";
  const broken = (detail: string) => ({
    told: { type: "Invalid" as const, field, badValue, detail },
    broken: true,
  });
  if (!program) return broken(`rule compile error: ${error}`);
  try {
    if (program(variables) === true) return undefined;
  } catch (cause) {
    return broken(evaluationFault(cause, rule));
  }
  const detail = (message && evaluatedMessage(message, variables)) ?? messageOf(rule);
  const at = rule.fieldPath ? childPath(path, normalized(rule.fieldPath)) : field;
  return { told: withReason({ field: at, badValue, detail }, rule.reason), broken: false };
}

function withReason(
  { field, badValue, detail }: { field: string; badValue: unknown; detail: string },
  reason = "",
): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return { type: "Forbidden", field, detail };
    case "FieldValueRequired":
      return { type: "Required", field, detail };
    case "FieldValueDuplicate":
      return { type: "Duplicate", field, badValue, detail: "" };
    default:
      return { type: "Invalid", field, badValue, detail };
  }
}

const quoted = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/** celconfig.MaxEvaluatedMessageExpressionSizeBytes */
const messageBytesMax = 5 * 1024;

/** The text that the rule makes of its values; undefined when that is no good sentence. */
function evaluatedMessage(program: Program, variables: Parameters<Program>[0]): string | undefined {
  try {
    const text = program(variables);
    const trimmed = typeof text === "string" ? text.trim() : "";
    const good = trimmed !== "" && !trimmed.includes("\n") && trimmed.length <= messageBytesMax;
    return good ? trimmed : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(rule: Rule): string {
  return rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`;
}

/** What cel-go says of a fault at run time, and of which rule. */
function evaluationFault(error: unknown, rule: Rule): string {
  const which = (rule.message ?? rule.rule).trim();
  const { code = "" } = error as { code?: string };
  const summary = summaryOf(error);
  if (code === "no_such_overload" || code === "no_matching_overload") {
    const what = "call arguments did not match a supported operator, function or macro signature";
    return `'no such overload': ${what} for rule: ${which}`;
  }
  const bounds = /index out of bounds, index (\d+)/.exec(summary);
  const words = bounds ? `index out of bounds: ${bounds[1]}` : summary;
  return `${words.replace(/^No such key/, "no such key")} evaluating rule: ${which}`;
}

/** The sentence of the expression engine, without its picture of the place. */
export function summaryOf(error: unknown): string {
  const { summary, message } = error as { summary?: string; message: string };
  return summary ?? message.split("\n")[0]!;
}

/** ".spec.ports" and "['a.b']" as field.Path prints them. */
function normalized(path: string): string {
  return path
    .replace(/^\./, "")
    .replace(/\['((?:\\.|[^'\\])*)'\]/g, (_, name: string) => `[${name.replace(/\\(.)/g, "$1")}]`);
}
