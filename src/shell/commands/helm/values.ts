// Helm values: files and --set laid over a chart's defaults.
// Models helm pkg/strvals for the notation and pkg/chartutil for the merge.

import type { Value, Values } from "../../charts/chart.ts";
import { HelmError } from "./errors.ts";

/** `over` laid on `under`: maps merge, null removes, everything else replaces. */
export function mergeValues(under: Values, over: Values): Values {
  const out: Values = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const old = Object.hasOwn(out, name) ? out[name] : undefined;
    if (value === null) delete out[name];
    else if (isMap(value) && isMap(old)) put(out, name, mergeValues(old, value));
    else put(out, name, value);
  }
  return out;
}

/** Values that a learner set and that the chart does not know, as paths. */
export function unknownPaths(known: Values, set: Values, prefix = ""): string[] {
  return Object.entries(set).flatMap(([name, value]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    const default_ = Object.hasOwn(known, name) ? known[name] : undefined;
    if (default_ === undefined) return [path];
    // An empty map takes whatever the user names: annotations, config.
    if (!isMap(default_) || Object.keys(default_).length === 0 || !isMap(value)) return [];
    return unknownPaths(default_, value, path);
  });
}

/**
 * Puts `a.b[0]=x,c=y` into values. A backslash keeps the next character as it is.
 * @param asText --set-string: no value becomes a number, a boolean or null.
 */
export function setValues(values: Values, notation: string, asText = false): void {
  for (const assignment of split(notation, ",")) {
    const [key = "", ...rest] = split(assignment, "=");
    if (rest.length === 0) {
      throw new HelmError(`failed parsing --set data: key "${unescape(key)}" has no value`);
    }
    assign(values, split(key, ".").map(unescape), scalar(rest.join("="), asText));
  }
}

function assign(values: Values, path: string[], value: Value): void {
  let at: Values = values;
  for (const [index, part] of path.entries()) {
    const [, name = part, position] = /^(.+?)\[(\d{1,4})\]$/.exec(part) ?? [];
    const last = index === path.length - 1;
    if (position === undefined) {
      if (last) put(at, name, value);
      else at = mapAt(at, name);
      continue;
    }
    const list = Array.isArray(at[name]) ? at[name] : [];
    put(at, name, list);
    while (list.length <= Number(position)) list.push(null);
    if (last) list[Number(position)] = value;
    else {
      const next = list[Number(position)];
      at = isMap(next) ? next : {};
      list[Number(position)] = at;
    }
  }
}

function mapAt(values: Values, name: string): Values {
  const old = Object.hasOwn(values, name) ? values[name] : undefined;
  const map = isMap(old) ? old : {};
  put(values, name, map);
  return map;
}

/** Sets an own property, whatever it is called: "__proto__" is a name like any other. */
function put(values: Values, name: string, value: Value): void {
  Object.defineProperty(values, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function scalar(text: string, asText: boolean): Value {
  if (text.startsWith("{") && text.endsWith("}")) {
    const inside = text.slice(1, -1);
    return inside === "" ? [] : split(inside, ",").map((one) => scalar(one, asText));
  }
  const plain = unescape(text);
  if (asText) return plain;
  if (plain === "true") return true;
  if (plain === "false") return false;
  if (plain === "null") return null;
  // A leading zero keeps a text a text, as helm does.
  if (plain === "0" || /^-?[1-9]\d{0,14}$/.test(plain)) return Number(plain);
  return plain;
}

/** Splits at a separator that is neither escaped nor inside braces. */
function split(text: string, separator: string): string[] {
  const out: string[] = [];
  let part = "";
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "\\" && i + 1 < text.length) part += char + text[++i]!;
    else if (char === separator && depth === 0) {
      out.push(part);
      part = "";
    } else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      part += char;
    }
  }
  return [...out, part];
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

export function isMap(value: Value | undefined): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
