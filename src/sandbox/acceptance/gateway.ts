// Cases of format "gateway-validation/1": does the API server, with Gateway API's definitions of a
// channel installed, accept an object? Each is sent over REST, as a client would.

import type { Status } from "../../api/errors.ts";
import type { JsonSchema } from "../../api/kinds/kind.ts";
import type { CustomResourceDefinition } from "../../api/kinds/customresourcedefinition.ts";
import type { Obj } from "../../api/object.ts";
import type { RestRequest } from "../../api/transport.ts";
import { Cluster } from "../../cluster/cluster.ts";
import { verdictOf, wordsOf } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

type Channel = "standard" | "experimental";

export interface GatewayCase {
  readonly id: string;
  readonly title: string;
  readonly crdChannel: Channel | "both";
  readonly source?: { readonly path?: string };
  readonly operation: "create" | "update" | "update-status";
  readonly object: Obj;
  readonly oldObject?: Obj;
  readonly expect: {
    readonly accepted: boolean;
    /** All of these are in the error text. */
    readonly errorContains?: readonly string[];
    /** One of these is. */
    readonly errorContainsAnyOf?: readonly string[];
  };
}

/** Runs cases, on one API server a channel. */
export class GatewayRunner {
  readonly #servers = new Map<Channel, Promise<Installed>>();

  /** Never throws: what breaks is a complaint. */
  async run(one: GatewayCase): Promise<Verdict> {
    const channels: readonly Channel[] =
      one.crdChannel === "both" ? ["standard", "experimental"] : [one.crdChannel];
    const complaints: string[] = [];
    for (const channel of channels) {
      try {
        const server = await this.#server(channel);
        const refusal = await server.attempt(one);
        complaints.push(...judged(refusal, one.expect).map((what) => `${channel}: ${what}`));
      } catch (error) {
        complaints.push(`${channel}: ${wordsOf(error)}`);
      }
    }
    return verdictOf(one, complaints);
  }

  #server(channel: Channel): Promise<Installed> {
    let server = this.#servers.get(channel);
    if (!server) this.#servers.set(channel, (server = install(channel)));
    return server;
  }
}

/** @param refusal the error text; undefined when the object was accepted */
function judged(refusal: string | undefined, expect: GatewayCase["expect"]): string[] {
  const { accepted, errorContains = [], errorContainsAnyOf: any } = expect;
  if (accepted) return refusal === undefined ? [] : [`wanted it accepted, saw: ${refusal}`];
  if (refusal === undefined) return ["wanted a refusal, saw it accepted"];
  const has = (words: string): boolean =>
    refusal.includes(words) || refusal.includes(words.replaceAll("more", "longer"));
  const missing = errorContains.filter((words) => !has(words));
  if (any && !any.some(has)) missing.push(any.join(" or "));
  return missing.map((words) => `wanted ${JSON.stringify(words)} in: ${refusal}`);
}

async function install(channel: Channel): Promise<Installed> {
  const { default: definitions } = await (channel === "standard"
    ? import("../../api/gateway/standard.json")
    : import("../../api/gateway/experimental.json"));
  const all = definitions as unknown as readonly CustomResourceDefinition[];
  const server = new Installed(all);
  await server.open();
  return server;
}

/** An API server with definitions. */
class Installed {
  /** Not switched on: only its API server is asked. */
  readonly #cluster = new Cluster();
  readonly #definitions: readonly CustomResourceDefinition[];
  readonly #namespaces = new Set(["default"]);

  constructor(definitions: readonly CustomResourceDefinition[]) {
    this.#definitions = definitions;
  }

  async open(): Promise<void> {
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for (const definition of this.#definitions) await this.#sent("POST", path, definition);
    await this.#cluster.clock.finish(this.#cluster.clock.sleep(100));
  }

  /** Namespaces are there before anything is put into them. */
  async #namespace(name: string | undefined): Promise<void> {
    if (name === undefined || this.#namespaces.has(name)) return;
    this.#namespaces.add(name);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    await this.#sent("POST", "/api/v1/namespaces", namespace);
  }

  /** The text of the refusal. What was stored for the attempt is deleted again. */
  async attempt(one: GatewayCase): Promise<string | undefined> {
    const complete = (object: Obj): Obj => this.#asSent(object, one);
    const object = complete(one.object);
    const root = this.#pathOf(object);
    await this.#namespace(object.metadata.namespace);
    if (one.operation === "create") return this.#refused("POST", root, object);
    const { status: _, ...spec } = object as Obj & { status?: unknown };
    const stored = (await this.#sent("POST", root, complete(one.oldObject ?? spec))) as Obj;
    const path = `${root}/${object.metadata.name}`;
    const { resourceVersion } = stored.metadata;
    const metadata = { ...object.metadata, ...(resourceVersion && { resourceVersion }) };
    const below = one.operation === "update-status" ? "/status" : "";
    const refusal = await this.#refused("PUT", path + below, { ...object, metadata });
    await this.#sent("DELETE", path, undefined);
    return refusal;
  }

  async #refused(
    method: RestRequest["method"],
    path: string,
    body: unknown,
  ): Promise<string | undefined> {
    const query = new URLSearchParams({ fieldValidation: "Strict", dryRun: "All" });
    const work = this.#cluster.api({ method, path, query, headers: {}, body });
    const { status, body: answer } = await this.#cluster.clock.finish(work);
    return status < 300 ? undefined : (answer as Status).message;
  }

  async #sent(method: RestRequest["method"], path: string, body: unknown): Promise<unknown> {
    const query = new URLSearchParams();
    const work = this.#cluster.api({ method, path, query, headers: {}, body });
    const { status, body: answer } = await this.#cluster.clock.finish(work);
    if (status >= 300) throw new Error((answer as Status).message);
    return answer;
  }

  #pathOf({ apiVersion, kind, metadata }: Obj): string {
    const found = this.#cluster.server.kinds.find(
      (one) => one.kind === kind && one.apiVersion === apiVersion,
    );
    if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    const within = found.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `/apis/${apiVersion}${within}/${found.plural}`;
  }

  /**
   * Upstream's Go tests send structs: a required struct is sent even when nothing is in it, with
   * its required texts empty. The cases leave such out.
   */
  #asSent(object: Obj, { source }: GatewayCase): Obj {
    if (!source?.path?.endsWith("_test.go")) return object;
    const kind = this.#cluster.server.kinds.find(
      (one) => one.kind === object.kind && one.apiVersion === object.apiVersion,
    );
    return kind?.schema ? (withStructs(object, kind.schema) as Obj) : object;
  }
}

function withStructs(value: unknown, schema: JsonSchema): unknown {
  const { items, properties = {}, required = [] } = schema;
  if (Array.isArray(value)) return items ? value.map((one) => withStructs(one, items)) : value;
  if (typeof value !== "object" || value === null) return value;
  const given = Object.entries(value).map(([name, one]: [string, unknown]) => {
    const property = properties[name];
    return [name, property ? withStructs(one, property) : one];
  });
  const missing = required
    .filter((name) => !Object.hasOwn(value, name) && properties[name]?.type === "object")
    .map((name) => [name, emptyStruct(properties[name]!)]);
  return Object.fromEntries([...given, ...missing]) as unknown;
}

function emptyStruct({ properties = {}, required = [] }: JsonSchema): unknown {
  const texts = required.filter((name) => properties[name]?.type === "string");
  return Object.fromEntries(texts.map((name) => [name, ""]));
}
