// CustomResourceDefinition: apiextensions.k8s.io/v1. What it says of schemas is checked when it
// is created, by api/crd/definitioncheck.ts, which is loaded then.

import type { FieldError } from "../errors.ts";
import { checkMetaUpdate } from "../meta.ts";
import type { Obj } from "../object.ts";
import { column, nameColumn } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Column, JsonSchema, Kind } from "./kind.ts";

export interface CustomResourceDefinition extends Obj {
  spec: {
    group: string;
    scope: "Namespaced" | "Cluster";
    names: DefinitionNames;
    versions: DefinitionVersion[];
    conversion?: { strategy: "None" | "Webhook"; webhook?: unknown };
    preserveUnknownFields?: boolean;
  };
  status?: {
    conditions?: DefinitionCondition[];
    acceptedNames?: DefinitionNames;
    storedVersions?: string[];
    observedGeneration?: number;
  };
}

export interface DefinitionNames {
  plural: string;
  singular?: string;
  kind: string;
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
}

export interface DefinitionVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  deprecationWarning?: string;
  schema?: { openAPIV3Schema?: JsonSchema };
  subresources?: { status?: object; scale?: ScalePaths };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
}

export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

export interface PrinterColumn {
  name: string;
  type: Column<Obj>["type"];
  jsonPath: string;
  format?: string;
  priority?: number;
  description?: string;
}

export interface DefinitionCondition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export const CustomResourceDefinition: Kind<CustomResourceDefinition> =
  defineKind<CustomResourceDefinition>({
    kind: "CustomResourceDefinition",
    group: "apiextensions.k8s.io",
    plural: "customresourcedefinitions",
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    subresources: ["status"],
    defaulted: (o) => ({ ...o, spec: defaultedSpec(o.spec) }),
    // All of it stands with the schemas' rules, which are loaded with the first definition.
    validate: (object, old): FieldError[] =>
      old ? checkMetaUpdate(object.metadata, old.metadata) : [],
    columns: [nameColumn, column("Created At", ({ metadata }) => metadata.creationTimestamp ?? "")],
  });

/** Models SetDefaults_CustomResourceDefinitionSpec. */
function defaultedSpec(
  given: CustomResourceDefinition["spec"] | undefined,
): CustomResourceDefinition["spec"] {
  const names = { ...given?.names } as DefinitionNames;
  const { kind = "" } = names;
  return {
    conversion: { strategy: "None" },
    ...given,
    group: given?.group ?? "",
    scope: given?.scope as "Cluster",
    versions: given?.versions ?? [],
    names: {
      ...names,
      singular: names.singular || kind.toLowerCase(),
      ...(kind !== "" && { listKind: names.listKind || `${kind}List` }),
    },
  };
}
