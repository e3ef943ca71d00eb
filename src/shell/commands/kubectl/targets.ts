// What a command acts on: TYPE NAME…, TYPE/NAME…, TYPE with a selector, or the objects of files.
// Models cli-runtime pkg/resource/builder.go.

import { ApiError } from "../../../api/errors.ts";
import type { Obj } from "../../../api/object.ts";
import type { Arguments } from "./arguments.ts";
import { KubectlError } from "./errors.ts";
import { readManifests } from "./manifests.ts";
import type { Kubectl } from "./verb.ts";
import type { Resource } from "./rest.ts";

/** One object to act on. */
export interface Target {
  readonly resource: Resource;
  /** Undefined for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** The file it came from. */
  readonly source?: string;
  /** As it stood in the file, or as the list gave it. */
  readonly object?: Obj;
}

/** A whole kind to list. */
interface Listing {
  readonly resource: Resource;
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
}

export interface Wanted {
  readonly targets: readonly Target[];
  readonly listings: readonly Listing[];
  /** Several kinds are named: each object is printed with its own. */
  readonly severalKinds: boolean;
  readonly errors: readonly Error[];
}

export const nothingGiven =
  "You must provide one or more resources by argument or filename.\n" +
  "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n" +
  "   '<resource> <name>'\n   '<resource>'";

/** What the command line names. Nothing is read from the server but discovery. */
export async function wantedBy(
  kubectl: Kubectl,
  given: Arguments,
  words: readonly string[] = given.operands,
): Promise<Wanted> {
  const files = given.all("filename");
  if (given.given("kustomize"))
    throw new KubectlError("not in this hotel: -k (the real kubectl has it); write plain YAML");
  if (files.length > 0) {
    if (words.length > 0) {
      throw new KubectlError(
        "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
      );
    }
    return fromFiles(kubectl, files, given);
  }
  const everywhere = given.is("all-namespaces");
  const namespaceFor = (resource: Resource): string | undefined =>
    resource.namespaced && !everywhere ? kubectl.namespace : undefined;
  const [first] = words;
  if (first === undefined) throw new KubectlError(nothingGiven);
  if (words.some((word) => word.includes("/"))) return fromPairs(kubectl, words, given);
  const names = words.slice(1);
  const resources = await resourcesOf(kubectl, first);
  if (names.length > 0) {
    if (given.text("selector") !== "")
      throw new KubectlError("name cannot be provided when a selector is specified");
    if (everywhere && resources.some((resource) => resource.namespaced)) {
      throw new KubectlError("a resource cannot be retrieved by name across all namespaces");
    }
    const targets = resources.flatMap((resource) =>
      names.map((name) => ({ resource, namespace: namespaceFor(resource), name })),
    );
    return { targets, listings: [], severalKinds: resources.length > 1, errors: [] };
  }
  const listings = resources.map((resource) => ({ resource, namespace: namespaceFor(resource) }));
  return {
    targets: [],
    listings,
    severalKinds: first.includes(",") || resources.length > 1,
    errors: [],
  };
}

async function resourcesOf(kubectl: Kubectl, words: string): Promise<Resource[]> {
  const out: Resource[] = [];
  for (const word of words.split(",").filter((one) => one !== "")) {
    const category = await kubectl.discovery.category(word.toLowerCase());
    if (category.length > 0) out.push(...category);
    else out.push(await kubectl.discovery.find(word));
  }
  return [...new Set(out)];
}

async function fromPairs(
  kubectl: Kubectl,
  words: readonly string[],
  given: Arguments,
): Promise<Wanted> {
  const targets: Target[] = [];
  for (const word of words) {
    const [type = "", name = "", ...more] = word.split("/");
    if (!word.includes("/")) {
      throw new KubectlError(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      );
    }
    if (type === "" || name === "" || more.length > 0) {
      throw new KubectlError(
        "arguments in resource/name form must have a single resource and name",
      );
    }
    const resource = await kubectl.discovery.find(type);
    if (given.is("all-namespaces")) {
      throw new KubectlError("a resource cannot be retrieved by name across all namespaces");
    }
    targets.push({
      resource,
      namespace: resource.namespaced ? kubectl.namespace : undefined,
      name,
    });
  }
  const kinds = new Set(targets.map((target) => target.resource));
  return { targets, listings: [], severalKinds: kinds.size > 1, errors: [] };
}

/** Files give targets; kinds that the server does not serve give errors, and the rest goes on. */
async function fromFiles(
  kubectl: Kubectl,
  files: readonly string[],
  given: Arguments,
): Promise<Wanted> {
  const manifests = await readManifests(kubectl.call, files, given.is("recursive"));
  const targets: Target[] = [];
  const errors: Error[] = [];
  for (const { object, source } of manifests) {
    const resource = await kubectl.discovery.kind(object.apiVersion, object.kind);
    const name = object.metadata?.name ?? "";
    if (resource === undefined) {
      errors.push(
        new KubectlError(
          `resource mapping not found for name: "${name}" namespace: "${object.metadata?.namespace ?? ""}" from "${source}": ` +
            `no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
        ),
      );
      continue;
    }
    const own = object.metadata?.namespace;
    if (resource.namespaced && own && kubectl.namespaceGiven && own !== kubectl.namespace) {
      throw new KubectlError(
        `the namespace from the provided object "${own}" does not match the namespace "${kubectl.namespace}". You must pass '--namespace=${own}' to perform this operation.`,
      );
    }
    const namespace = resource.namespaced ? (own ?? kubectl.namespace) : undefined;
    targets.push({ resource, namespace, name, source, object });
  }
  const kinds = new Set(targets.map((target) => target.resource));
  return { targets, listings: [], severalKinds: kinds.size > 1, errors };
}

/** Every object that is meant: listings are listed, names are taken as they are. */
export async function allTargets(
  kubectl: Kubectl,
  given: Arguments,
  words?: readonly string[],
): Promise<{ targets: Target[]; errors: Error[] }> {
  const wanted = await wantedBy(kubectl, given, words);
  const targets = [...wanted.targets];
  for (const { resource, namespace } of wanted.listings) {
    const { items } = await kubectl.api.list(resource, namespace, selectors(given));
    for (const object of items) {
      targets.push({
        resource,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        object,
      });
    }
  }
  return { targets, errors: [...wanted.errors] };
}

/** Runs over targets; a refusal of one does not stop the others. */
export async function forEachTarget(
  targets: readonly Target[],
  act: (target: Target) => Promise<void>,
): Promise<Error[]> {
  const errors: Error[] = [];
  for (const target of targets) {
    try {
      await act(target);
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof KubectlError)) throw error;
      errors.push(error);
    }
  }
  return errors;
}

export function selectors(given: Arguments): Record<string, string | undefined> {
  return {
    labelSelector: given.text("selector") || undefined,
    fieldSelector: given.text("field-selector") || undefined,
  };
}
