// Answers with objects in them, in the form that the client asked for.

import type { Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";
import type { RestRequest, RestResponse } from "../../api/transport.ts";
import { printYaml } from "../../api/yaml.ts";
import type { Clock } from "../../base/clock.ts";
import { badRequest } from "../refusals.ts";
import type { Verbs } from "../verbs.ts";
import type { Form } from "./negotiate.ts";
import { partialMetadata, tableOf } from "./table.ts";
import type { IncludeObject, Table } from "./table.ts";

interface Asked {
  readonly request: RestRequest;
  readonly verbs: Verbs;
  readonly clock: Clock;
  readonly warnings: readonly string[];
}

export function jsonAnswer(
  body: unknown,
  o: { status?: number; warnings?: readonly string[]; type?: string } = {},
): RestResponse {
  const { status = 200, warnings = [], type = "application/json" } = o;
  return { status, headers: { "content-type": type }, warnings, body };
}

/** The body as it is, in the syntax asked for. */
export function answerIn(
  form: Form,
  body: unknown,
  o: { status?: number; warnings?: readonly string[] } = {},
): RestResponse {
  if (form.syntax === "json") return jsonAnswer(body, o);
  return jsonAnswer(printYaml(body), { ...o, type: "application/yaml" });
}

/** One object: as it is, as a row of a Table, or its metadata. */
export async function objectAnswer(
  { request, verbs, clock, warnings }: Asked,
  o: { kind: Kind; object: Obj; form: Form; status?: number },
): Promise<RestResponse> {
  const { status = 200 } = o;
  if (o.form.as === undefined) {
    const shown = (await verbs.managedFields())(o.kind, o.object);
    return answerIn(o.form, shown, { status, warnings });
  }
  return answerIn(o.form, transformed(o.kind, o.object, o.form, request, clock), {
    status,
    warnings,
  });
}

export function transformed(
  kind: Kind,
  object: Obj,
  form: Form,
  request: RestRequest,
  clock: Clock,
  definitions = true,
): Obj | Table {
  if (form.as === undefined) return object;
  if (form.as !== "Table") return partialMetadata(object);
  const { resourceVersion } = object.metadata;
  const metadata = { ...(resourceVersion !== undefined && { resourceVersion }) };
  const include = includeObject(request);
  return tableOf(kind, [object], { nowMs: clock.now(), metadata, include, definitions });
}

/** A list, with `metadata` holding resourceVersion, continue and remainingItemCount. */
export async function listAnswer(
  { request, verbs, clock, warnings }: Asked,
  o: { kind: Kind; items: readonly Obj[]; metadata: Record<string, unknown>; form: Form },
): Promise<RestResponse> {
  const { kind, items, metadata, form } = o;
  if (form.as === "Table") {
    const include = includeObject(request);
    const options = { nowMs: clock.now(), metadata, include, definitions: true };
    return answerIn(form, tableOf(kind, items, options), { warnings });
  }
  if (form.as !== undefined) {
    const apiVersion = "meta.k8s.io/v1";
    const all = { kind: "PartialObjectMetadataList", apiVersion, metadata };
    return answerIn(form, { ...all, items: items.map(partialMetadata) }, { warnings });
  }
  const { apiVersion } = kind;
  const shown = await verbs.managedFields();
  const all = { kind: `${kind.kind}List`, apiVersion, metadata };
  return answerIn(form, { ...all, items: items.map((item) => shown(kind, item)) }, { warnings });
}

function includeObject({ query }: RestRequest): IncludeObject {
  const wanted = query.get("includeObject") ?? "";
  if (wanted === "") return "Metadata";
  if (wanted === "None" || wanted === "Metadata" || wanted === "Object") return wanted;
  throw badRequest(`unrecognized includeObject value: "${wanted}"`);
}
