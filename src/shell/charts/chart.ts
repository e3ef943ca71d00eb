// A chart: values in, objects out. The museum (museum.ts) is the one list of all charts.

import type { Obj } from "../../api/object.ts";
import type { Random } from "../../base/random.ts";

/** YAML values: maps, lists and scalars. */
export type Values = { [name: string]: Value };
export type Value = string | number | boolean | null | Value[] | Values;

/** What a template may know of the release it is rendered for. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
}

/** One template of a chart and what it renders to. */
export interface Rendered {
  /** "templates/controller-service.yaml" */
  readonly template: string;
  readonly object: Obj;
}

export interface Chart {
  readonly repo: string;
  readonly repoUrl: string;
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  /**
   * The defaults, and at the same time everything that is honoured: a value that is not here
   * changes nothing.
   */
  readonly values: Values;
  /** Makes what templates cannot, a certificate for one: further values, seen by `render` alone. */
  prepare?(
    values: Values,
    release: Release,
    means: { readonly random: Random; readonly nowMs: number },
  ): Promise<Values>;
  /** What stands in the chart's folder crds/: installed first, once, and no part of the release. */
  crds?(): Promise<readonly Obj[]>;
  render(values: Values, release: Release): readonly Rendered[];
  notes(values: Values, release: Release): string;
}

/** The text at a path of values; "" when nothing is there. */
export function textAt(values: Values, path: string): string {
  const value = valueAt(values, path);
  return value === undefined || value === null ? "" : String(value);
}

/** Whether the value at a path counts as true in a template. */
export function isSet(values: Values, path: string): boolean {
  const value = valueAt(values, path);
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** A map of texts at a path, as annotations and ConfigMap data want it. */
export function textsAt(values: Values, path: string): Record<string, string> | undefined {
  const value = valueAt(values, path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(([name, one]) => [name, String(one ?? "")] as const);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

export function valueAt(values: Values, path: string): Value | undefined {
  let at: Value | undefined = values;
  for (const name of path.split(".")) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return undefined;
    if (!Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}
