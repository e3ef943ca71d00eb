// An apply patch as a draft: what would be stored, and who manages it then.
// Models applyPatcher in apiserver pkg/endpoints/handlers/patch.go.

import { decode } from "../../api/decode.ts";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import { splitKey, timestamp } from "../../api/object.ts";
import type { Key, ManagedFieldsEntry, Obj } from "../../api/object.ts";
import { anchored } from "../merging.ts";
import { badRequest, notFound } from "../refusals.ts";
import type { Draft, Registry } from "../registry.ts";
import type { PatchOptions } from "../verbs.ts";
import { applyConfiguration, sameManagers } from "./apply.ts";
import { printEntries } from "./managers.ts";
import type { Writer } from "./managers.ts";
import { managersOf } from "./owners.ts";

/** Throws ApiError: what is no configuration of the kind, or a conflict between managers. */
export function serverSideApply<T extends Obj>(
  kind: Kind<T>,
  o: { key: Key; old: T | undefined; configuration: unknown; options: PatchOptions },
  { registry, nowMs }: { registry: Registry; nowMs: number },
): Draft<T> {
  const { key, old, configuration, options } = o;
  const { namespace, name } = splitKey(key);
  checkConfiguration(kind, configuration);
  const { subresource } = options;
  if (old === undefined && subresource !== undefined) throw notFound(kind, name);
  const writer: Writer = {
    manager: options.manager ?? "",
    operation: "Apply",
    apiVersion: kind.apiVersion,
    subresource: subresource ?? "",
    time: timestamp(nowMs),
  };
  const before = old === undefined ? [] : managersOf(kind, registry.ledgers.of(old), old);
  const applied = applyConfiguration({
    kind,
    live: old,
    configuration,
    managers: before,
    writer,
    force: options.force ?? false,
  });
  const { object: wanted } = decode(kind, applied.object, "Ignore");
  const home = old ?? { metadata: { name, ...(namespace !== undefined && { namespace }) } };
  const object = anchored(home, wanted);
  const ledger = { entries: printEntries(applied.managers) };
  if (old === undefined) return { ...registry.create(kind, object, options), ledger };
  const draft = registry.update(kind, object, options, subresource);
  if (draft.object !== old) return { ...draft, ledger };
  if (sameManagers(before, applied.managers)) return draft;
  return { ...draft, object: { ...old }, ledger };
}

function checkConfiguration(kind: Kind, configuration: unknown): void {
  if (!isObject(configuration)) {
    throw badRequest(
      "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
        `${Array.isArray(configuration) ? "array" : typeof configuration} into Go value of type ` +
        "map[string]interface {}",
    );
  }
  const { apiVersion = "", kind: seen = "", metadata } = configuration;
  if (apiVersion !== kind.apiVersion || seen !== kind.kind) {
    const version = String(apiVersion);
    throw badRequest(
      `invalid object type: ${version.includes("/") ? version : `/${version}`}, Kind=${String(seen)}`,
    );
  }
  const managed = isObject(metadata) && (metadata["managedFields"] as ManagedFieldsEntry[] | null);
  if (managed) throw badRequest("metadata.managedFields must be nil");
}
