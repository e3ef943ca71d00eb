// How everything reads and writes the cluster. In process or over HTTP: hence asynchronous.

import type { Kind } from "./kinds/kind.ts";
import type { Key, Obj } from "./object.ts";

export interface ListOptions {
  /** All namespaces when absent. */
  namespace?: string;
  /** "app=web,tier!=db" */
  labelSelector?: string;
  /** "metadata.name=web" */
  fieldSelector?: string;
}

export interface ObjList<T extends Obj> {
  readonly items: readonly T[];
  /** Watch from here to miss nothing. */
  readonly resourceVersion: string;
}

export type WatchEvent<T extends Obj> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

export interface Watch {
  stop(): void;
}

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface DeleteOptions {
  propagation?: "Background" | "Foreground" | "Orphan";
  graceSeconds?: number;
  /** Delete only this very object. */
  uid?: string;
}

export interface LogOptions {
  container?: string;
  follow?: boolean;
  previous?: boolean;
  tailLines?: number;
  sinceSeconds?: number;
  timestamps?: boolean;
}

/** All methods throw ApiError. Objects returned are frozen and shared: never change them. */
export interface Client {
  get<T extends Obj>(kind: Kind<T>, key: Key): Promise<T | undefined>;
  list<T extends Obj>(kind: Kind<T>, options?: ListOptions): Promise<ObjList<T>>;
  create<T extends Obj>(kind: Kind<T>, object: T): Promise<T>;
  /** Conflict when the object's resourceVersion is not the stored one. */
  update<T extends Obj>(kind: Kind<T>, object: T): Promise<T>;
  updateStatus<T extends Obj>(kind: Kind<T>, object: T): Promise<T>;
  patch<T extends Obj>(
    kind: Kind<T>,
    key: Key,
    patch: unknown,
    options?: {
      type?: PatchType;
      /** "finalize" changes a Namespace's spec.finalizers, "binding" a Pod's spec.nodeName. */
      subresource?: "status" | "finalize" | "binding";
      fieldManager?: string;
      force?: boolean;
    },
  ): Promise<T>;
  remove<T extends Obj>(kind: Kind<T>, key: Key, options?: DeleteOptions): Promise<void>;
  /**
   * Events after `since`, in order, through the clock (never inside a writer's call).
   * `onError` gets an ApiError `Expired` when `since` is older than the watch log: list anew.
   */
  watch<T extends Obj>(
    kind: Kind<T>,
    options: ListOptions & { since: string },
    onEvent: (event: WatchEvent<T>) => void,
    onError?: (error: Error) => void,
  ): Watch;
  /** A Pod's log, chunk by chunk; ends when the container has (or at once without `follow`). */
  log(pod: Key, options?: LogOptions): AsyncIterable<Uint8Array>;
}
