// Pods on their nodes: stages, images, crashes, probes, environment, logs, the end.

import { describe, expect, test } from "vitest";
import { ConfigMap, Pod, Secret } from "../../src/api/kinds/index.ts";
import type { Container } from "../../src/api/kinds/pod.ts";
import { Hotel, isReady, pod } from "./hotel.ts";

async function running(hotel: Hotel, name: string): Promise<Pod> {
  await hotel.until(
    async () => (await hotel.get(Pod, `default/${name}`)).status?.phase === "Running",
  );
  return hotel.get(Pod, `default/${name}`);
}

async function waiting(hotel: Hotel, name: string, reason: string): Promise<Pod> {
  const state = async (): Promise<string | undefined> =>
    (await hotel.get(Pod, `default/${name}`)).status?.containerStatuses?.[0]?.state?.waiting
      ?.reason;
  await hotel.until(async () => (await state()) === reason);
  return hotel.get(Pod, `default/${name}`);
}

const one = (container: Partial<Container>): { containers: Container[] } => ({
  containers: [{ name: "web", image: "echo:1", ...container }],
});

const shell = (script: string): Partial<Container> => ({
  image: "busybox:1.37",
  command: ["sh", "-c", script],
});

test("a Pod's way, in Events and status", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", one({})));
  const { status, spec } = await running(hotel, "web");
  expect(status).toMatchObject({
    phase: "Running",
    hostIP: "10.0.0.11",
    podIP: "10.244.1.2",
    podIPs: [{ ip: "10.244.1.2" }],
    qosClass: "BestEffort",
  });
  expect(spec.nodeName).toBe("node-1");
  expect(status!.conditions!.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    "PodReadyToStartContainers=True",
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
  expect(status!.containerStatuses![0]).toMatchObject({
    image: "docker.io/library/echo:1",
    imageID: expect.stringMatching(/^docker\.io\/library\/echo@sha256:[0-9a-f]{64}$/),
    containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
    restartCount: 0,
    ready: true,
    started: true,
  });
  expect(await hotel.events("Pod/web")).toEqual([
    "Normal Scheduled: Successfully assigned default/web to node-1",
    'Normal Pulling: Pulling image "echo:1"',
    expect.stringMatching(
      /^Normal Pulled: Successfully pulled image "echo:1" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.$/,
    ),
    "Normal Created: Created container: web",
    "Normal Started: Started container web",
  ]);
  await hotel.create(Pod, pod("again", { ...one({}), nodeName: "node-1" }));
  await running(hotel, "again");
  expect((await hotel.events("Pod/again"))[0]).toBe(
    'Normal Pulled: Container image "echo:1" already present on machine',
  );
});

test("an image that nobody has: ErrImagePull, then ImagePullBackOff", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", one({ image: "registry.example/hotel/web:9" })));
  await waiting(hotel, "web", "ErrImagePull");
  const { status } = await waiting(hotel, "web", "ImagePullBackOff");
  const ref = "registry.example/hotel/web:9";
  const why =
    `Failed to pull image "${ref}": rpc error: code = NotFound desc = failed to pull and unpack ` +
    `image "${ref}": failed to resolve reference "${ref}": ${ref}: not found`;
  expect(status!.phase).toBe("Pending");
  expect(status!.containerStatuses![0]!.state!.waiting!.message).toBe(
    `Back-off pulling image "${ref}": ErrImagePull: ${why}`,
  );
  const events = await hotel.events("Pod/web");
  for (const event of [
    `Warning Failed: ${why}`,
    "Warning Failed: Error: ErrImagePull",
    `Normal BackOff: Back-off pulling image "${ref}"`,
    "Warning Failed: Error: ImagePullBackOff",
  ]) {
    expect(events).toContain(event);
  }
});

test("a container that crashes backs off 10 s, 20 s, 40 s …", async () => {
  const hotel = new Hotel();
  await hotel.create(Pod, pod("web", one(shell("echo oh; exit 3"))));
  const { metadata } = await waiting(hotel, "web", "CrashLoopBackOff");
  const id = `web_default(${metadata.uid})`;
  const state = async (): Promise<string> => {
    const { status } = await hotel.get(Pod, "default/web");
    return status!.containerStatuses![0]!.state?.waiting?.message ?? "";
  };
  expect(await state()).toBe(`back-off 10s restarting failed container=web pod=${id}`);
  for (const length of ["20s", "40s", "1m20s", "2m40s", "5m0s"]) {
    const words = `back-off ${length} restarting failed container=web pod=${id}`;
    await hotel.until(async () => (await state()) === words, 400_000);
  }
  const { status } = await hotel.get(Pod, "default/web");
  expect(status!.containerStatuses![0]).toMatchObject({
    restartCount: 6,
    ready: false,
    lastState: { terminated: { exitCode: 3, reason: "Error" } },
  });
  expect(await hotel.log("default/web", { previous: true })).toBe("oh\n");
  expect(await hotel.events("Pod/web")).toContain(
    `Warning BackOff: Back-off restarting failed container web in pod ${id}`,
  );
});

describe("restartPolicy", () => {
  // policy, script → phase, restarts
  test.each([
    ["Never", "exit 0", "Succeeded"],
    ["Never", "exit 1", "Failed"],
    ["OnFailure", "exit 0", "Succeeded"],
    ["OnFailure", "exit 1", "Running"],
    ["Always", "exit 0", "Running"],
  ] as const)("%s with %s → %s", async (restartPolicy, script, phase) => {
    const hotel = new Hotel();
    await hotel.create(Pod, pod("job", { ...one(shell(script)), restartPolicy }));
    await hotel.advance(30_000);
    const { status } = await hotel.get(Pod, "default/job");
    expect(status!.phase).toBe(phase);
    expect(status!.containerStatuses![0]!.restartCount > 0).toBe(phase === "Running");
  });
});

describe("probes", () => {
  const http = (path: string, port: number | string = 8080): object => ({
    httpGet: { path, port },
    periodSeconds: 2,
  });

  test("readiness: not Ready until it answers, with the reason in Events", async () => {
    const hotel = new Hotel();
    const image = "registry.k8s.io/e2e-test-images/agnhost:2.53";
    const container = { image, args: ["netexec"] };
    await hotel.create(Pod, pod("good", one({ ...container, readinessProbe: http("/healthz") })));
    await hotel.create(Pod, pod("bad", one({ ...container, readinessProbe: http("/nowhere") })));
    await hotel.create(
      Pod,
      pod("deaf", one({ ...container, readinessProbe: { tcpSocket: { port: 81 } } })),
    );
    await hotel.until(async () => isReady(await hotel.get(Pod, "default/good")));
    await hotel.advance(10_000);
    const bad = await hotel.get(Pod, "default/bad");
    expect(bad.status!.conditions!.find(({ type }) => type === "Ready")).toMatchObject({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [web]",
    });
    expect(await hotel.events("Pod/bad")).toContain(
      "Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404",
    );
    const { podIP } = (await hotel.get(Pod, "default/deaf")).status!;
    expect(await hotel.events("Pod/deaf")).toContain(
      `Warning Unhealthy: Readiness probe failed: dial tcp ${podIP}:81: connect: connection refused`,
    );
  });

  test("liveness: three failures restart the container", async () => {
    const hotel = new Hotel();
    await hotel.create(
      Pod,
      pod("web", one({ image: "nginx:1.29", livenessProbe: http("/nowhere", 80) })),
    );
    const restarts = async (): Promise<number> =>
      (await hotel.get(Pod, "default/web")).status?.containerStatuses?.[0]?.restartCount ?? 0;
    await hotel.until(async () => (await restarts()) === 1);
    const events = await hotel.events("Pod/web");
    expect(events).toContain(
      "Normal Killing: Container web failed liveness probe, will be restarted",
    );
    expect(events).toContain(
      "Warning Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404",
    );
  });

  test("startup: the others wait for it", async () => {
    const hotel = new Hotel();
    const startupProbe = { ...http("/", "http"), initialDelaySeconds: 20 };
    const ports = [{ containerPort: 8080, name: "http" }];
    await hotel.create(Pod, pod("web", one({ ports, startupProbe })));
    await running(hotel, "web");
    await hotel.advance(15_000);
    const before = (await hotel.get(Pod, "default/web")).status!.containerStatuses![0];
    expect(before).toMatchObject({ started: false, ready: false });
    await hotel.until(async () => isReady(await hotel.get(Pod, "default/web")), 10_000);
  });
});

test("init containers run one after the other, before the rest", async () => {
  const hotel = new Hotel();
  const initContainers = [
    { name: "first", ...shell("echo one; sleep 3") },
    { name: "second", ...shell("sleep 3") },
  ];
  await hotel.create(Pod, pod("web", { ...one({}), initContainers }));
  const state = async (): Promise<unknown> => {
    const { status } = await hotel.get(Pod, "default/web");
    return status?.initContainerStatuses?.map(({ state: is }) => Object.keys(is ?? {})[0]);
  };
  await hotel.until(async () => JSON.stringify(await state()) === '["running","waiting"]');
  const { status } = await hotel.get(Pod, "default/web");
  expect(status!.containerStatuses![0]!.state).toEqual({ waiting: { reason: "PodInitializing" } });
  await hotel.until(async () => JSON.stringify(await state()) === '["terminated","running"]');
  await running(hotel, "web");
  expect(await hotel.log("default/web", { container: "first" })).toBe("one\n");
});

test("the environment: values, fields, ConfigMaps, Secrets, $(NAME)", async () => {
  const hotel = new Hotel();
  const env = [
    { name: "PLAIN", value: "a" },
    { name: "BOTH", value: "$(PLAIN)-$(NAME) $$(PLAIN) $(NONE)" },
    { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    { name: "APP", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    { name: "COLOUR", valueFrom: { configMapKeyRef: { name: "config", key: "colour" } } },
    { name: "WORD", valueFrom: { secretKeyRef: { name: "safe", key: "word" } } },
    { name: "MAYBE", valueFrom: { secretKeyRef: { name: "no", key: "x", optional: true } } },
  ];
  const container = { image: "ealen/echo-server:0.9", env };
  await hotel.create(Pod, pod("web", one(container), { app: "shop" }));
  const stuck = await waiting(hotel, "web", "CreateContainerConfigError");
  expect(stuck.status!.containerStatuses![0]!.state!.waiting!.message).toBe(
    'configmap "config" not found',
  );
  expect(await hotel.events("Pod/web")).toContain(
    'Warning Failed: Error: configmap "config" not found',
  );
  await hotel.create(ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "config", namespace: "default" },
    data: { colour: "blue" },
  });
  await hotel.create(Secret, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "safe", namespace: "default" },
    data: { word: btoa("sesame") },
  });
  const web = await running(hotel, "web");
  const visit = await hotel.visit(hotel.host(web), `${web.status!.podIP}/`);
  const { environment } = JSON.parse(visit.body) as { environment: Record<string, string> };
  expect(environment).toMatchObject({
    PLAIN: "a",
    BOTH: "a-$(NAME) $(PLAIN) $(NONE)",
    NAME: "web",
    NODE: "node-1",
    IP: web.status!.podIP,
    APP: "shop",
    COLOUR: "blue",
    WORD: "sesame",
    KUBERNETES_SERVICE_HOST: "10.96.0.1",
    KUBERNETES_SERVICE_PORT: "443",
  });
  expect(environment).not.toHaveProperty("MAYBE");
});

test("a volume from a ConfigMap that is missing: FailedMount, until it is there", async () => {
  const hotel = new Hotel();
  const volumes = [{ name: "pages", configMap: { name: "pages" } }];
  await hotel.create(Pod, pod("web", { ...one({}), volumes }));
  await hotel.advance(5_000);
  expect(await hotel.events("Pod/web")).toContain(
    'Warning FailedMount: MountVolume.SetUp failed for volume "pages" : configmap "pages" not found',
  );
  expect((await hotel.get(Pod, "default/web")).status!.phase).toBe("Pending");
  await hotel.create(ConfigMap, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "pages", namespace: "default" },
  });
  await running(hotel, "web");
});
