// What the server serves, and which of it a word on the command line means.
// Models client-go restmapper: short names, singulars, plurals, "deployments.v1.apps".

import { KubectlError } from "./errors.ts";
import type { Api, Resource } from "./rest.ts";

interface AggregatedResource {
  resource: string;
  responseKind: { group: string; version: string; kind: string };
  scope: "Namespaced" | "Cluster";
  singularResource: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  subresources?: { subresource: string }[];
}

interface GroupList {
  items: {
    metadata: { name?: string };
    versions: { version: string; resources: AggregatedResource[] }[];
  }[];
}

const aggregated =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

export class Discovery {
  readonly #api: Api;
  #resources: Promise<readonly Resource[]> | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Every resource, the core group first. Asked of the server once. */
  all(): Promise<readonly Resource[]> {
    return (this.#resources ??= this.#ask());
  }

  async #ask(): Promise<readonly Resource[]> {
    const out: Resource[] = [];
    for (const path of ["/api", "/apis"]) {
      const response = await this.#api.send("GET", path, { accept: aggregated });
      for (const { metadata, versions } of (response.body as GroupList).items) {
        for (const { version, resources } of versions) {
          for (const one of resources) out.push(resourceOf(metadata.name ?? "", version, one));
        }
      }
    }
    return out;
  }

  /** The resource that a word means. Throws KubectlError when the server has none. */
  async find(word: string): Promise<Resource> {
    const found = await this.lookup(word);
    if (found !== undefined) return found;
    throw new KubectlError(`the server doesn't have a resource type "${word.split(".")[0]}"`);
  }

  async lookup(word: string): Promise<Resource | undefined> {
    const all = await this.all();
    const lower = word.toLowerCase();
    const exact = all.find((one) => isCalled(one, lower));
    if (exact !== undefined || !lower.includes(".")) return exact;
    const [name = "", ...rest] = lower.split(".");
    const group = rest.join(".");
    return all.find((one) => {
      if (!isCalled(one, name)) return false;
      const full = one.group === "" ? one.version : `${one.version}.${one.group}`;
      return (
        group === one.group || group === full || (group !== "" && one.group.startsWith(`${group}.`))
      );
    });
  }

  /** The kind's resource, by its full name. */
  async kind(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const all = await this.all();
    return all.find((one) => one.kind === kind && joined(one) === apiVersion);
  }

  /** The resources of a category: "all". Empty when there is no such category. */
  async category(word: string): Promise<readonly Resource[]> {
    return (await this.all()).filter((one) => one.categories.includes(word));
  }
}

function isCalled({ plural, singular, kind, shortNames }: Resource, word: string): boolean {
  return (
    plural === word || singular === word || kind.toLowerCase() === word || shortNames.includes(word)
  );
}

function joined({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

function resourceOf(group: string, version: string, one: AggregatedResource): Resource {
  return {
    group,
    version,
    plural: one.resource,
    singular: one.singularResource,
    kind: one.responseKind.kind,
    namespaced: one.scope === "Namespaced",
    shortNames: one.shortNames ?? [],
    categories: one.categories ?? [],
    verbs: one.verbs,
    subresources: (one.subresources ?? []).map(({ subresource }) => subresource),
  };
}
