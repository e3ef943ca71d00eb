// Ingresses by group: one load balancer a group. An Ingress without group.name is a group of its
// own; a finalizer on it tells which group has built something for it. Models group_loader.go,
// group.go and finalizer.go.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { IngressClass } from "../../../api/kinds/ingressclass.ts";
import { keyOf } from "../../../api/object.ts";
import { annotation } from "./annotations.ts";
import { orderOf } from "./rules.ts";

const controllerName = "ingress.k8s.aws/alb";
const implicitFinalizer = "ingress.k8s.aws/resources";
const explicitPrefix = "group.ingress.k8s.aws/";

/** "namespace/name" for a group of one, "name" for a named group. */
export type GroupId = string;

export interface Group {
  readonly id: GroupId;
  /** In the order of their rules. */
  readonly members: readonly Ingress[];
  /** Those that were members and are no longer. */
  readonly leaving: readonly Ingress[];
}

/** Whether an Ingress is of a class of ours. The old annotation goes before the field. */
export function isOurs(
  { metadata, spec }: Ingress,
  classes: { get(name: string): IngressClass | undefined },
): boolean {
  const old = metadata.annotations?.["kubernetes.io/ingress.class"];
  if (old !== undefined) return old === "alb";
  if (spec.ingressClassName === undefined) return false;
  return classes.get(spec.ingressClassName)?.spec?.controller === controllerName;
}

function groupIdOf(ingress: Ingress): GroupId {
  const name = annotation(ingress, "group.name");
  const valid =
    name !== undefined && name.length <= 63 && /^([a-z0-9][-a-z0-9.]*)?[a-z0-9]$/.test(name);
  return valid ? name : keyOf(ingress);
}

/** All groups that an Ingress may concern: its own and those of its finalizers. */
export function groupsOf(ingress: Ingress): GroupId[] {
  const earlier = (ingress.metadata.finalizers ?? []).flatMap((one) => {
    if (one === implicitFinalizer) return [keyOf(ingress)];
    return one.startsWith(explicitPrefix) ? [one.slice(explicitPrefix.length)] : [];
  });
  return [...new Set([groupIdOf(ingress), ...earlier])];
}

export function finalizerOf(id: GroupId): string {
  return id.includes("/") ? implicitFinalizer : explicitPrefix + id;
}

/** Throws ModelError for a group.order that is none. */
export function loadGroup(
  id: GroupId,
  ingresses: readonly Ingress[],
  classes: { get(name: string): IngressClass | undefined },
): Group {
  const isMember = (one: Ingress): boolean =>
    one.metadata.deletionTimestamp === undefined && isOurs(one, classes) && groupIdOf(one) === id;
  const members = ingresses.filter(isMember).map((one) => ({ one, order: orderOf(one) }));
  members.sort((a, b) => a.order - b.order || (keyOf(a.one) < keyOf(b.one) ? -1 : 1));
  const leaving = ingresses.filter((one) => {
    const has = one.metadata.finalizers?.includes(finalizerOf(id)) ?? false;
    return has && !isMember(one) && (!id.includes("/") || keyOf(one) === id);
  });
  return { id, members: members.map(({ one }) => one), leaving };
}
