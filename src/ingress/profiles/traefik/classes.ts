// Which Ingresses Traefik takes: those whose class is of its controller, and those without a
// class when no class was configured. Models shouldProcessIngress of the provider.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { IngressClass } from "../../../api/kinds/ingressclass.ts";
import type { TraefikSettings } from "./settings.ts";

const controllerName = "traefik.io/ingress-controller";

export function isOurs(
  { metadata, spec }: Ingress,
  classes: readonly IngressClass[],
  { ingressClass }: Pick<TraefikSettings, "ingressClass">,
): boolean {
  if (spec.ingressClassName !== undefined) {
    const named = classes.find((one) => one.metadata.name === spec.ingressClassName);
    if (named?.spec?.controller !== controllerName) return false;
    return ingressClass === "" || named.metadata.name === ingressClass;
  }
  const annotation = metadata.annotations?.["kubernetes.io/ingress.class"] ?? "";
  return annotation === ingressClass || (ingressClass === "" && annotation === "traefik");
}
