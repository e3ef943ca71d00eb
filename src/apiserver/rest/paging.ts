// A list, whole or in chunks: `limit` and `continue`. All chunks show the state at the revision
// of the first one. Models apiserver pkg/storage/continue.go and etcd3 GetList.

import { ApiError } from "../../api/errors.ts";
import type { ListOptions } from "../../api/client.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { keyOf } from "../../api/object.ts";
import type { Key, Obj } from "../../api/object.ts";
import { fromBase64, base64, text, utf8 } from "../../base/bytes.ts";
import { badRequest } from "../refusals.ts";
import { selection } from "../selection.ts";
import type { Store } from "../store.ts";

export interface Page {
  readonly items: readonly Obj[];
  readonly metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

interface Token {
  readonly revision: number;
  /** The key of the last object that was given. */
  readonly after: Key;
}

const expired =
  "The provided continue parameter is too old to display a consistent list result. You can " +
  "start a new list without the continue parameter.";

export function pageOf(
  store: Store,
  kind: Kind,
  query: URLSearchParams,
  { namespace, ...rest }: ListOptions,
): Page {
  const token = query.get("continue") ? parseToken(query.get("continue")!) : undefined;
  const revision = token?.revision ?? exactRevision(query) ?? store.revision;
  let items = stateAt(store, kind, revision, namespace, token !== undefined);
  if (token !== undefined) items = items.filter((object) => keyOf(object) > token.after);
  const test = selection(kind, rest);
  if (test !== undefined) items = items.filter(test);

  const limit = Number(query.get("limit") ?? 0);
  const resourceVersion = String(revision);
  if (!(limit > 0) || items.length <= limit) return { items, metadata: { resourceVersion } };
  const page = items.slice(0, limit);
  return {
    items: page,
    metadata: {
      resourceVersion,
      continue: printToken({ revision, after: keyOf(page.at(-1)!) }),
      ...(test === undefined && { remainingItemCount: items.length - limit }),
    },
  };
}

function stateAt(
  store: Store,
  kind: Kind,
  revision: number,
  namespace: string | undefined,
  continued: boolean,
): readonly Obj[] {
  if (revision === store.revision) return store.list(kind, namespace);
  try {
    return store.listAt(kind, revision, namespace);
  } catch (error) {
    const tooOld = error instanceof ApiError && error.reason === "Expired";
    throw continued && tooOld ? new ApiError("Expired", expired) : error;
  }
}

function exactRevision(query: URLSearchParams): number | undefined {
  if (query.get("resourceVersionMatch") !== "Exact") return undefined;
  return Number(query.get("resourceVersion"));
}

function printToken({ revision, after }: Token): string {
  return base64(utf8(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: after })));
}

function parseToken(token: string): Token {
  try {
    const { rv, start } = JSON.parse(text(fromBase64(token))) as { rv: unknown; start: unknown };
    if (typeof rv === "number" && typeof start === "string") return { revision: rv, after: start };
  } catch {
    // Falls through to the same refusal as a token of the wrong shape.
  }
  throw badRequest("continue key is not valid: encoding is not valid");
}
