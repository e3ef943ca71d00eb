// What the administrator leaves in a cluster is what kubectl and helm leave there.

import { expect, test } from "vitest";
import { ApiError } from "../../src/api/errors.ts";
import { Deployment, Ingress, Secret, kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import { keyOf, type Obj } from "../../src/api/object.ts";
import type { StartFile } from "../../src/lesson/lesson.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { Administrator, HotelError } from "../../src/sandbox/administrator.ts";
import { startOf } from "../../src/sandbox/scenes.ts";
import { charts } from "../../src/shell/charts/charts.ts";
import { museum } from "../../src/shell/charts/museum.ts";
import { openHotel } from "../shell/cluster.ts";

/** The rooms with their text, for kubectl; the page knows only the objects in it. */
const baseFiles = Object.values(
  import.meta.glob<StartFile>("../../lessons/base/*.yaml", {
    query: "?manifest",
    import: "default",
    eager: true,
  }),
);
const files = [...baseFiles, ...startOf("finished")!.objects];

/** Everything that somebody wrote into a cluster at rest, without what differs by chance. */
async function written(cluster: Cluster, wanted: (object: Obj) => boolean): Promise<unknown[]> {
  await cluster.clock.advance(30_000);
  const out: unknown[] = [];
  for (const kind of kinds) {
    for (const { metadata, ...rest } of (await listed(cluster, kind)).filter(wanted)) {
      const { uid: _, resourceVersion: __, creationTimestamp: ___, ...kept } = metadata;
      const { status: ____, ...object } = rest as { status?: unknown };
      out.push(withoutChance({ metadata: kept, ...object }));
    }
  }
  return out;
}

/** Over REST, which tells who manages which field. */
async function listed(cluster: Cluster, kind: Kind): Promise<readonly Obj[]> {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.apiVersion}`;
  const path = `${root}/${kind.plural}`;
  const asked = { method: "GET", path, query: new URLSearchParams(), headers: {} } as const;
  const { body } = await cluster.clock.finish(cluster.api(asked));
  return (body as { items: Obj[] }).items.map((one) => ({
    ...one,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
  }));
}

/** Addresses and node ports are drawn; the time of a release is the time of day. */
function withoutChance(object: object): unknown {
  return JSON.parse(
    JSON.stringify(object, (name, value: unknown) => {
      if (/^(clusterIPs?|nodePort|healthCheckNodePort|modifiedAt|time)$/.test(name)) return null;
      if (name === "release") return recordIn(String(value));
      return value;
    }),
  );
}

function recordIn(release: string): unknown {
  const record = JSON.parse(atob(atob(release))) as { info: object };
  const info = { ...record.info, first_deployed: null, last_deployed: null };
  return { ...record, info };
}

function newCluster(): { cluster: Cluster; administrator: Administrator } {
  const cluster = new Cluster({ seed: 1 });
  cluster.start();
  return { cluster, administrator: new Administrator(cluster) };
}

test("the project's own manifests stand there as kubectl apply would have left them", async () => {
  const ours = newCluster();
  const real = newCluster();
  const isOurs = ({ kind, metadata }: Obj): boolean =>
    ["Deployment", "Service", "Ingress"].includes(kind) && metadata.namespace === "default";
  await ours.administrator.apply(files);
  await real.administrator.apply(files.map(({ name, content }) => ({ name, content })));
  const saw = await written(ours.cluster, isOurs);
  expect(saw).toHaveLength(10);
  expect(saw).toEqual(await written(real.cluster, isOurs));
});

test.each(["ingress-nginx", "traefik"])("%s stands there as helm install left it", async (name) => {
  const ours = newCluster();
  const real = await openHotel();
  const isOurs = ({ kind, metadata }: Obj): boolean =>
    !/^(Pod|ReplicaSet|Event|Endpoints|EndpointSlice|Lease)$/.test(kind) &&
    (metadata.namespace === name || metadata.name === name);
  await ours.cluster.clock.advance(20_000);
  await ours.administrator.install(name);
  await real.run(`helm install ${name} ${name}/${name} -n ${name} --create-namespace`);
  const saw = await written(ours.cluster, isOurs);
  expect(saw.length).toBeGreaterThan(5);
  expect(saw).toEqual(await written(real.cluster, isOurs));
  const key = `${name}/sh.helm.release.v1.${name}.v1`;
  expect(await ours.cluster.client.get(Secret, key)).toBeDefined();
});

test("what is there already is applied over, not created anew", async () => {
  const { cluster, administrator } = newCluster();
  await administrator.apply(files);
  const [base] = baseFiles;
  const content = base!.content.replace(/replicas: \d+/, "replicas: 5");
  const objects = base!.objects!.map((one) => structuredClone(one));
  await administrator.apply([{ ...base!, content, objects }]);
  const { items } = await cluster.client.list(Deployment, { namespace: "default" });
  expect(items.filter(({ spec }) => spec.replicas === 5)).toHaveLength(1);
  expect((await cluster.client.list(Ingress)).items.map(keyOf)).toEqual(["default/simple-fanout"]);
});

test("what cannot be set up is told with the tool's words", async () => {
  const { administrator } = newCluster();
  const text = { name: "bad.yaml", content: "apiVersion: v1\nkind: Nothing\nmetadata: {name: a}" };
  await expect(administrator.apply([text])).rejects.toThrow(HotelError);
  await expect(administrator.apply([text])).rejects.toThrow(/apply -f bad.yaml: .*"Nothing"/s);
  await expect(administrator.install("nowhere")).rejects.toThrow("repo nowhere not found");
  await administrator.install("traefik");
  await expect(administrator.install("traefik")).rejects.toThrow(
    "helm install traefik: cannot re-use a name that is still in use",
  );
  const wrong: Obj = { apiVersion: "v1", kind: "Service", metadata: { name: "No_Name" } };
  const refused = administrator.apply([{ name: "wrong.yaml", content: "", objects: [wrong] }]);
  await expect(refused).rejects.toMatchObject({ cause: expect.any(ApiError) });
});

test("every chart of the museum can be fetched by its name", async () => {
  const fetched = await Promise.all(Object.values(charts).map((fetch) => fetch()));
  expect(fetched).toEqual(museum);
  expect(fetched.map(({ name }) => name)).toEqual(Object.keys(charts));
});
