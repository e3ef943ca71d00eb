// /openapi/v3: what kubectl reads for `explain`, for apply's merge keys, and to learn that this
// server validates fields itself.

import type { Kind } from "../../api/kinds/kind.ts";
import type { RestResponse } from "../../api/transport.ts";
import type { Exchange } from "../rest.ts";
import { jsonAnswer } from "./answers.ts";
import { componentsFor } from "./components.ts";
import { subresourcesOf } from "./paths.ts";

const prefix = "/openapi/v3";

/** Undefined for every other path. */
export async function openapi(exchange: Exchange): Promise<RestResponse | undefined> {
  const path = exchange.request.path.replace(/\/$/, "");
  const { kinds } = exchange.verbs.store;
  if (path === prefix) return jsonAnswer({ paths: index(kinds) });
  if (!path.startsWith(`${prefix}/`)) return undefined;
  const served = kinds.filter((kind) => `${prefix}/${pathOf(kind)}` === path);
  return served.length === 0 ? undefined : jsonAnswer(await document(served));
}

/** "apis/apps/v1", "api/v1" */
function pathOf(kind: Kind): string {
  return kind.group === "" ? `api/${kind.version}` : `apis/${kind.apiVersion}`;
}

function index(kinds: readonly Kind[]): Record<string, { serverRelativeURL: string }> {
  const paths = [...new Set(kinds.map(pathOf))];
  return Object.fromEntries(
    paths.map((path) => {
      const served = kinds.filter((kind) => pathOf(kind) === path);
      const schemas = served.map(({ plural, schema }) => [plural, schema]);
      const hash = hashOf(path + JSON.stringify(schemas));
      return [path, { serverRelativeURL: `${prefix}/${path}?hash=${hash}` }];
    }),
  );
}

/** Clients cache by it: it changes with the kinds of a version and with their schemas. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).toUpperCase().padStart(8, "0");
}

async function document(kinds: readonly Kind[]): Promise<object> {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.1" },
    paths: Object.fromEntries(kinds.flatMap(pathsOf)),
    components: { schemas: await componentsFor(kinds) },
  };
}

function pathsOf(kind: Kind): [string, object][] {
  const root = kind.namespaced ? `/${pathOf(kind)}/namespaces/{namespace}` : `/${pathOf(kind)}`;
  const collection = `${root}/${kind.plural}`;
  const one = `${collection}/{name}`;
  const below = subresourcesOf(kind).filter((name) => isPart(name));
  return [
    [collection, { get: read(kind, "list"), post: write(kind, "post") }],
    [
      one,
      { get: read(kind, "get"), put: write(kind, "put"), patch: patch(kind), delete: remove(kind) },
    ],
    ...below.map((name): [string, object] => [`${one}/${name}`, { patch: patch(kind) }]),
  ];
}

/** Whether a subresource is a part of the object, and not something to do. */
function isPart(subresource: string): boolean {
  return ["status", "scale", "finalize"].includes(subresource);
}

function gvk({ group, version, kind }: Kind): object {
  return { group, version, kind };
}

function read(kind: Kind, action: string): object {
  return {
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk(kind),
    responses: { "200": { description: "OK" } },
  };
}

function write(kind: Kind, action: string): object {
  return {
    parameters,
    requestBody: { content: { "*/*": {} } },
    responses: { "200": { description: "OK" } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk(kind),
  };
}

function patch(kind: Kind): object {
  const types = [
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    ...(kind.custom ? [] : ["application/strategic-merge-patch+json"]),
  ];
  const content = Object.fromEntries(types.map((type) => [type, {}]));
  return { ...write(kind, "patch"), requestBody: { content } };
}

function remove(kind: Kind): object {
  return {
    "x-kubernetes-action": "delete",
    "x-kubernetes-group-version-kind": gvk(kind),
    responses: { "200": { description: "OK" } },
  };
}

const parameters = ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
  in: "query",
  name,
  schema: { type: "string", uniqueItems: true },
}));
