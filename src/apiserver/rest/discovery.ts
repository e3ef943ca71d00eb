// What is served here: /api and /apis in the aggregated form that kubectl asks for, and in the
// older one; /apis/GROUP; and the APIResourceList of each version.
// Models apiserver pkg/endpoints/discovery.

import type { Kind } from "../../api/kinds/kind.ts";
import type { RestRequest, RestResponse } from "../../api/transport.ts";
import type { Exchange } from "../rest.ts";
import { jsonAnswer } from "./answers.ts";
import { mediaTypes } from "./negotiate.ts";
import { subresourcesOf } from "./paths.ts";
import { reviews } from "./reviewkinds.ts";

const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** Undefined for every other path. */
export function discovery({ request, verbs: { store } }: Exchange): RestResponse | undefined {
  const kinds = [...store.kinds, ...reviews];
  const path = request.path.replace(/\/$/, "");
  if (path === "") return jsonAnswer({ paths: rootPaths(kinds) });
  if (path === "/api" || path === "/apis") {
    const core = path === "/api";
    const served = kinds.filter((kind) => (kind.group === "") === core);
    if (wantsAggregated(request)) return jsonAnswer(aggregated(served), { type: aggregatedType });
    return jsonAnswer(core ? coreVersions : groupList(served));
  }
  const [, group = "", version] =
    /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? /^\/api()\/([^/]+)$/.exec(path) ?? [];
  const served = kinds.filter((kind) => path !== "" && kind.group === group);
  if (version === undefined) {
    return group !== "" && served.length > 0 ? jsonAnswer(groupOf(served)) : undefined;
  }
  const inVersion = served.filter((kind) => kind.version === version);
  return inVersion.length > 0 ? jsonAnswer(resourceList(inVersion)) : undefined;
}

function wantsAggregated({ headers }: RestRequest): boolean {
  return mediaTypes(headers["accept"] ?? "").some(
    ({ parameters }) =>
      parameters["g"] === "apidiscovery.k8s.io" &&
      parameters["v"] === "v2" &&
      parameters["as"] === "APIGroupDiscoveryList",
  );
}

const coreVersions = {
  kind: "APIVersions",
  versions: ["v1"],
  serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "10.0.0.10:6443" }],
};

function rootPaths(kinds: readonly Kind[]): string[] {
  const versions = byVersion(kinds).map(([kind]) =>
    kind!.group === "" ? `/api/${kind!.version}` : `/apis/${kind!.apiVersion}`,
  );
  const groups = byGroup(kinds).map(([kind]) => `/apis/${kind!.group}`);
  const health = ["/healthz", "/livez", "/readyz"].flatMap((path) => [path, `${path}/ping`]);
  const others = ["/api", "/apis", ...health, "/metrics", "/openapi/v3", "/version"];
  return [...new Set([...others, ...groups, ...versions])].filter((p) => p !== "/apis/").sort();
}

function aggregated(kinds: readonly Kind[]): object {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: byGroup(kinds).map((group) => ({
      metadata: group[0]!.group === "" ? {} : { name: group[0]!.group },
      versions: byVersion(group).map((version) => ({
        version: version[0]!.version,
        freshness: "Current",
        resources: version.map(aggregatedResource),
      })),
    })),
  };
}

function aggregatedResource(kind: Kind): object {
  const { plural, singular, shortNames, categories, namespaced } = kind;
  return {
    resource: plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: reviews.includes(kind) ? ["create"] : verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresourcesOf(kind).length > 0 && {
      subresources: subresourcesOf(kind).map((subresource) => ({
        subresource,
        responseKind: responseKind(kind, subresource),
        verbs: verbsOf(subresource),
      })),
    }),
  };
}

/** What answers, where it is not the kind itself. */
const answering: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: "autoscaling", version: "v1", kind: "Scale" },
  eviction: { group: "policy", version: "v1", kind: "Eviction" },
  binding: { group: "", version: "v1", kind: "Binding" },
  attach: { group: "", version: "v1", kind: "PodAttachOptions" },
  exec: { group: "", version: "v1", kind: "PodExecOptions" },
};

const subresourceVerbs: Readonly<Record<string, readonly string[]>> = {
  log: ["get"],
  finalize: ["update"],
  eviction: ["create"],
  binding: ["create"],
  attach: ["create", "get"],
  exec: ["create", "get"],
};

function responseKind({ group, version, kind }: Kind, subresource: string): object {
  return answering[subresource] ?? { group, version, kind };
}

function verbsOf(subresource: string): readonly string[] {
  return subresourceVerbs[subresource] ?? ["get", "patch", "update"];
}

function groupList(kinds: readonly Kind[]): object {
  const groups = byGroup(kinds).map((group) => {
    const { kind: _, apiVersion: __, ...rest } = groupOf(group);
    return rest;
  });
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

function groupOf(kinds: readonly Kind[]): { kind: string; apiVersion: string; name: string } {
  const versions = byVersion(kinds).map(([kind]) => ({
    groupVersion: kind!.apiVersion,
    version: kind!.version,
  }));
  const name = kinds[0]!.group;
  const more = { versions, preferredVersion: versions[0] };
  return { kind: "APIGroup", apiVersion: "v1", name, ...more };
}

function resourceList(kinds: readonly Kind[]): object {
  const resources = kinds.flatMap((kind) => {
    const { plural: name, namespaced, singular, shortNames, categories } = kind;
    const own = {
      name,
      singularName: singular,
      namespaced,
      kind: kind.kind,
      verbs: reviews.includes(kind) ? ["create"] : verbs,
      ...(shortNames.length > 0 && { shortNames }),
      ...(categories.length > 0 && { categories }),
    };
    const below = subresourcesOf(kind).map((subresource) => ({
      name: `${name}/${subresource}`,
      singularName: "",
      namespaced,
      ...otherGroup(subresource),
      kind: answering[subresource]?.kind ?? kind.kind,
      verbs: verbsOf(subresource),
    }));
    return [own, ...below];
  });
  const groupVersion = kinds[0]!.apiVersion;
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

/** Named only where it differs from the list's. */
function otherGroup(subresource: string): object {
  const { group = "", version } = answering[subresource] ?? {};
  return group === "" ? {} : { group, version };
}

function byGroup(kinds: readonly Kind[]): Kind[][] {
  return grouped(kinds, (kind) => kind.group);
}

function byVersion(kinds: readonly Kind[]): Kind[][] {
  return grouped(kinds, (kind) => kind.apiVersion);
}

function grouped(kinds: readonly Kind[], by: (kind: Kind) => string): Kind[][] {
  const groups = new Map<string, Kind[]>();
  for (const kind of kinds) groups.set(by(kind), [...(groups.get(by(kind)) ?? []), kind]);
  return [...groups.values()];
}
