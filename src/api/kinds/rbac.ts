// Roles and who has them. They are stored; whether they are enforced is the API server's affair.
// Models kubernetes/pkg/apis/rbac/validation/validation.go.

import type { FieldError } from "../errors.ts";
import { eachInvalid, invalidValue, notSupported, required } from "../fielderrors.ts";
import { sameValue } from "../json.ts";
import { checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { nameIsSubdomain, pathSegmentErrors } from "../names.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, nameColumn, wide } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";

interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface Role extends Obj {
  rules?: PolicyRule[];
}

export interface ClusterRole extends Role {
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

interface Subject {
  kind: "User" | "Group" | "ServiceAccount";
  apiGroup?: string;
  name: string;
  namespace?: string;
}

export interface RoleBinding extends Obj {
  subjects?: Subject[];
  roleRef: { apiGroup: string; kind: "Role" | "ClusterRole"; name: string };
}

export type ClusterRoleBinding = RoleBinding;

const group = "rbac.authorization.k8s.io";
const created = column<Obj>(
  "Created At",
  ({ metadata }) => metadata.creationTimestamp ?? "",
  "date",
);

export const Role: Kind<Role> = defineKind<Role>({
  kind: "Role",
  group,
  plural: "roles",
  namespaced: true,
  validate: (role, old) => checkRole(role, old, true),
  defaulted: (o) => ({ ...o, rules: o.rules ?? [] }),
  columns: [nameColumn, created],
});

export const ClusterRole: Kind<ClusterRole> = defineKind<ClusterRole>({
  kind: "ClusterRole",
  group,
  plural: "clusterroles",
  namespaced: false,
  validate: (role, old) => [
    ...checkRole(role, old, false),
    ...checkAggregation(role.aggregationRule),
  ],
  defaulted: (o) => ({ ...o, rules: o.rules ?? [] }),
  columns: [nameColumn, created],
});

export const RoleBinding: Kind<RoleBinding> = binding("RoleBinding", "rolebindings", true);

export const ClusterRoleBinding: Kind<ClusterRoleBinding> = binding(
  "ClusterRoleBinding",
  "clusterrolebindings",
  false,
);

function binding(kind: string, plural: string, namespaced: boolean): Kind<RoleBinding> {
  return defineKind<RoleBinding>({
    kind,
    group,
    plural,
    namespaced,
    validate: (one, old) => checkBinding(one, old, namespaced),
    defaulted: (o) => ({
      ...o,
      roleRef: { ...o.roleRef, apiGroup: o.roleRef?.apiGroup || group },
      ...(o.subjects && { subjects: o.subjects.map(defaultedSubject) }),
    }),
    columns: [
      nameColumn,
      column("Role", ({ roleRef }) => `${roleRef?.kind ?? ""}/${roleRef?.name ?? ""}`),
      ageColumn,
      wide("Users", (o) => subjectsText(o, "User")),
      wide("Groups", (o) => subjectsText(o, "Group")),
      wide("ServiceAccounts", (o) => subjectsText(o, "ServiceAccount")),
    ],
  });
}

function subjectsText({ subjects = [] }: RoleBinding, kind: Subject["kind"]): string {
  return subjects
    .filter((one) => one.kind === kind)
    .map(({ name, namespace }) =>
      kind === "ServiceAccount" && namespace ? `${namespace}/${name}` : name,
    )
    .join(", ");
}

function defaultedSubject(subject: Subject): Subject {
  if (subject.apiGroup || subject.kind === "ServiceAccount") return subject;
  return { ...subject, apiGroup: group };
}

function checkRole(role: Role, old: Role | undefined, namespaced: boolean): FieldError[] {
  return [
    ...checkMeta(role.metadata, { namespaced, name: pathSegmentErrors }),
    ...(role.rules ?? []).flatMap((rule, i) => checkRule(`rules[${i}]`, rule, namespaced)),
    ...(old ? checkMetaUpdate(role.metadata, old.metadata) : []),
  ];
}

function checkRule(field: string, rule: PolicyRule, namespaced: boolean): FieldError[] {
  const {
    verbs = [],
    apiGroups = [],
    resources = [],
    resourceNames = [],
    nonResourceURLs = [],
  } = rule;
  const errors: FieldError[] = [];
  if (verbs.length === 0) {
    errors.push(required(`${field}.verbs`, "verbs must contain at least one value"));
  }
  if (nonResourceURLs.length > 0) {
    const at = `${field}.nonResourceURLs`;
    if (namespaced) {
      const detail = "namespaced rules cannot apply to non-resource URLs";
      errors.push(invalidValue(at, nonResourceURLs, detail));
    }
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const detail = "rules cannot apply to both regular resources and non-resource URLs";
      errors.push(invalidValue(at, nonResourceURLs, detail));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    const detail = "resource rules must supply at least one api group";
    errors.push(required(`${field}.apiGroups`, detail));
  }
  if (resources.length === 0) {
    errors.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
  }
  return errors;
}

function checkAggregation(rule: ClusterRole["aggregationRule"]): FieldError[] {
  if (!rule) return [];
  const field = "aggregationRule.clusterRoleSelectors";
  const selectors = rule.clusterRoleSelectors ?? [];
  if (selectors.length === 0) {
    const detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
    return [required(field, detail)];
  }
  return selectors.flatMap((selector, i) => checkSelector(`${field}[${i}]`, selector));
}

function checkBinding(
  one: RoleBinding,
  old: RoleBinding | undefined,
  namespaced: boolean,
): FieldError[] {
  const {
    apiGroup = "",
    kind = "",
    name = "",
  } = (one.roleRef ?? {}) as Partial<RoleBinding["roleRef"]>;
  const kinds = namespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  const errors = checkMeta(one.metadata, { namespaced, name: pathSegmentErrors });
  if (apiGroup !== group) errors.push(notSupported("roleRef.apiGroup", apiGroup, [group]));
  if (!kinds.includes(kind)) errors.push(notSupported("roleRef.kind", kind, kinds));
  errors.push(
    ...(name === ""
      ? [required("roleRef.name")]
      : eachInvalid("roleRef.name", name, pathSegmentErrors(name))),
    ...(one.subjects ?? []).flatMap((subject, i) =>
      checkSubject(`subjects[${i}]`, subject, namespaced),
    ),
  );
  if (!old) return errors;
  errors.push(...checkMetaUpdate(one.metadata, old.metadata));
  if (sameValue(one.roleRef, old.roleRef)) return errors;
  return [...errors, invalidValue("roleRef", one.roleRef, "cannot change roleRef")];
}

function checkSubject(field: string, subject: Subject, namespaced: boolean): FieldError[] {
  const { kind, name = "", apiGroup = "", namespace = "" } = subject;
  const errors: FieldError[] = [];
  if (name === "") errors.push(required(`${field}.name`));
  if (kind === "ServiceAccount") {
    if (name !== "") {
      errors.push(...eachInvalid(`${field}.name`, name, nameIsSubdomain(name, false)));
    }
    if (apiGroup !== "") errors.push(notSupported(`${field}.apiGroup`, apiGroup, [""]));
    if (!namespaced && namespace === "") errors.push(required(`${field}.namespace`));
  } else if (kind === "User" || kind === "Group") {
    if (apiGroup !== group) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [group]));
  } else {
    errors.push(notSupported(`${field}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
  return errors;
}
