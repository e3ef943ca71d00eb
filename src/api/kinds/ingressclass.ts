import type { Obj } from "../object.ts";

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
