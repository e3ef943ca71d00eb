import type { Obj } from "../object.ts";
import { defineKind } from "./kind.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import type { Kind } from "./kind.ts";
import { validateIngressClass } from "./ingressvalidation.ts";

/** Marks the class that cards without one get at creation. */
export const defaultClassAnnotation = "ingressclass.kubernetes.io/is-default-class";

export interface IngressClass extends Obj {
  spec?: {
    controller?: string;
    parameters?: {
      apiGroup?: string;
      kind: string;
      name: string;
      namespace?: string;
      scope?: "Cluster" | "Namespace";
    };
  };
}

export const IngressClass: Kind<IngressClass> = defineKind<IngressClass>({
  kind: "IngressClass",
  group: "networking.k8s.io",
  plural: "ingressclasses",
  namespaced: false,
  validate: validateIngressClass,
  defaulted: (o) => {
    const parameters = o.spec?.parameters;
    if (!parameters) return { ...o, spec: o.spec ?? {} };
    return { ...o, spec: { ...o.spec, parameters: { scope: "Cluster", ...parameters } } };
  },
  columns: [
    nameColumn,
    column("Controller", ({ spec }) => spec?.controller ?? ""),
    column("Parameters", ({ spec }) => {
      if (!spec?.parameters) return "<none>";
      const { apiGroup, kind, name } = spec.parameters;
      return `${kind}${apiGroup === undefined ? "" : `.${apiGroup}`}/${name}`;
    }),
    ageColumn,
  ],
});
