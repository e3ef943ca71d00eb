// DELETE of one object and of a collection. Models apiserver pkg/endpoints/handlers/delete.go.

import type { Kind } from "../../api/kinds/kind.ts";
import { keyOf, makeKey } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import type { RestRequest, RestResponse } from "../../api/transport.ts";
import type { Deletion } from "../deletion.ts";
import { badRequest } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import { answerIn, listAnswer, objectAnswer } from "./answers.ts";
import { bodyValue } from "./body.ts";
import { formOf } from "./negotiate.ts";
import { writeQuery } from "./options.ts";
import type { Resource } from "./paths.ts";

/** Status Success when the object is gone; the object itself while it waits for something. */
export async function deletion(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const { kind, namespace, name } = resource;
  const form = formOf(request);
  const { dryRun, ...options } = deletionOptions(request);
  const by = { user, dryRun: dryRun || writeQuery(request, "DeleteOptions").dryRun };
  const key = makeKey(namespace, name!);
  const { object, gone } = await verbs.remove(kind, key, options, by);
  if (!gone) return objectAnswer(exchange, { kind, object, form });
  return answerIn(form, success(kind, object), { warnings: exchange.warnings });
}

/** Everything that the selectors select; the answer lists it. */
export async function deletionOfAll(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const { kind, namespace } = resource;
  const form = formOf(request);
  const { dryRun, ...options } = deletionOptions(request);
  const by = { user, dryRun: dryRun || writeQuery(request, "DeleteOptions").dryRun };
  const labelSelector = request.query.get("labelSelector") ?? "";
  const fieldSelector = request.query.get("fieldSelector") ?? "";
  const { items } = verbs.list(kind, {
    ...(namespace !== undefined && { namespace }),
    labelSelector,
    fieldSelector,
  });
  for (const object of items) await verbs.remove(kind, keyOf(object), options, by);
  const metadata = { resourceVersion: String(verbs.store.revision) };
  return listAnswer(exchange, { kind, items, metadata, form });
}

interface DeletionOptions extends Deletion {
  dryRun: boolean;
}

/** From the body, or from the query when there is none. */
export function deletionOptions(request: RestRequest): DeletionOptions {
  const { query, body } = request;
  const empty = body === undefined || body === null || body === "";
  const given = (empty ? fromQuery(query) : bodyValue(request)) as Record<string, unknown>;
  const preconditions = (given["preconditions"] ?? {}) as Record<string, unknown>;
  const propagation = policy(given);
  const grace = given["gracePeriodSeconds"];
  const { uid, resourceVersion } = preconditions;
  return {
    dryRun: Array.isArray(given["dryRun"]) && given["dryRun"].includes("All"),
    ...(propagation !== undefined && { propagation }),
    ...(typeof grace === "number" && { graceSeconds: grace }),
    ...(typeof uid === "string" && { uid }),
    ...(typeof resourceVersion === "string" && { resourceVersion }),
  };
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const grace = query.get("gracePeriodSeconds");
  const propagationPolicy = query.get("propagationPolicy");
  const orphan = query.get("orphanDependents");
  return {
    ...(grace && { gracePeriodSeconds: Number(grace) }),
    ...(propagationPolicy && { propagationPolicy }),
    ...(orphan && { orphanDependents: orphan === "true" }),
  };
}

function policy(given: Record<string, unknown>): Deletion["propagation"] {
  const { propagationPolicy: wanted, orphanDependents } = given;
  if (orphanDependents === true) return "Orphan";
  if (wanted === undefined || wanted === null || wanted === "") return undefined;
  if (wanted === "Background" || wanted === "Foreground" || wanted === "Orphan") return wanted;
  throw badRequest(
    `invalid DeleteOptions: propagationPolicy: Unsupported value: ${JSON.stringify(wanted)}: ` +
      `supported values: "Background", "Foreground", "Orphan"`,
  );
}

function success(kind: Kind, { metadata }: Obj): object {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: metadata.name,
      ...(kind.group !== "" && { group: kind.group }),
      kind: kind.plural,
      uid: metadata.uid,
    },
  };
}
