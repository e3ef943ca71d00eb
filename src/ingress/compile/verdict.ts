// What a controller has to say of an object: each refusal or remark has a type, a CamelCase
// reason and a sentence, and a place in the object.

import type { Key } from "../../api/object.ts";

export interface Verdict {
  readonly object: { readonly kind: string; readonly key: Key };
  /** The YAML path, "" for the object as a whole. */
  readonly field: string;
  readonly type: "error" | "warning" | "info";
  /** "DuplicatePath" */
  readonly reason: string;
  readonly message: string;
}
