// What a command of kubectl's is, and what it is given: a REST client, discovery, a namespace.

import type { Obj } from "../../../api/object.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Call } from "../../command.ts";
import type { Arguments } from "./arguments.ts";
import { configPath, contextOf, loadConfig } from "./config.ts";
import { Discovery } from "./discovery.ts";
import { KubectlError } from "./errors.ts";
import { RequestLog } from "./requestlog.ts";
import { Api, resourceName, type Resource } from "./rest.ts";

/** A command of kubectl's: "get", "create deployment". */
export interface Verb {
  readonly path: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** The real flags that are honoured here, separated by spaces. */
  readonly flags: string;
  /** Resource types may be completed as the first operand, names after them. */
  readonly completes?: "type-name" | "file" | "none";
  /** An example a learner can use. */
  readonly example?: string;
  /** The exit status; 0 when nothing is returned. Throws KubectlError, ApiError. */
  run(kubectl: Kubectl, given: Arguments): Promise<number | void>;
}

/** One run of kubectl: what every verb works with. */
export interface Kubectl {
  readonly call: Call;
  readonly clock: Clock;
  readonly api: Api;
  readonly discovery: Discovery;
  /** -n, or the context's, or "default". */
  readonly namespace: string;
  /** Whether -n was given: then files must agree. */
  readonly namespaceGiven: boolean;
  out(text: string): void;
  err(text: string): void;
  /** "pod/web-1" */
  nameOf(object: Obj): Promise<string>;
  resourceOf(object: Obj): Promise<Resource>;
}

/** What verbs and completions work with. */
export function openKubectl(call: Call, given: Arguments): Kubectl {
  const { world, signal } = call;
  const warned = new Set<string>();
  const log = new RequestLog({
    level: levelOf(given.text("v")),
    clock: world.clock,
    write: (text) => call.stderr.write(text),
  });
  log.config(configPath(call));
  const api = new Api({
    transport: world.api,
    signal,
    clock: world.clock,
    log,
    warn: (warning) => {
      if (!warned.has(warning)) call.stderr.write(`Warning: ${warning}\n`);
      warned.add(warning);
    },
  });
  const discovery = new Discovery(api);
  const context = contextOf(loadConfig(call), given.text("context"));
  const resourceOf = async (object: Obj): Promise<Resource> => {
    const resource = await discovery.kind(object.apiVersion, object.kind);
    if (resource !== undefined) return resource;
    throw new KubectlError(
      `no matches for kind "${object.kind}" in version "${object.apiVersion}"`,
    );
  };
  return {
    call,
    clock: world.clock,
    api,
    discovery,
    namespace: given.text("namespace") || (context?.context.namespace ?? "default"),
    namespaceGiven: given.text("namespace") !== "",
    out: (text) => call.stdout.write(text),
    err: (text) => call.stderr.write(text),
    resourceOf,
    nameOf: async (object) => resourceName(await resourceOf(object), object.metadata.name),
  };
}

function levelOf(text: string): number {
  if (/^\d*$/.test(text)) return Number(text);
  throw new KubectlError(
    `invalid argument "${text}" for "-v, --v" flag: strconv.ParseInt: parsing "${text}": invalid syntax`,
  );
}
