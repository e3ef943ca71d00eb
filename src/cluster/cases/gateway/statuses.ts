// Compares an object's status with what a case expects; every difference is a sentence.

import type { Obj } from "../../../api/object.ts";
import type { StatusExpectation, WantedCondition, WantedListener } from "./format.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly observedGeneration?: number;
}

interface ParentStatus {
  readonly parentRef: Readonly<Record<string, unknown>>;
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
}

interface ListenerStatus {
  readonly name: string;
  readonly supportedKinds?: readonly { readonly group?: string; readonly kind: string }[];
  readonly attachedRoutes: number;
  readonly conditions?: readonly Condition[];
}

/** All that the statuses of the kinds of Gateway API have. */
interface Status {
  readonly conditions?: readonly Condition[];
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly listeners?: readonly ListenerStatus[];
  readonly parents?: readonly ParentStatus[];
  readonly ancestors?: readonly (Omit<ParentStatus, "parentRef"> & {
    readonly ancestorRef: ParentStatus["parentRef"];
  })[];
  readonly attachedListenerSets?: number;
}

/** What is wrong with an object's status. */
export function statusComplaints(object: Obj | undefined, want: StatusExpectation): string[] {
  const what = `${want.kind} ${want.name}`;
  if (!object) return [`${what} does not exist`];
  const status = (object as Obj & { status?: Status }).status ?? {};
  const generation = object.metadata.generation;
  return differences(status, want, object.metadata.namespace, generation).map(
    (one) => `${what}: ${one}`,
  );
}

function differences(
  status: Status,
  want: StatusExpectation,
  namespace: string | undefined,
  generation: number | undefined,
): string[] {
  const out: string[] = [];
  const { addresses = [], listeners = [] } = status;
  if (want.hasAddress && addresses.length === 0) out.push("no address");
  if (want.addressesExactly) {
    const has = addresses.map(({ value }) => value).join(", ");
    const wanted = want.addressesExactly.map(({ value }) => value).join(", ");
    if (has !== wanted) out.push(`addresses ${has}, not ${wanted}`);
  }
  if (want.conditions) {
    const seen = conditionsFor(status, want, namespace);
    out.push(...conditionComplaints(seen, want.conditions, generation));
  }
  for (const one of want.parents ?? [])
    out.push(...parentComplaints(status, one, namespace, generation));
  // Sections of one parent may each have a status of their own.
  const names = new Set((status.parents ?? []).map(({ parentRef }) => String(parentRef.name)));
  for (const { parentRef } of want.parents ?? []) names.delete(parentRef.name);
  if (want.parents && names.size > 0) out.push(`a status for parent ${[...names].join(", ")}`);
  for (const listener of want.everyListener ? listeners : []) {
    const found = conditionComplaints(listener.conditions, want.everyListener!, generation);
    out.push(...found.map((one) => `listener ${listener.name}: ${one}`));
  }
  for (const one of [...(want.listeners ?? []), ...(want.listenersExactly ?? [])]) {
    out.push(...listenerComplaints(listeners, one, generation));
  }
  if (want.listenersExactly && listeners.length !== want.listenersExactly.length) {
    out.push(`${listeners.length} listeners, not ${want.listenersExactly.length}`);
  }
  if (want.noAcceptedParents && !noneAccepted(status.parents ?? [])) out.push("it is accepted");
  if (want.zeroRoutes && listeners.some(({ attachedRoutes }) => attachedRoutes > 0)) {
    out.push("routes are attached");
  }
  const { attachedListenerSets: sets } = want;
  if (sets !== undefined && (status.attachedListenerSets ?? 0) !== sets) {
    out.push(`${status.attachedListenerSets ?? 0} attached ListenerSets, not ${sets}`);
  }
  if (want.observedGenerationCurrent) out.push(...stale(status.conditions ?? [], generation));
  return out;
}

function conditionsFor(
  { conditions, parents = [], ancestors = [] }: Status,
  { parent, ancestor }: StatusExpectation,
  namespace: string | undefined,
): readonly Condition[] | undefined {
  const isFor = (ref: ParentStatus["parentRef"], key: string): boolean =>
    `${String(ref.namespace ?? namespace)}/${String(ref.name)}` === key;
  if (parent !== undefined) {
    return parents.find(({ parentRef }) => isFor(parentRef, parent))?.conditions;
  }
  if (ancestor === undefined) return conditions;
  return ancestors.find(({ ancestorRef }) => isFor(ancestorRef, ancestor))?.conditions;
}

function conditionComplaints(
  seen: readonly Condition[] | undefined,
  wanted: readonly WantedCondition[],
  generation: number | undefined,
): string[] {
  if (!seen) return ["no conditions"];
  const out: string[] = [];
  for (const { type, status, reason } of wanted) {
    const one = seen.find((condition) => condition.type === type);
    const has = one ? `${one.status} (${one.reason})` : "absent";
    const wants = `${status ?? "any"} (${reason ?? "any"})`;
    const right =
      (status ?? one?.status) === one?.status && (reason ?? one?.reason) === one?.reason;
    if (!one || !right) out.push(`condition ${type} ${has}, not ${wants}`);
  }
  return [...out, ...stale(seen, generation)];
}

function stale(seen: readonly Condition[], generation: number | undefined): string[] {
  return seen
    .filter(({ observedGeneration }) => observedGeneration !== generation)
    .map(({ type, observedGeneration: of = 0 }) => `condition ${type} is of generation ${of}`);
}

function parentComplaints(
  { parents = [] }: Status,
  want: NonNullable<StatusExpectation["parents"]>[number],
  namespace: string | undefined,
  generation: number | undefined,
): string[] {
  const { namespaceMayBeOmitted: _, ...ref } = want.parentRef;
  const found = parents.find(({ parentRef, controllerName }) => {
    const same = Object.entries(ref).every(([name, value]) => {
      return (parentRef[name] ?? (name === "namespace" ? namespace : undefined)) === value;
    });
    return same && controllerName === want.controllerName;
  });
  if (!found) return [`no status for parent ${JSON.stringify(ref)}`];
  return conditionComplaints(found.conditions, want.conditions ?? [], generation);
}

function listenerComplaints(
  listeners: readonly ListenerStatus[],
  want: WantedListener,
  generation: number | undefined,
): string[] {
  const found = listeners.find(({ name }) => name === want.name);
  if (!found) return [`no listener ${want.name} in the status`];
  const { supportedKinds = [], attachedRoutes, conditions } = found;
  const out: string[] = [];
  const kinds = supportedKinds.map(({ kind }) => kind);
  const missing = (want.supportedKinds ?? []).filter(({ kind }) => !kinds.includes(kind));
  if (missing.length > 0) out.push(`kinds ${kinds.join()} lack ${missing[0]!.kind}`);
  if (want.supportedKinds?.length === 0 && kinds.length > 0) out.push(`kinds ${kinds.join()}`);
  if (want.attachedRoutes !== undefined && want.attachedRoutes !== attachedRoutes) {
    out.push(`${attachedRoutes} routes attached, not ${want.attachedRoutes}`);
  }
  out.push(...conditionComplaints(conditions, want.conditions ?? [], generation));
  return out.map((one) => `listener ${want.name}: ${one}`);
}

function noneAccepted(parents: readonly ParentStatus[]): boolean {
  if (parents.length === 0) return true;
  const accepted = parents[0]!.conditions?.find(({ type }) => type === "Accepted");
  return parents.length === 1 && accepted?.status === "False";
}
