import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, count, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateSecret } from "./datavalidation.ts";
import { base64, utf8 } from "../../base/bytes.ts";

export interface Secret extends Obj {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  /** Write-only: merged into `data` on the way in. */
  stringData?: Record<string, string>;
  immutable?: boolean;
}

export const Secret: Kind<Secret> = defineKind<Secret>({
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  selectableFields: ["metadata.name", "metadata.namespace", "type"],
  validate: validateSecret,
  defaulted: ({ stringData, ...o }) => {
    if (!stringData) return { type: "Opaque", ...o };
    const written = Object.entries(stringData).map(([key, value]) => [key, base64(utf8(value))]);
    return { type: "Opaque", ...o, data: { ...o.data, ...Object.fromEntries(written) } };
  },
  columns: [
    nameColumn,
    column("Type", ({ type }) => type ?? ""),
    count("Data", ({ data = {} }) => Object.keys(data).length),
    ageColumn,
  ],
});
