// kubectl's requests to the API server, over whatever transport there is. Refusals come back as
// Status objects and are thrown as ApiError.

import { ApiError, type Reason, type Status } from "../../../api/errors.ts";
import type { ExecIo } from "../../../api/exec.ts";
import type { Obj } from "../../../api/object.ts";
import type { Clock } from "../../../base/clock.ts";
import type { RequestLog } from "./requestlog.ts";
import type { RestRequest, RestResponse, RestTransport } from "../../../api/transport.ts";

/** A kind as discovery describes it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** For exec and attach. */
  readonly io?: ExecIo;
}

export interface ObjectList {
  readonly metadata: { resourceVersion?: string; continue?: string };
  readonly items: readonly Obj[];
}

/** Asks for tables, and takes objects where a server has none. */
export const tableType =
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

export class Api {
  readonly #transport: RestTransport;
  readonly #signal: AbortSignal;
  readonly #agent: string;
  readonly #warn: (warning: string) => void;
  readonly #log: RequestLog | undefined;
  readonly #clock: Clock;

  /** @param o.agent what the client calls itself, which the server takes for the field manager. */
  constructor(o: {
    transport: RestTransport;
    signal: AbortSignal;
    clock: Clock;
    /** For -v. */
    log?: RequestLog;
    warn(warning: string): void;
    agent?: string;
  }) {
    this.#agent = o.agent ?? "kubectl/v1.36.1 (browser/any)";
    this.#log = o.log;
    this.#clock = o.clock;
    this.#transport = o.transport;
    this.#signal = o.signal;
    this.#warn = (warning) => o.warn(warning);
  }

  /** Sends a request; throws ApiError for a refusal. */
  async send(
    method: RestRequest["method"],
    path: string,
    o: RequestOptions = {},
  ): Promise<RestResponse> {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(o.query ?? {})) {
      for (const one of typeof value === "string" ? [value] : (value ?? [])) {
        query.append(name, one);
      }
    }
    const request: RestRequest = {
      method,
      path,
      query,
      headers: {
        accept: o.accept ?? "application/json",
        "user-agent": this.#agent,
        ...(o.body !== undefined && { "content-type": o.contentType ?? "application/json" }),
      },
      signal: this.#signal,
      ...(o.io && { io: o.io }),
      ...(o.body !== undefined && { body: o.body }),
    };
    this.#log?.request(request);
    const startedAt = this.#clock.now();
    const response = await this.#transport(request);
    this.#log?.response(request, response, this.#clock.now() - startedAt);
    for (const warning of response.warnings) this.#warn(warning);
    if (response.status >= 400) throw refusalOf(response);
    return response;
  }

  async get(resource: Resource, namespace: string | undefined, name: string): Promise<Obj> {
    return (await this.send("GET", pathOf(resource, namespace, name))).body as Obj;
  }

  /** Undefined when it is not there. */
  async find(
    resource: Resource,
    namespace: string | undefined,
    name: string,
  ): Promise<Obj | undefined> {
    try {
      return await this.get(resource, namespace, name);
    } catch (error) {
      if (error instanceof ApiError && error.reason === "NotFound") return undefined;
      throw error;
    }
  }

  async list(
    resource: Resource,
    namespace: string | undefined,
    query: RequestOptions["query"] = {},
  ): Promise<ObjectList> {
    const path = pathOf(resource, namespace);
    const items: Obj[] = [];
    let metadata: ObjectList["metadata"];
    let more: string | undefined;
    do {
      const asked = { limit: "500", ...query, continue: more };
      const page = (await this.#page(resource, path, asked)).body as ObjectList;
      // A list's items leave out what the list says of all of them.
      for (const item of page.items) items.push({ ...typeOf(resource), ...item });
      metadata = page.metadata;
      more = metadata.continue || undefined;
    } while (more !== undefined);
    return { metadata, items };
  }

  /** A page of a list; refused selectors are told with the request they were part of. */
  async #page(
    resource: Resource,
    path: string,
    query: NonNullable<RequestOptions["query"]>,
  ): Promise<RestResponse> {
    try {
      return await this.send("GET", path, { query });
    } catch (error) {
      throw withSelectors(error, resource, query);
    }
  }

  async create(
    resource: Resource,
    namespace: string | undefined,
    body: unknown,
    query: RequestOptions["query"] = {},
  ): Promise<Obj> {
    return (await this.send("POST", pathOf(resource, namespace), { body, query })).body as Obj;
  }

  async patch(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    o: {
      body: unknown;
      type:
        "strategic-merge-patch+json" | "merge-patch+json" | "json-patch+json" | "apply-patch+yaml";
      query?: RequestOptions["query"];
      subresource?: string;
    },
  ): Promise<Obj> {
    const response = await this.send("PATCH", pathOf(resource, namespace, name, o.subresource), {
      body: o.body,
      contentType: `application/${o.type}`,
      ...(o.query && { query: o.query }),
    });
    return response.body as Obj;
  }

  /** Events of a watch, as the server sends them. Throws ApiError when it ends in an ERROR. */
  async *watch(
    path: string,
    query: RequestOptions["query"],
    accept?: string,
  ): AsyncGenerator<{ type: string; object: Obj }> {
    const response = await this.send("GET", path, {
      query: { ...query, watch: "true" },
      ...(accept && { accept }),
    });
    for await (const event of response.stream ?? []) {
      const { type, object } = event as { type: string; object: Obj };
      if (type === "ERROR") throw errorOf(object as unknown as Status);
      if (type !== "BOOKMARK") yield { type, object };
    }
  }
}

export function typeOf(resource: Resource): { apiVersion: string; kind: string } {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}

export function apiVersionOf({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** "/apis/apps/v1/namespaces/default/deployments/web/scale" */
export function pathOf(
  resource: Pick<Resource, "group" | "version" | "plural" | "namespaced">,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const { group, version, plural, namespaced } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
  const tail = [name, subresource].filter((part) => part !== undefined).map((part) => `/${part}`);
  return `${root}${scope}/${plural}${tail.join("")}`;
}

/** "deployment.apps/web" and "pod/web": how kubectl names what it did something to. */
export function resourceName({ singular, kind, group }: Resource, name: string): string {
  return `${typeName({ singular, kind, group })}/${name}`;
}

/** "ingress.networking.k8s.io" */
export function typeName({
  singular,
  kind,
  group,
}: Pick<Resource, "singular" | "kind" | "group">): string {
  const word = singular || kind.toLowerCase();
  return group === "" ? word : `${word}.${group}`;
}

/** As cli-runtime tells of a selector that the server cannot read. */
export function withSelectors(
  error: unknown,
  { group, version, plural }: Resource,
  { labelSelector = "", fieldSelector = "" }: NonNullable<RequestOptions["query"]>,
): unknown {
  if (!(error instanceof ApiError) || error.reason !== "BadRequest") return error;
  if (labelSelector === "" && fieldSelector === "") return error;
  const message = `Unable to find "${group}/${version}, Resource=${plural}" that match label selector "${labelSelector}", field selector "${fieldSelector}": ${error.message}`;
  return new ApiError(error.reason, message, error.details);
}

function refusalOf(response: RestResponse): ApiError {
  const body = response.body as Status | undefined;
  if (typeof body === "object" && body !== null && body.kind === "Status") return errorOf(body);
  const words = "the server could not find the requested resource";
  if (response.status === 404) return new ApiError("NotFound", words, {});
  return new ApiError("InternalError", String(body ?? `status ${response.status}`), {});
}

function errorOf(status: Status): ApiError {
  return new ApiError(status.reason as Reason, status.message, status.details);
}
