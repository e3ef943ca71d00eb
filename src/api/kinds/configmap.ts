import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, count, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateConfigMap } from "./datavalidation.ts";

export interface ConfigMap extends Obj {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

export const ConfigMap: Kind<ConfigMap> = defineKind<ConfigMap>({
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  validate: validateConfigMap,
  columns: [
    nameColumn,
    count(
      "Data",
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    ),
    ageColumn,
  ],
});
