import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, count, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import type { ObjectReference } from "./event.ts";

export interface ServiceAccount extends Obj {
  secrets?: ObjectReference[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
}

export const ServiceAccount: Kind<ServiceAccount> = defineKind<ServiceAccount>({
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  shortNames: ["sa"],
  namespaced: true,
  columns: [nameColumn, count("Secrets", ({ secrets = [] }) => secrets.length), ageColumn],
});
