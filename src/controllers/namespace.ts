// Namespace: deletes everything in a namespace that is being deleted, then lets it go.
// Models kubernetes/pkg/controller/namespace/deletion/namespaced_resources_deleter.go.

import { isNotFound } from "../api/errors.ts";
import { Namespace } from "../api/kinds/namespace.ts";
import { keyOf } from "../api/object.ts";
import type { Key } from "../api/object.ts";
import { watching } from "../client/reconciler.ts";
import type { Reconciler } from "../client/reconciler.ts";
import type { ControllerContext, ServedKinds } from "./context.ts";

/** How soon to look again while something is still leaving, in milliseconds. */
const recheckMs = 500;

export class NamespaceController implements Reconciler {
  readonly name = "namespace";
  readonly watches = [watching(Namespace, (namespace) => [keyOf(namespace)])];
  readonly #context: ControllerContext;
  readonly #kinds: ServedKinds;

  /** @param kinds everything that may live in a namespace */
  constructor(context: ControllerContext, kinds: ServedKinds) {
    this.#context = context;
    this.#kinds = kinds;
  }

  async reconcile(key: Key): Promise<void | { requeueAfterMs: number }> {
    const { client, informers } = this.#context;
    const namespace = informers.of(Namespace).get(key);
    if (namespace?.metadata.deletionTimestamp === undefined) return;
    if (namespace.status?.phase !== "Terminating") {
      const status = { ...namespace.status, phase: "Terminating" as const };
      await client.updateStatus(Namespace, { ...namespace, status });
      return; // the namespace's change brings the key back
    }
    const left = await this.#empty(namespace.metadata.name);
    if (left > 0) return { requeueAfterMs: recheckMs };
    await client
      .patch(Namespace, key, { spec: { finalizers: null } }, finalize)
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }

  /** Asks for the deletion of all that is there; how much still was. */
  async #empty(namespace: string): Promise<number> {
    const { client } = this.#context;
    let count = 0;
    for (const kind of this.#kinds.now()) {
      if (!kind.namespaced) continue;
      const { items } = await client.list(kind, { namespace });
      for (const object of items) {
        count++;
        if (object.metadata.deletionTimestamp !== undefined) continue;
        await client
          .remove(kind, keyOf(object), { propagation: "Background" })
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
      }
    }
    return count;
  }
}

const finalize = { type: "merge", subresource: "finalize" } as const;
