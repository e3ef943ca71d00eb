// How Pods end, and what is left to read of them.

import { describe, expect, test } from "vitest";
import { Pod } from "../../src/api/kinds/index.ts";
import { text } from "../../src/base/bytes.ts";
import { Hotel, isReady, pod } from "./hotel.ts";

async function open(name: string, container: object, spec: object = {}): Promise<Hotel> {
  const hotel = new Hotel();
  const containers = [{ name: "web", image: "echo:1", ...container }];
  await hotel.create(Pod, pod(name, { containers, ...spec }));
  await hotel.until(async () => isReady(await hotel.get(Pod, `default/${name}`)));
  return hotel;
}

const sleeper = { image: "busybox:1.37", command: ["sleep", "infinity"] };

describe("deletion", () => {
  // container, spec → milliseconds until it is gone, about
  test.each([
    ["a server drains and exits", {}, {}, 0, 1_000],
    ["process 1 of a shell ignores SIGTERM until its grace is over", sleeper, {}, 30_000, 31_000],
    ["its own grace counts", sleeper, { terminationGracePeriodSeconds: 5 }, 5_000, 6_000],
    [
      "a preStop sleep comes first",
      { lifecycle: { preStop: { exec: { command: ["sleep", "7"] } } } },
      {},
      7_000,
      8_000,
    ],
  ])("%s", async (_, container, spec, least, most) => {
    const hotel = await open("web", container, spec);
    const { clock, client } = hotel.cluster;
    const startedAt = clock.now();
    await client.remove(Pod, "default/web");
    const { metadata } = await hotel.get(Pod, "default/web");
    expect(metadata.deletionTimestamp).toBeDefined();
    await hotel.until(async () => (await client.get(Pod, "default/web")) === undefined);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(least);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(most);
    expect(await hotel.events("Pod/web")).toContain("Normal Killing: Stopping container web");
  });

  test("by force: gone at once, and its address with it", async () => {
    const hotel = await open("web", sleeper);
    const { podIP } = (await hotel.get(Pod, "default/web")).status!;
    await hotel.cluster.client.remove(Pod, "default/web", { graceSeconds: 0 });
    expect(await hotel.cluster.client.get(Pod, "default/web")).toBeUndefined();
    await hotel.advance(100);
    const node = { actor: "node/node-2", ip: "10.0.0.12" };
    expect(await hotel.visit(node, `${podIP}:8080`)).toMatchObject({ fault: "timeout" });
  });

  test("a request under way is answered before the Pod goes", async () => {
    const hotel = await open("slow", { image: "kennethreitz/httpbin" });
    const { clock, client } = hotel.cluster;
    const { podIP } = (await hotel.get(Pod, "default/slow")).status!;
    const node = { actor: "node/node-2", ip: "10.0.0.12" };
    clock.after(1_000, () => void client.remove(Pod, "default/slow"));
    const visit = await hotel.visit(node, `${podIP}/delay/5`);
    expect(visit.status).toBe(200);
    expect(visit.headers).toContainEqual(["Connection", "close"]);
    await hotel.until(async () => (await client.get(Pod, "default/slow")) === undefined);
  });

  test("a Pod of the same name starts anew", async () => {
    const hotel = await open("web", {});
    const before = await hotel.get(Pod, "default/web");
    await hotel.cluster.client.remove(Pod, "default/web", { graceSeconds: 0 });
    await hotel.create(Pod, pod("web", { containers: [{ name: "web", image: "echo:1" }] }));
    await hotel.until(async () => isReady(await hotel.get(Pod, "default/web")));
    const after = await hotel.get(Pod, "default/web");
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
  });
});

describe("logs", () => {
  const talker = {
    image: "busybox:1.37",
    command: ["sh", "-c", "echo one; sleep 1; echo two; sleep 1; echo three; sleep infinity"],
  };

  test("whole, the tail, the latest, with timestamps", async () => {
    const hotel = await open("web", talker);
    await hotel.advance(5_000);
    expect(await hotel.log("default/web")).toBe("one\ntwo\nthree\n");
    expect(await hotel.log("default/web", { tailLines: 2 })).toBe("two\nthree\n");
    expect(await hotel.log("default/web", { tailLines: 0 })).toBe("");
    expect(await hotel.log("default/web", { sinceSeconds: 4 })).not.toContain("one");
    expect(await hotel.log("default/web", { tailLines: 1, timestamps: true })).toMatch(
      /^2026-11-23T09:00:\d\d\.\d{9}Z three\n$/,
    );
  });

  test("followed until the container ends", async () => {
    const hotel = await open(
      "web",
      {
        image: "busybox:1.37",
        command: ["sh", "-c", "echo one; sleep 2; echo two; exit 0"],
      },
      { restartPolicy: "Never" },
    );
    const seen: string[] = [];
    const reading = (async () => {
      const stream = hotel.cluster.client.log("default/web", { follow: true });
      for await (const chunk of stream) seen.push(text(chunk));
    })();
    await hotel.advance(1);
    expect(seen).toEqual(["one\n"]);
    await hotel.cluster.clock.finish(reading);
    expect(seen).toEqual(["one\n", "two\n"]);
  });

  test("what cannot be read is told in the kubelet's words", async () => {
    const hotel = await open("web", {});
    await hotel.create(Pod, pod("no", { containers: [{ name: "no", image: "no/such" }] }));
    await hotel.advance(8_000);
    await expect(hotel.log("default/no")).rejects.toThrow(
      /^container "no" in pod "no" is waiting to start: (trying and failing to pull image|image can't be pulled)$/,
    );
    await expect(hotel.log("default/web", { previous: true })).rejects.toThrow(
      'previous terminated container "web" in pod "web" not found',
    );
  });
});
