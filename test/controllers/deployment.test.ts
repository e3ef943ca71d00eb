// Deployments: rollouts, their conditions and Events, in upstream's words.

import { describe, expect, test } from "vitest";
import { Deployment, Pod, ReplicaSet } from "../../src/api/kinds/index.ts";
import { bounds } from "../../src/controllers/deployment/arithmetic.ts";
import { templateHash } from "../../src/controllers/deployment/templatehash.ts";
import { deployment, Hotel, isReady } from "./hotel.ts";

async function rolledOut(hotel: Hotel, name: string): Promise<Deployment> {
  const key = `default/${name}`;
  await hotel.until(async () => {
    const { metadata, spec, status = {} } = await hotel.get(Deployment, key);
    const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
    return (
      status.observedGeneration === metadata.generation &&
      counts.every((count) => (count ?? 0) === spec.replicas)
    );
  });
  return hotel.get(Deployment, key);
}

function condition({ status }: Deployment, type: string): string | undefined {
  const found = status?.conditions?.find((one) => one.type === type);
  return found && `${found.status} ${found.reason}: ${found.message}`;
}

const image = (name: string): object => ({
  spec: {
    template: {
      spec: { containers: [{ name: "web", image: name, ports: [{ containerPort: 8080 }] }] },
    },
  },
});

describe("maxSurge rounds up, maxUnavailable down, never both 0", () => {
  // replicas surge unavailable → surge unavailable
  test.each([
    [4, "25%", "25%", 1, 1],
    [10, "25%", "25%", 3, 2],
    [1, "25%", "25%", 1, 0],
    [3, 0, 0, 0, 1],
    [3, 2, 1, 2, 1],
    [5, "50%", "100%", 3, 5],
    [0, "25%", "25%", 0, 1],
  ])(
    "%i replicas, %s and %s → %i and %i",
    (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
      const strategy = {
        type: "RollingUpdate" as const,
        rollingUpdate: { maxSurge, maxUnavailable },
      };
      expect(bounds(deployment("web", { replicas, spec: { strategy } }))).toEqual({
        surge,
        unavailable,
      });
    },
  );
});

describe("the template's hash", () => {
  const { template } = deployment("web").spec;

  test("is up to ten safe characters, and does not heed the order of fields", () => {
    expect(templateHash(template)).toMatch(/^[b-df-hj-np-tv-z24-9]{1,10}$/);
    const { spec, metadata } = template;
    expect(templateHash({ spec, metadata: metadata! })).toBe(templateHash(template));
  });

  test("changes with the template and with each collision", () => {
    const other = { ...template, spec: { ...template.spec, hostname: "other" } };
    expect(templateHash(other)).not.toBe(templateHash(template));
    expect(templateHash(template, 1)).not.toBe(templateHash(template));
  });
});

test("a new Deployment makes one ReplicaSet and tells how it goes", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 3 }));
  const done = await rolledOut(hotel, "web");
  const [set, ...others] = await hotel.list(ReplicaSet);
  const hash = set!.metadata.labels!["pod-template-hash"]!;
  expect(others).toEqual([]);
  expect(set!.metadata.name).toBe(`web-${hash}`);
  expect(set!.metadata.annotations).toEqual({
    "deployment.kubernetes.io/desired-replicas": "3",
    "deployment.kubernetes.io/max-replicas": "4",
    "deployment.kubernetes.io/revision": "1",
  });
  expect(set!.spec.selector.matchLabels).toEqual({ app: "web", "pod-template-hash": hash });
  expect(done.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "1" });
  expect(done.metadata.generation).toBe(1);
  expect(condition(done, "Available")).toBe(
    "True MinimumReplicasAvailable: Deployment has minimum availability.",
  );
  expect(condition(done, "Progressing")).toBe(
    `True NewReplicaSetAvailable: ReplicaSet "web-${hash}" has successfully progressed.`,
  );
  expect(await hotel.events("Deployment/web")).toEqual([
    `Normal ScalingReplicaSet: Scaled up replica set web-${hash} from 0 to 3`,
  ]);
});

test("a rolling update keeps its bounds at every moment", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 4 }));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", image("nginx:1.29"));
  let [most, least] = [0, Infinity];
  await hotel.until(async () => {
    const pods = (await hotel.pods()).filter((pod) => !pod.metadata.deletionTimestamp);
    most = Math.max(most, pods.length);
    least = Math.min(least, pods.filter(isReady).length);
    const { status } = await hotel.get(Deployment, "default/web");
    return (
      status?.observedGeneration === 2 && status.updatedReplicas === 4 && status.replicas === 4
    );
  });
  expect(most).toBeLessThanOrEqual(5);
  expect(least).toBeGreaterThanOrEqual(3);
  const done = await rolledOut(hotel, "web");
  expect(done.metadata.annotations!["deployment.kubernetes.io/revision"]).toBe("2");
  const sizes = (await hotel.list(ReplicaSet)).map(({ spec }) => spec.replicas);
  expect([...sizes].sort()).toEqual([0, 4]);
  for (const { spec } of await hotel.ready("app=web", 4)) {
    expect(spec.containers[0]!.image).toBe("nginx:1.29");
  }
});

test("going back to an earlier template takes its ReplicaSet up again, as a new revision", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  await rolledOut(hotel, "web");
  const [first] = await hotel.list(ReplicaSet);
  const { template } = (await hotel.get(Deployment, "default/web")).spec;
  await hotel.patch(Deployment, "default/web", image("nginx:1.29"));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", { spec: { template } });
  await rolledOut(hotel, "web");
  const set = await hotel.get(ReplicaSet, `default/${first!.metadata.name}`);
  expect(set.spec.replicas).toBe(2);
  expect(set.metadata.annotations).toMatchObject({
    "deployment.kubernetes.io/revision": "3",
    "deployment.kubernetes.io/revision-history": "1",
  });
});

test("Recreate: no new Pod before the last old one has gone", async () => {
  const hotel = new Hotel();
  const strategy = { type: "Recreate" as const };
  await hotel.create(Deployment, deployment("web", { replicas: 3, spec: { strategy } }));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", image("nginx:1.29"));
  await hotel.until(async () => {
    const images = new Set((await hotel.pods()).map(({ spec }) => spec.containers[0]!.image));
    expect(images.size).toBeLessThanOrEqual(1);
    return images.has("nginx:1.29");
  });
  await rolledOut(hotel, "web");
});

test("paused: a new template waits, a new size does not", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", { spec: { paused: true } });
  await hotel.patch(Deployment, "default/web", image("nginx:1.29"));
  await hotel.patch(Deployment, "default/web", { spec: { replicas: 3 } });
  await hotel.ready("app=web", 3);
  const paused = await hotel.get(Deployment, "default/web");
  expect(condition(paused, "Progressing")).toBe("Unknown DeploymentPaused: Deployment is paused");
  expect(await hotel.list(ReplicaSet)).toHaveLength(1);
  await hotel.patch(Deployment, "default/web", { spec: { paused: null } });
  await hotel.until(async () => (await hotel.list(ReplicaSet)).length === 2);
  const done = await rolledOut(hotel, "web");
  expect(condition(done, "Progressing")).toMatch(/^True NewReplicaSetAvailable: /);
});

test("a rollout that cannot go on is told after its deadline, and the old Pods stay", async () => {
  const hotel = new Hotel();
  const spec = { progressDeadlineSeconds: 60 };
  await hotel.create(Deployment, deployment("web", { replicas: 4, spec }));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", image("no/such:1"));
  await hotel.advance(90_000);
  const stuck = await hotel.get(Deployment, "default/web");
  expect(condition(stuck, "Progressing")).toMatch(
    /^False ProgressDeadlineExceeded: ReplicaSet "web-\w+" has timed out progressing\.$/,
  );
  expect(stuck.status).toMatchObject({ readyReplicas: 3, updatedReplicas: 2 });
  expect((await hotel.pods()).filter(isReady)).toHaveLength(3);
});

test("scaling in the middle of a rollout shares the change among both sets", async () => {
  const hotel = new Hotel();
  const strategy = {
    type: "RollingUpdate" as const,
    rollingUpdate: { maxSurge: 3, maxUnavailable: 2 },
  };
  await hotel.create(Deployment, deployment("web", { replicas: 10, spec: { strategy } }));
  await rolledOut(hotel, "web");
  await hotel.patch(Deployment, "default/web", image("no/such:1"));
  await hotel.advance(20_000);
  const sizes = async (): Promise<(number | undefined)[]> =>
    (await hotel.list(ReplicaSet)).map(({ spec }) => spec.replicas).sort((a, b) => a! - b!);
  expect(await sizes()).toEqual([5, 8]); // the documentation's own example
  await hotel.patch(Deployment, "default/web", { spec: { replicas: 15 } });
  await hotel.advance(20_000);
  expect(await sizes()).toEqual([7, 11]);
});

test("revisionHistoryLimit: older empty sets go", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { spec: { revisionHistoryLimit: 1 } }));
  await rolledOut(hotel, "web");
  for (const tag of ["1.27", "1.28", "1.29"]) {
    await hotel.patch(Deployment, "default/web", image(`nginx:${tag}`));
    await rolledOut(hotel, "web");
  }
  await hotel.until(async () => (await hotel.list(ReplicaSet)).length === 2);
});

test("deleting it deletes its ReplicaSet and its Pods", async () => {
  const hotel = new Hotel();
  await hotel.create(Deployment, deployment("web", { replicas: 2 }));
  await rolledOut(hotel, "web");
  await hotel.cluster.client.remove(Deployment, "default/web", { propagation: "Background" });
  await hotel.until(async () => (await hotel.list(ReplicaSet)).length === 0);
  await hotel.until(async () => (await hotel.list(Pod)).length === 0);
});
