// …/scale: how many replicas, for clients that need not know the kind. autoscaling/v1 Scale.
// Models kubernetes/pkg/registry/apps/deployment/storage/storage.go ScaleREST.

import type { Deployment } from "../../api/kinds/deployment.ts";
import { defineKind } from "../../api/kinds/kind.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { invalid } from "../../api/invalid.ts";
import { makeKey } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import { formatSelector } from "../../api/selector.ts";
import type { RestResponse } from "../../api/transport.ts";
import { patched } from "../patching.ts";
import { notFound } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import { objectAnswer } from "./answers.ts";
import { bodyValue, checkKind, placed } from "./body.ts";
import { formOf } from "./negotiate.ts";
import { writeQuery } from "./options.ts";
import type { Resource } from "./paths.ts";
import { patchIn } from "./writes.ts";

/** What Deployments and ReplicaSets have in common. */
type Scaled = Pick<Deployment, "spec" | "status"> & Obj;

interface Scale extends Obj {
  spec: { replicas?: number };
  status?: { replicas: number; selector?: string };
}

const ScaleKind: Kind<Scale> = defineKind<Scale>({
  kind: "Scale",
  group: "autoscaling",
  plural: "scales",
  namespaced: true,
});

export async function readScale(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const form = formOf(exchange.request);
  const object = scaleOf(scaled(exchange, resource));
  return objectAnswer(exchange, { kind: ScaleKind, object, form });
}

/** PUT or PATCH of the Scale; everything but spec.replicas and resourceVersion is ignored. */
export async function writeScale(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const user = exchange.user.name;
  const form = formOf(request);
  const query = writeQuery(request, request.method === "PUT" ? "UpdateOptions" : "PatchOptions");
  const old = scaled(exchange, resource);
  const wanted = wantedScale(exchange, resource, scaleOf(old));
  const { replicas = 0 } = wanted.spec ?? {};
  if (!Number.isInteger(replicas) || replicas < 0) {
    const detail = "must be greater than or equal to 0";
    const error = { type: "Invalid", field: "spec.replicas", badValue: replicas, detail } as const;
    throw invalid({ group: "autoscaling", kind: "Scale" }, old.metadata.name, [error]);
  }
  const { resourceVersion } = wanted.metadata;
  const metadata = { ...old.metadata, ...(resourceVersion && { resourceVersion }) };
  const object = { ...old, metadata, spec: { ...old.spec, replicas } };
  const stored = await verbs.update(resource.kind as Kind<Scaled>, object, {
    ...query,
    user,
    through: "scale",
  });
  return objectAnswer(exchange, { kind: ScaleKind, object: scaleOf(stored), form });
}

function wantedScale({ request }: Exchange, resource: Resource, now: Scale): Scale {
  if (request.method === "PATCH") {
    const { type, patch } = patchIn(request);
    return patched(ScaleKind, now, patch, { type });
  }
  const value = bodyValue(request);
  checkKind(ScaleKind, value);
  return placed(value as Scale, { ...resource, kind: ScaleKind });
}

function scaled({ verbs }: Exchange, { kind, namespace, name }: Resource): Scaled {
  const object = verbs.get(kind as Kind<Scaled>, makeKey(namespace, name!));
  if (object === undefined) throw notFound(kind, name!);
  return object;
}

function scaleOf({ metadata, spec, status }: Scaled): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Scale["metadata"],
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: formatSelector(spec.selector) },
  };
}
