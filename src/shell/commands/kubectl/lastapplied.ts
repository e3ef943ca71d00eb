// The annotation in which `kubectl apply` remembers what it applied.

import type { Obj } from "../../../api/object.ts";
import { compactJson } from "../../../api/gojson.ts";

export const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** The object with a record of itself. */
export function withLastApplied(object: Obj): Obj {
  const bare = withoutLastApplied(object);
  const recorded = {
    ...bare,
    metadata: { ...bare.metadata, annotations: bare.metadata.annotations ?? {} },
  };
  const annotations = { ...bare.metadata.annotations, [lastApplied]: `${compactJson(recorded)}\n` };
  return { ...bare, metadata: { ...bare.metadata, annotations } };
}

/** What was applied last; undefined when nothing was. */
export function recordedIn(object: Obj): Record<string, unknown> | undefined {
  const text = object.metadata.annotations?.[lastApplied];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function withoutLastApplied(object: Obj): Obj {
  const { annotations, ...metadata } = object.metadata;
  if (annotations === undefined) return object;
  const { [lastApplied]: _, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}
