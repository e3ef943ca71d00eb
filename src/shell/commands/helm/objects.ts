// A release's objects in the cluster: created, changed, removed, waited for.

import { ApiError } from "../../../api/errors.ts";
import type { Deployment, Service } from "../../../api/kinds/index.ts";
import type { Obj } from "../../../api/object.ts";
import { parseYaml } from "../../../api/yaml.ts";
import type { Release } from "../../charts/chart.ts";
import type { Call } from "../../command.ts";
import { pause } from "../pause.ts";
import type { Discovery } from "../kubectl/discovery.ts";
import type { Api, Resource } from "../kubectl/rest.ts";
import { HelmError } from "./errors.ts";
import { managedBy, releaseName, releaseNamespace, withOwner } from "./release.ts";

export interface Cluster {
  readonly api: Api;
  readonly discovery: Discovery;
}

export function objectsOf(manifest: string): Obj[] {
  return parseYaml(manifest)
    .map(({ value }) => value as Obj | null)
    .filter((object) => object !== null && object !== undefined);
}

/** Creates what is new, patches what differs, removes what the last revision had too much. */
export async function applyObjects(
  { api, discovery }: Cluster,
  release: Release,
  o: { objects: readonly Obj[]; before: readonly Obj[] },
): Promise<void> {
  const owned = o.objects.map((object) => withOwner(object, release));
  const targets = await Promise.all(owned.map((object) => targetOf(discovery, object, release)));
  const live = await Promise.all(
    targets.map(({ resource, namespace, name }) => api.find(resource, namespace, name)),
  );
  for (const [index, found] of live.entries()) {
    const isOwn = o.before.some((old) => same(old, owned[index]!));
    if (found && !isOwn) refuseForeign(found, owned[index]!, release);
  }
  for (const [index, object] of owned.entries()) {
    const { resource, namespace, name } = targets[index]!;
    if (!live[index]) await api.create(resource, namespace, object);
    else {
      const type = "strategic-merge-patch+json";
      await api.patch(resource, namespace, name, { body: object, type });
    }
  }
  const gone = o.before.filter((old) => !owned.some((object) => same(old, object)));
  await removeObjects({ api, discovery }, release, gone);
}

/** Creates a chart's definitions that are not there; those that are stay as they are. */
export async function installDefinitions(
  { api, discovery }: Cluster,
  definitions: readonly Obj[],
): Promise<void> {
  for (const object of definitions) {
    const { apiVersion, kind, metadata } = object;
    const resource = await discovery.kind(apiVersion, kind);
    if (!resource) throw new HelmError(`no matches for kind "${kind}" in version "${apiVersion}"`);
    if (!(await api.find(resource, undefined, metadata.name))) {
      await api.create(resource, undefined, object);
    }
  }
}

/** Removes a release's objects, in reverse order. What is gone already is no error. */
export async function removeObjects(
  { api, discovery }: Cluster,
  release: Release,
  objects: readonly Obj[],
): Promise<void> {
  for (const object of objects.toReversed()) {
    const { resource, namespace, name } = await targetOf(discovery, object, release);
    const root =
      resource.group === ""
        ? `/api/${resource.version}`
        : `/apis/${resource.group}/${resource.version}`;
    const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
    try {
      await api.send("DELETE", `${root}${scope}/${resource.plural}/${name}`, {
        body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" },
      });
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
  }
}

/** --wait: until Deployments are available and load balancers have their address. */
export async function waitReady(
  call: Call,
  cluster: Cluster,
  release: Release,
  o: { objects: readonly Obj[]; timeoutMs: number },
): Promise<void> {
  const until = call.world.clock.now() + o.timeoutMs;
  while (!(await allReady(cluster, release, o.objects))) {
    if (call.signal.aborted) return;
    if (call.world.clock.now() >= until) throw new HelmError("context deadline exceeded");
    await pause(call, 500);
  }
}

async function allReady(
  { api, discovery }: Cluster,
  release: Release,
  objects: readonly Obj[],
): Promise<boolean> {
  for (const object of objects) {
    const { resource, namespace, name } = await targetOf(discovery, object, release);
    if (object.kind !== "Deployment" && object.kind !== "Service") continue;
    const live = await api.find(resource, namespace, name);
    if (!live || !isReady(live)) return false;
  }
  return true;
}

function isReady(object: Obj): boolean {
  if (object.kind === "Deployment") {
    const { spec, status, metadata } = object as Deployment;
    const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
    return seen && (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
  }
  const { spec, status } = object as Service;
  return spec.type !== "LoadBalancer" || (status?.loadBalancer?.ingress ?? []).length > 0;
}

interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
}

async function targetOf(discovery: Discovery, object: Obj, release: Release): Promise<Target> {
  const resource = await discovery.kind(object.apiVersion, object.kind);
  if (!resource) {
    throw new HelmError(
      `unable to build kubernetes objects from release manifest: resource mapping not found for name: "${object.metadata.name}" namespace: "${object.metadata.namespace ?? ""}" from "": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
    );
  }
  const namespace = resource.namespaced
    ? (object.metadata.namespace ?? release.namespace)
    : undefined;
  return { resource, namespace, name: object.metadata.name };
}

/** Models helm pkg/action/validate.go checkOwnership. */
function refuseForeign(found: Obj, wanted: Obj, release: Release): void {
  const wrong: string[] = [];
  const check = (
    what: string,
    values: Record<string, string> | undefined,
    key: string,
    want: string,
  ): void => {
    const have = values?.[key];
    if (have === want) return;
    const saw =
      have === undefined
        ? `missing key "${key}": must be set to "${want}"`
        : `key "${key}" must equal "${want}": current value is "${have}"`;
    wrong.push(`${what} validation error: ${saw}`);
  };
  check("label", found.metadata.labels, managedBy, "Helm");
  check("annotation", found.metadata.annotations, releaseName, release.name);
  check("annotation", found.metadata.annotations, releaseNamespace, release.namespace);
  if (wrong.length === 0) return;
  const { kind, metadata } = wanted;
  const namespace = found.metadata.namespace ?? "";
  throw new HelmError(
    `Unable to continue with install: ${kind} "${metadata.name}" in namespace "${namespace}" exists and cannot be imported into the current release: invalid ownership metadata; ${wrong.join("; ")}`,
  );
}

function same(a: Obj, b: Obj): boolean {
  return (
    a.kind === b.kind &&
    a.metadata.name === b.metadata.name &&
    (a.metadata.namespace ?? "") === (b.metadata.namespace ?? "")
  );
}
