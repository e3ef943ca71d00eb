// kubectl label, annotate. Models kubectl pkg/cmd/label and pkg/cmd/annotate.

import type { Obj } from "../../../../api/object.ts";
import type { Arguments } from "../arguments.ts";
import { combined, KubectlError } from "../errors.ts";
import { allTargets, forEachTarget } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller } from "../writing.ts";

export const label = keyed("label", "labels");
export const annotate = keyed("annotate", "annotations");

function keyed(path: "label" | "annotate", field: "labels" | "annotations"): Verb {
  return {
    path,
    summary: path === "label" ? "set or remove labels" : "set or remove annotations",
    flags:
      "overwrite filename recursive selector field-selector all all-namespaces list dry-run output",
    completes: "type-name",
    example:
      path === "label"
        ? "kubectl label pod web-1 tier=front"
        : "kubectl annotate ingress web note=hello",
    run: (kubectl, given) => run(kubectl, given, path, field),
  };
}

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

async function run(
  kubectl: Kubectl,
  given: Arguments,
  path: "label" | "annotate",
  field: "labels" | "annotations",
): Promise<void> {
  const what = path === "label" ? "label" : "annotation";
  const isChange = (word: string): boolean =>
    /^[^/=]*(\/[^=]*)?=/.test(word) || (/-$/.test(word) && word.length > 1);
  const at = given.operands.findIndex(isChange);
  const types = at < 0 ? given.operands : given.operands.slice(0, at);
  const words = at < 0 ? [] : given.operands.slice(at);
  if (types.length === 0 && !given.given("filename")) {
    throw new KubectlError(
      "one or more resources must be specified as <resource> <name> or <resource>/<name>",
    );
  }
  if (words.length === 0 && !given.is("list"))
    throw new KubectlError(`at least one ${what} update is required`);
  const changes = parseChanges(words, what);
  const wanted = await allTargets(kubectl, given, types);
  const single = types.length === 1 && !types[0]!.includes("/");
  if (single && !given.given("selector") && !given.is("all") && !given.given("field-selector")) {
    throw new KubectlError("resource(s) were provided, but no name was specified");
  }
  const dryRun = dryRunOf(given);
  const teller = new Teller(kubectl, given, dryRun);
  const errors = await forEachTarget(wanted.targets, async ({ resource, namespace, name }) => {
    const object = await kubectl.api.get(resource, namespace, name);
    const old = object.metadata[field] ?? {};
    if (given.is("list")) {
      for (const key of Object.keys(old).sort()) kubectl.out(`${key}=${old[key]}\n`);
      if (words.length === 0) return;
    }
    if (!given.is("overwrite")) refuseOverwriting(old, changes, what);
    for (const key of changes.removed) {
      if (!(key in old)) kubectl.out(`${what} "${key}" not found.\n`);
    }
    const patch = changeOf(old, changes);
    const did = didWhat(patch, path, changes);
    if (Object.keys(patch).length === 0 || dryRun === "client")
      return teller.tell(resource, merged(object, field, patch), did);
    const updated = await kubectl.api.patch(resource, namespace, name, {
      body: { metadata: { [field]: patch } },
      type: "merge-patch+json",
      query: { fieldManager: `kubectl-${path}`, ...dryRunQuery(dryRun) },
    });
    teller.tell(resource, updated, did);
  });
  teller.finish();
  const error = combined([...wanted.errors, ...errors]);
  if (error) throw error;
}

function parseChanges(words: readonly string[], what: string): Changes {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals > 0) set.set(word.slice(0, equals), word.slice(equals + 1));
    else if (equals < 0 && word.endsWith("-")) removed.push(word.slice(0, -1));
    else throw new KubectlError(`unknown ${what} spec: ${word}`);
  }
  for (const key of removed) {
    if (set.has(key))
      throw new KubectlError(
        `can not both modify and remove ${what === "label" ? "a label" : "an annotation"} in the same command`,
      );
  }
  return { set, removed };
}

function refuseOverwriting(
  old: Readonly<Record<string, string>>,
  { set }: Changes,
  what: string,
): void {
  const taken = [...set].filter(([key, value]) => key in old && old[key] !== value);
  if (taken.length === 0) return;
  const told = taken.map(([key]) => `'${key}' already has a value (${old[key]})`);
  if (what === "label") {
    throw new KubectlError(told.map((one) => `${one}, and --overwrite is false`).join("; "));
  }
  throw new KubectlError(
    `--overwrite is false but found the following declared annotation(s): ${told.join("; ")}`,
  );
}

function changeOf(
  old: Readonly<Record<string, string>>,
  { set, removed }: Changes,
): Record<string, string | null> {
  const out: Record<string, string | null> = {};
  for (const [key, value] of set) if (old[key] !== value) out[key] = value;
  for (const key of removed) if (key in old) out[key] = null;
  return out;
}

function didWhat(patch: object, path: "label" | "annotate", { set, removed }: Changes): string {
  if (path === "annotate") return "annotated";
  if (Object.keys(patch).length === 0) return "not labeled";
  return removed.length > 0 && set.size === 0 ? "unlabeled" : "labeled";
}

function merged(
  object: Obj,
  field: "labels" | "annotations",
  patch: Readonly<Record<string, string | null>>,
): Obj {
  const values: Record<string, string> = { ...object.metadata[field] };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete values[key];
    else values[key] = value;
  }
  return { ...object, metadata: { ...object.metadata, [field]: values } };
}
