// Checks a YAML text while it is being written: YAML, fields and types, and what a server-side
// dry run says. Changes nothing in the cluster.

import { decode } from "../api/decode.ts";
import { ApiError, type Status } from "../api/errors.ts";
import type { Ingress } from "../api/kinds/ingress.ts";
import { kinds, Service } from "../api/kinds/index.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { keyOf, type Obj } from "../api/object.ts";
import type { RestResponse, RestTransport } from "../api/transport.ts";
import { parseYaml, type Place, type YamlDocument } from "../api/yaml.ts";
import type { Informers } from "../client/informer.ts";
import type { Finding } from "./protocol.ts";

/** Longer texts are not checked at every key. */
const checkedBytesMax = 512 * 1024;
const findingsMax = 100;

export interface YamlCheckOptions {
  readonly api: RestTransport;
  readonly informers: Informers;
}

/** Everything wrong with `content`, in the order of the text. */
export async function checkYaml(content: string, o: YamlCheckOptions): Promise<Finding[]> {
  if (content.length > checkedBytesMax) {
    const at: Place = { line: 1, column: 1, from: 0, to: 0 };
    const kb = Math.round(content.length / 1024);
    return [finding(content, at, "hint", `This file has ${kb} KB: it is checked when applied.`)];
  }
  const found: Finding[] = [];
  for (const document of parseYaml(content)) {
    if (found.length >= findingsMax) break;
    found.push(...(await checkDocument(content, document, o)));
  }
  return found.slice(0, findingsMax).sort((a, b) => a.line - b.line || a.column - b.column);
}

async function checkDocument(
  content: string,
  document: YamlDocument,
  o: YamlCheckOptions,
): Promise<Finding[]> {
  const { error } = document;
  if (error) return [finding(content, error, "error", error.message)];
  const at = (field: string): Place => document.locate(field);
  const object = document.value as Partial<Obj> | null;
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    return [finding(content, at(""), "error", "An object was expected: apiVersion, kind, …")];
  }
  for (const field of ["apiVersion", "kind"] as const) {
    if (typeof object[field] !== "string" || object[field] === "") {
      return [finding(content, at(""), "error", `Object '${field}' is missing`, field)];
    }
  }
  const { apiVersion, kind } = object as Obj;
  const token = kinds.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (!token) {
    const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
    return [finding(content, at("kind"), "error", message, "kind")];
  }
  if (typeof object.metadata?.name !== "string" && token.kind !== "List") {
    const message = "metadata.name is missing: every object needs a name";
    return [finding(content, at("metadata"), "error", message, "metadata.name")];
  }
  // First as text of its kind: of a change to a living object the server only tells that the
  // patch is wrong, not where.
  const misread = refusedBy(() => decode(token, object));
  if (misread) {
    return decodingFindings(content, misread.message, (field) =>
      at(withIndices(object, field, misread.message)),
    );
  }
  const response = await dryRun(token, object as Obj, o.api);
  const found = findingsOf(content, response, at);
  if (found.some(({ severity }) => severity === "error")) return found;
  return [...found, ...lintIngress(content, object as Obj, at, o.informers)];
}

/** What the server would say to this object, created or changed. */
async function dryRun(kind: Kind, object: Obj, api: RestTransport): Promise<RestResponse> {
  const { group, apiVersion, plural, namespaced } = kind;
  const namespace = object.metadata.namespace ?? "default";
  const root = group === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const path = namespaced ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
  const query = new URLSearchParams({ dryRun: "All", fieldValidation: "Strict" });
  const one = `${path}/${object.metadata.name}`;
  const live = await api({ method: "GET", path: one, query: new URLSearchParams(), headers: {} });
  if (live.status !== 200) {
    const headers = { "content-type": "application/json" };
    return api({ method: "POST", path, query, headers, body: object });
  }
  const headers = { "content-type": "application/merge-patch+json" };
  return api({ method: "PATCH", path: one, query, headers, body: object });
}

function findingsOf(
  content: string,
  response: RestResponse,
  at: (field: string) => Place,
): Finding[] {
  const warnings = response.warnings.map((message) => {
    const field = fieldIn(message);
    return finding(content, at(field ?? ""), "warning", message, field);
  });
  if (response.status < 400) return warnings;
  const status = response.body as Status;
  const causes = status.details?.causes ?? [];
  if (causes.length > 0) {
    const errors = causes.map(({ field, message }) =>
      finding(content, at(field ?? ""), "error", message, field),
    );
    return [...errors, ...warnings];
  }
  return [...decodingFindings(content, status.message, at), ...warnings];
}

/** The errors in a refusal of the decoder, each at its field. */
function decodingFindings(
  content: string,
  message: string,
  at: (field: string) => Place,
): Finding[] {
  return (strictErrors(message) ?? [message]).map((part) => {
    const field = fieldIn(part);
    return finding(content, at(field ?? ""), "error", part, field);
  });
}

/**
 * Go names a field without the positions in lists: "spec.rules.http.paths". The first place
 * of that name which holds what the message complains of is the one.
 */
function withIndices(object: unknown, field: string, message: string): string {
  const saw = /cannot unmarshal (\w+)/.exec(message)?.[1];
  if (saw === undefined) return field;
  return (
    placesOf(object, field.split(".")).find(([, value]) => goType(value) === saw)?.[0] ?? field
  );
}

function placesOf(value: unknown, names: readonly string[]): [path: string, value: unknown][] {
  if (names.length === 0) return [["", value]];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      placesOf(item, names).map(([path, found]): [string, unknown] => [
        `[${index}]${path && `.${path}`}`,
        found,
      ]),
    );
  }
  const [name = "", ...rest] = names;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return placesOf((value as Record<string, unknown>)[name], rest).map(([path, found]) => [
    path === "" || path.startsWith("[") ? `${name}${path}` : `${name}.${path}`,
    found,
  ]);
}

/** A value's type as Go's JSON package calls it. */
function goType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function refusedBy(attempt: () => void): ApiError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** `… strict decoding error: unknown field "a", unknown field "b"` → one message each. */
function strictErrors(message: string): string[] | undefined {
  const start = message.indexOf("strict decoding error: ");
  if (start < 0) return undefined;
  return message
    .slice(start + "strict decoding error: ".length)
    .split(/, (?=(?:unknown|duplicate) field|json:|yaml:)/);
}

/** The field that a message of the decoder quotes: it gives no other place for it. */
function fieldIn(message: string): string | undefined {
  return (
    /(?:unknown|duplicate) field "([^"]+)"/.exec(message)?.[1] ??
    /Go struct field \w+\.([\w.[\]]+) of type/.exec(message)?.[1]
  );
}

/** Lines that lead nowhere: no error in Kubernetes, and a 503 for every guest. */
function lintIngress(
  content: string,
  object: Obj,
  at: (field: string) => Place,
  informers: Informers,
): Finding[] {
  if (object.kind !== "Ingress") return [];
  const found: Finding[] = [];
  const services = informers.of(Service);
  const namespace = object.metadata.namespace ?? "default";
  (object as Ingress).spec?.rules?.forEach((rule, r) => {
    rule.http?.paths.forEach((path, p) => {
      const { service } = path.backend;
      if (!service) return;
      const field = `spec.rules[${r}].http.paths[${p}].backend.service`;
      const live = services
        .list(namespace)
        .find((one) => keyOf(one) === `${namespace}/${service.name}`);
      if (!live) {
        const message = `There is no Service "${service.name}" in ${namespace} yet: guests get 503.`;
        found.push(finding(content, at(`${field}.name`), "warning", message, `${field}.name`));
        return;
      }
      const { name, number } = service.port ?? {};
      const ports = live.spec.ports ?? [];
      if (ports.some((one) => one.port === number || (name && one.name === name))) return;
      const offered = ports.map((one) => one.port).join(", ");
      const message = `${service.name} has no port ${name ?? number}, it has ${offered}: guests get 503.`;
      found.push(finding(content, at(`${field}.port`), "warning", message, `${field}.port`));
    });
  });
  return found;
}

function finding(
  content: string,
  place: Place,
  severity: Finding["severity"],
  message: string,
  field?: string,
): Finding {
  const marked = content.slice(place.from, Math.max(place.to, place.from));
  const lines = marked.split("\n");
  const last = lines.at(-1)!;
  return {
    severity,
    line: place.line,
    column: place.column,
    endLine: place.line + lines.length - 1,
    endColumn: lines.length === 1 ? place.column + last.length : last.length + 1,
    message,
    field: field === "" ? undefined : field,
  };
}
