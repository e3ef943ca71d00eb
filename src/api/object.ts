// Kubernetes objects as data: what every kind has in common.

/** metav1.ObjectMeta, as far as it is used here. Times are RFC 3339 with whole seconds. */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Labels;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
}

/** metav1.ManagedFieldsEntry: which fields one manager has. */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: "Apply" | "Update";
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: unknown;
  subresource?: string;
}

export type Labels = Record<string, string>;

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any Kubernetes object. Objects handed out by the API are frozen, all the way down. */
export interface Obj {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** "namespace/name", or "name" for cluster-scoped objects: how stores and queues name one. */
export type Key = string;

export function keyOf(object: { metadata: { namespace?: string; name: string } }): Key {
  const { namespace, name } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

export function makeKey(namespace: string | undefined, name: string): Key {
  return namespace ? `${namespace}/${name}` : name;
}

export function splitKey(key: Key): { namespace: string | undefined; name: string } {
  const slash = key.indexOf("/");
  return slash < 0
    ? { namespace: undefined, name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** RFC 3339 in UTC with whole seconds, as metav1.Time prints. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -5)}Z`; // without ".123Z"
}

/** The reference that makes `owner` the controller of what carries it. */
export function controlledBy(owner: Obj): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid!,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function controllerOf(object: Obj): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}
