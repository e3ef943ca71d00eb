// What the API server thinks of a write before it validates and stores it: steps that may
// change the object, and steps that may refuse it. Models the admission plug-ins that a real
// cluster runs by default, as far as a learner of Ingress can meet them.

import { ApiError } from "../api/errors.ts";
import type { Ingress } from "../api/kinds/ingress.ts";
import { IngressClass, defaultClassAnnotation } from "../api/kinds/ingressclass.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { Namespace } from "../api/kinds/namespace.ts";
import type { Pod, Toleration } from "../api/kinds/pod.ts";
import type { Obj } from "../api/object.ts";
import { forbidden, notFound } from "./refusals.ts";
import type { Store } from "./store.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE";

/** A write that is being considered. */
export interface Attempt {
  readonly operation: Operation;
  readonly kind: Kind;
  /** As it would be stored; for DELETE the object that would go. */
  readonly object: Obj;
  readonly old: Obj | undefined;
  readonly user: string;
}

/** One plug-in. It gives the object back, changed or not, or throws an ApiError. */
export interface AdmissionStep {
  /** As `kube-apiserver --enable-admission-plugins` names it. */
  readonly name: string;
  readonly operations: readonly Operation[];
  admit(attempt: Attempt, store: Store): Obj;
}

/** In the order in which upstream runs them. */
export const admissionSteps: readonly AdmissionStep[] = [
  { name: "NamespaceLifecycle", operations: ["CREATE", "DELETE"], admit: namespaceLifecycle },
  { name: "Priority", operations: ["CREATE"], admit: priority },
  { name: "DefaultTolerationSeconds", operations: ["CREATE"], admit: defaultTolerationSeconds },
  { name: "DefaultIngressClass", operations: ["CREATE"], admit: defaultIngressClass },
];

const undeletable = ["default", "kube-system", "kube-public"];

/** Models apiserver pkg/admission/plugin/namespace/lifecycle. */
function namespaceLifecycle({ operation, kind, object }: Attempt, store: Store): Obj {
  const { name, namespace } = object.metadata;
  if (operation === "DELETE") {
    if (kind.kind === "Namespace" && undeletable.includes(name)) {
      throw forbidden(kind, name, "this namespace may not be deleted");
    }
    return object;
  }
  if (!kind.namespaced || namespace === undefined) return object;
  if (!store.serves(Namespace)) return object;
  const home = store.get(Namespace, namespace);
  if (home === undefined) throw notFound(Namespace, namespace);
  if (home.metadata.deletionTimestamp !== undefined) throw terminating(kind, name, namespace);
  return object;
}

function terminating(kind: Kind, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { reason, message, details } = forbidden(kind, name, why);
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${namespace} is being terminated`,
    field: "metadata.namespace",
  };
  return new ApiError(reason, message, { ...details, causes: [cause] });
}

/** Models plugin/pkg/admission/priority: there are no PriorityClasses here, so all are equal. */
function priority({ kind, object }: Attempt): Obj {
  if (kind.kind !== "Pod") return object;
  const { spec } = object as Pod;
  const filled = { priority: 0, preemptionPolicy: "PreemptLowerPriority", ...spec };
  return { ...object, spec: filled } as Obj;
}

/** Models plugin/pkg/admission/defaulttolerationseconds. */
function defaultTolerationSeconds({ kind, object }: Attempt): Obj {
  if (kind.kind !== "Pod") return object;
  const { spec } = object as Pod;
  const has = spec.tolerations ?? [];
  const tolerates = (key: string): boolean =>
    has.some(
      (one) =>
        (one.key === key || one.key === undefined || one.key === "") &&
        (one.effect === "NoExecute" || one.effect === undefined || one.effect === ""),
    );
  const added = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    .filter((key) => !tolerates(key))
    .map((key): Toleration => {
      return { key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 };
    });
  if (added.length === 0) return object;
  return { ...object, spec: { ...spec, tolerations: [...has, ...added] } } as Obj;
}

/**
 * Models plugin/pkg/admission/network/defaultingressclass: an Ingress that names no class, not
 * even by the old annotation, gets the default one; of several the newest, then the first by
 * name. Only at creation: a default set later does not reach older Ingresses.
 */
function defaultIngressClass({ kind, object }: Attempt, store: Store): Obj {
  if (kind.kind !== "Ingress" || kind.group !== "networking.k8s.io") return object;
  const { metadata, spec } = object as Ingress;
  if (spec?.ingressClassName !== undefined) return object;
  if (metadata.annotations?.["kubernetes.io/ingress.class"] !== undefined) return object;
  if (!store.serves(IngressClass)) return object;
  const newest = store
    .list(IngressClass)
    .filter((one) => one.metadata.annotations?.[defaultClassAnnotation] === "true")
    .sort((a, b) => bornAt(b).localeCompare(bornAt(a)) || (nameOf(a) < nameOf(b) ? -1 : 1))[0];
  if (newest === undefined) return object;
  return { ...object, spec: { ...spec, ingressClassName: nameOf(newest) } } as Obj;
}

function bornAt(object: Obj): string {
  return object.metadata.creationTimestamp ?? "";
}

function nameOf(object: Obj): string {
  return object.metadata.name;
}
