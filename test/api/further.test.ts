// The kinds that come with the first request: however little an object says, it is refused in
// words or accepted, and printed.

import { describe, expect, test } from "vitest";
import { fieldErrorText } from "../../src/api/invalid.ts";
import { furtherKinds } from "../../src/api/kinds/further.ts";
import type { Obj } from "../../src/api/object.ts";
import { fieldOf, typeOfKind } from "../../src/api/schema/schema.ts";

/** What an object with nothing but a name is refused for, by kind. */
const refusals: Readonly<Record<string, string>> = {
  PersistentVolume: "spec.accessModes: Required value",
  PersistentVolumeClaim: "spec.accessModes: Required value: at least 1 access mode is required",
  ControllerRevision: "data: Required value: data is mandatory",
  DaemonSet:
    "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
  StatefulSet: "spec.selector: Required value",
  CronJob: "spec.schedule: Required value",
  Job: "spec.template.spec.containers: Required value",
  ClusterRoleBinding: 'roleRef.kind: Unsupported value: "": supported values: "ClusterRole"',
  RoleBinding: 'roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"',
  StorageClass: "provisioner: Required value",
};

describe.each(furtherKinds.map((kind) => [kind.kind, kind] as const))("%s", (name, kind) => {
  const { apiVersion, namespaced } = kind;
  const metadata = { name: "a", ...(namespaced && { namespace: "default" }) };
  const bare: Obj = { apiVersion, kind: name, metadata };

  test("with nothing in it is told what is missing, and printed", () => {
    const [first] = kind.validate(kind.defaulted(bare));
    expect(first && fieldErrorText(first)).toBe(refusals[name]);
    expect(kind.columns.map((column) => typeof column.cell(bare, 0))).not.toContain("undefined");
  });

  test("has its fields in the schema", () => {
    expect(fieldOf(typeOfKind(kind), "metadata")).toMatchObject({ object: "ObjectMeta" });
  });
});
