// Whether somebody else than the administrator may do what a request wants: who acts for another
// (`kubectl --as`) may do what that other may. Models apiserver pkg/endpoints/filters.

import { ApiError } from "../../api/errors.ts";
import type { RestRequest } from "../../api/transport.ts";
import { grantFor, groupsOf } from "../authorizer.ts";
import type { User, Wish } from "../authorizer.ts";
import { forbidden } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import type { Resource } from "./paths.ts";

/** The user that the Impersonate headers name. */
export function impersonated({ headers }: RestRequest): User {
  const name = headers["impersonate-user"] ?? "";
  const groups = (headers["impersonate-group"] ?? "").split(", ").filter((one) => one !== "");
  return { name, groups: groupsOf(name, groups) };
}

/** Throws Forbidden. */
export function checkAllowed(exchange: Exchange, resource: Resource | undefined): void {
  const { request, verbs, user } = exchange;
  const wish = resource ? wishFor(request, resource) : { verb: "get", path: request.path };
  if (grantFor(verbs.store, user, wish)) return;
  const who = `User ${JSON.stringify(user.name)} cannot ${wish.verb}`;
  if (resource === undefined) {
    throw new ApiError("Forbidden", `forbidden: ${who} path ${JSON.stringify(request.path)}`, {});
  }
  const { kind, namespace, name = "", subresource } = resource;
  const what = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  const where =
    namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const why = `${who} resource "${what}" in API group "${kind.group}" ${where}`;
  throw forbidden(kind, name, why);
}

function wishFor({ method, query }: RestRequest, resource: Resource): Wish {
  const { kind, namespace, name, subresource } = resource;
  const watches = ["true", "1"].includes(query.get("watch") ?? "");
  const one = name !== undefined;
  const verb = {
    GET: watches ? "watch" : one ? "get" : "list",
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: one ? "delete" : "deletecollection",
  }[method];
  return {
    verb,
    group: kind.group,
    resource: kind.plural,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
}
