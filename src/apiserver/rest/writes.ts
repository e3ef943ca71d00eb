// create, update and patch. Models apiserver pkg/endpoints/handlers/{create,update,patch}.go.

import type { PatchType } from "../../api/client.ts";
import { keyOf, makeKey } from "../../api/object.ts";
import type { RestRequest, RestResponse } from "../../api/transport.ts";
import type { Subresource } from "../registry.ts";
import type { Exchange } from "../rest.ts";
import { objectAnswer } from "./answers.ts";
import { bodyObject, contentType, placed, unsupported, yamlValue } from "./body.ts";
import { formOf } from "./negotiate.ts";
import { writeQuery } from "./options.ts";
import type { Resource } from "./paths.ts";

export async function creation(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const { kind } = resource;
  const form = formOf(request);
  const query = writeQuery(request, "CreateOptions");
  const given = bodyObject(exchange, kind, query.fieldValidation);
  const object = await verbs.create(kind, placed(given, resource), { ...query, user });
  exchange.warnings.push(...(kind.warnings?.(object) ?? []));
  return objectAnswer(exchange, { kind, object, form, status: 201 });
}

export async function replacement(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const { kind } = resource;
  const form = formOf(request);
  const query = writeQuery(request, "UpdateOptions");
  const given = bodyObject(exchange, kind, query.fieldValidation);
  const options = { ...query, ...subresourceOf(resource), user };
  const sent = placed(given, resource);
  const old = verbs.get(kind, keyOf(sent));
  const object = await verbs.update(kind, sent, options);
  exchange.warnings.push(...(kind.warnings?.(object, old) ?? []));
  return objectAnswer(exchange, { kind, object, form });
}

export async function patching(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const { kind, namespace, name } = resource;
  const form = formOf(request);
  const { type, patch } = patchIn(request);
  const query = writeQuery(request, "PatchOptions", type);
  const warn = (message: string): unknown => exchange.warnings.push(message);
  const options = { ...query, ...subresourceOf(resource), type, user, warn };
  const key = makeKey(namespace, name!);
  const old = verbs.get(kind, key);
  const object = await verbs.patch(kind, key, patch, options);
  exchange.warnings.push(...(kind.warnings?.(object, old) ?? []));
  return objectAnswer(exchange, { kind, object, form, status: old === undefined ? 201 : 200 });
}

const patchTypes: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** Which of the four patches it is, and what it says. */
export function patchIn(request: RestRequest): { type: PatchType; patch: unknown } {
  const type = patchTypes[contentType(request)];
  if (type === undefined) throw unsupported(Object.keys(patchTypes));
  return { type, patch: type === "apply" ? yamlValue(request.body) : request.body };
}

function subresourceOf({ subresource }: Resource): { subresource?: Subresource } {
  const known = subresource === "status" || subresource === "finalize";
  return known ? { subresource } : {};
}
