// ControllerRevision: what a DaemonSet or StatefulSet looked like once.

import type { FieldError } from "../errors.ts";
import { nonNegative, required } from "../fielderrors.ts";
import { isObject } from "../json.ts";
import { checkImmutable } from "../meta.ts";
import { controllerOf } from "../object.ts";
import type { Obj } from "../object.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import { defineKind, validateMeta } from "./kind.ts";
import type { Kind } from "./kind.ts";

export interface ControllerRevision extends Obj {
  data?: unknown;
  revision: number;
}

export const ControllerRevision: Kind<ControllerRevision> = defineKind<ControllerRevision>({
  kind: "ControllerRevision",
  group: "apps",
  plural: "controllerrevisions",
  namespaced: true,
  validate,
  defaulted: (o) => ({ ...o, revision: o.revision ?? 0 }),
  columns: [
    nameColumn,
    column("Controller", (o) => {
      const owner = controllerOf(o);
      if (!owner) return "<none>";
      const [group = "", version] = owner.apiVersion.split("/");
      const kind = owner.kind.toLowerCase();
      return `${version === undefined ? kind : `${kind}.${group}`}/${owner.name}`;
    }),
    column("Revision", ({ revision }) => revision ?? 0),
    ageColumn,
  ],
});

function validate(one: ControllerRevision, old?: ControllerRevision): FieldError[] {
  const errors = [...validateMeta(one, old, true), ...nonNegative("revision", one.revision)];
  if (old) return [...errors, ...checkImmutable("data", one.data, old.data)];
  if (one.data === undefined || one.data === null) {
    return [...errors, required("data", "data is mandatory")];
  }
  if (isObject(one.data)) return errors;
  return [...errors, required("data", "data must be a valid JSON object")];
}
