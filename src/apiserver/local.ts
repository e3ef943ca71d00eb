// The client of those who live in the same process as the API server: the verbs themselves,
// without HTTP. Everything is done when the call returns; the promises are the interface's.
// An object handed in is taken over: its parts are frozen in place and shared from then on.

import type {
  Client,
  DeleteOptions,
  ListOptions,
  LogOptions,
  ObjList,
  PatchType,
  Watch,
  WatchEvent,
} from "../api/client.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Key, Obj } from "../api/object.ts";
import type { By, Subresource } from "./registry.ts";
import type { Verbs } from "./verbs.ts";

export class LocalClient implements Client {
  readonly #verbs: Verbs;
  readonly #by: By;

  constructor(o: { verbs: Verbs; user: string; manager?: string | undefined }) {
    this.#verbs = o.verbs;
    this.#by = { user: o.user, manager: o.manager ?? managerOf(o.user) };
  }

  async get<T extends Obj>(kind: Kind<T>, key: Key): Promise<T | undefined> {
    return this.#verbs.get(this.#served(kind), key);
  }

  async list<T extends Obj>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjList<T>> {
    return this.#verbs.list(this.#served(kind), options);
  }

  async create<T extends Obj>(kind: Kind<T>, object: T): Promise<T> {
    return this.#verbs.create(this.#served(kind), object, this.#by);
  }

  async update<T extends Obj>(kind: Kind<T>, object: T): Promise<T> {
    return this.#verbs.update(this.#served(kind), object, this.#by);
  }

  async updateStatus<T extends Obj>(kind: Kind<T>, object: T): Promise<T> {
    return this.#verbs.update(this.#served(kind), object, { ...this.#by, subresource: "status" });
  }

  async patch<T extends Obj>(
    kind: Kind<T>,
    key: Key,
    patch: unknown,
    options: {
      type?: PatchType;
      subresource?: Subresource;
      fieldManager?: string;
      force?: boolean;
    } = {},
  ): Promise<T> {
    const { fieldManager: manager = this.#by.manager!, ...rest } = options;
    return this.#verbs.patch(this.#served(kind), key, patch, { ...this.#by, manager, ...rest });
  }

  async remove<T extends Obj>(kind: Kind<T>, key: Key, options: DeleteOptions = {}): Promise<void> {
    await this.#verbs.remove(this.#served(kind), key, options, this.#by);
  }

  watch<T extends Obj>(
    kind: Kind<T>,
    options: ListOptions & { since: string },
    onEvent: (event: WatchEvent<T>) => void,
    onError?: (error: Error) => void,
  ): Watch {
    return this.#verbs.watch(this.#served(kind), options, onEvent, onError);
  }

  async *log(pod: Key, options?: LogOptions): AsyncIterable<Uint8Array> {
    yield* this.#verbs.log(pod, options);
  }

  /** Custom resources have tokens of the client's own: the server's are made with them. */
  #served<T extends Obj>(kind: Kind<T>): Kind<T> {
    return this.#verbs.store.servedFor(kind);
  }
}

/**
 * What the binaries of these users call themselves: "system:node:node-1" is a kubelet,
 * "system:kube-scheduler" the program of that name.
 */
function managerOf(user: string): string {
  const [prefix, role = "", ...names] = user.split(":");
  if (prefix !== "system") return user;
  return role === "node" ? "kubelet" : (names.at(-1) ?? role);
}
