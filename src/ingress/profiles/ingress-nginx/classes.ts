// Which Ingresses are ours: by ingressClassName, by the old annotation, or without any. Models
// GetIngressClass and the class handlers of internal/ingress/controller/store/store.go.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { Flags } from "../../flags.ts";

/** The annotation that named a class before there were IngressClasses. */
const classAnnotation = "kubernetes.io/ingress.class";

export interface ClassRules {
  /** --controller-class */
  readonly controller: string;
  /** --ingress-class: the annotation's value, and a class by name. */
  readonly name: string;
  readonly byName: boolean;
  readonly withoutClass: boolean;
}

export function classRules(flags: Flags): ClassRules {
  return {
    controller: flags.text("controller-class", "k8s.io/ingress-nginx"),
    name: flags.text("ingress-class", "nginx"),
    byName: flags.flag("ingress-class-by-name"),
    withoutClass: flags.flag("watch-ingress-without-class"),
  };
}

/** Whether an IngressClass is served by this controller. */
export function isOurClass(rules: ClassRules, { metadata, spec }: IngressClass): boolean {
  return spec?.controller === rules.controller || (rules.byName && metadata.name === rules.name);
}

/** The class of an Ingress that is ours, or why it is not. `classes` are ours by name. */
export function classOf(
  rules: ClassRules,
  classes: { has(name: string): boolean } | undefined,
  { metadata, spec }: Ingress,
): { readonly name: string } | { readonly error: string } {
  const { ingressClassName } = spec;
  if (classes && ingressClassName !== undefined) {
    if (classes.has(ingressClassName)) return { name: ingressClassName };
    return { error: `no object matching key "${ingressClassName}" in local store` };
  }
  const annotation = metadata.annotations?.[classAnnotation];
  if (annotation !== undefined) {
    if (annotation === rules.name) return { name: annotation };
    return {
      error: "ingress class annotation is not equal to the expected by Ingress Controller",
    };
  }
  if (rules.withoutClass) return { name: "_" };
  return { error: "ingress does not contain a valid IngressClass" };
}
