// The backends that routes name: Services that exist, in namespaces that allow it.

import type { UpstreamSource } from "../../upstreams.ts";
import { mayRefer, namespaceOf } from "./everything.ts";
import type { Everything, Problem } from "./everything.ts";
import { group } from "./kinds.ts";
import type { AnyRoute, BackendRef } from "./kinds.ts";

/** Where a backendRef leads: an upstream, or nowhere for a reason. */
export type ResolvedBackend =
  | { readonly upstream: UpstreamSource; readonly problem?: undefined }
  | { readonly upstream?: undefined; readonly problem: Problem };

export function resolveBackend(route: AnyRoute, ref: BackendRef, all: Everything): ResolvedBackend {
  const { group: of = "", kind = "Service", name, namespace = namespaceOf(route), port } = ref;
  const fail = (reason: string, message: string): ResolvedBackend => {
    return { problem: { reason, message } };
  };
  if (of !== "" || kind !== "Service") {
    return fail("InvalidKind", `backends of kind ${kind} (group "${of}") are not supported`);
  }
  const from = { group, kind: route.kind, namespace: namespaceOf(route) };
  if (!mayRefer(all, from, { group: "", kind, namespace, name })) {
    const message =
      `no ReferenceGrant in namespace ${namespace} lets ${route.kind}s of namespace ` +
      `${from.namespace} refer to Service ${name}`;
    return fail("RefNotPermitted", message);
  }
  const key = `${namespace}/${name}`;
  const service = all.service(key);
  if (!service) return fail("BackendNotFound", `Service ${key} does not exist`);
  const found = service.spec.ports?.find((one) => one.port === port);
  if (!found)
    return fail("BackendNotFound", `Service ${key} has no port ${port ?? "(none named)"}`);
  if (found.appProtocol === "kubernetes.io/h2c") {
    const message = `port ${port} of Service ${key} speaks kubernetes.io/h2c, which is not supported`;
    return fail("UnsupportedProtocol", message);
  }
  return { upstream: { name: `${key}:${port}`, namespace, service: name, port: String(port) } };
}

/** The first thing wrong with any backend of a route, its mirrors included. */
export function unresolvedBackend(
  route: AnyRoute,
  refs: readonly BackendRef[],
  all: Everything,
): Problem | undefined {
  for (const ref of refs) {
    const { problem } = resolveBackend(route, ref, all);
    if (problem) return problem;
  }
  return undefined;
}
