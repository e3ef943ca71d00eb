import { describe, expect, test } from "vitest";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import { Event } from "../../src/api/kinds/event.ts";
import { EventRecorder } from "../../src/client/events.ts";
import { configMap, world } from "./world.ts";
import type { World } from "./world.ts";

async function recorder(): Promise<World & { events: EventRecorder; about: ConfigMap }> {
  const all = world();
  const about = await all.client.create(ConfigMap, configMap("a"));
  return { ...all, about, events: new EventRecorder({ ...all, component: "tester", host: "n1" }) };
}

async function lines({ client, clock }: World): Promise<string[]> {
  await clock.advance(0);
  const { items } = await client.list(Event, { namespace: "default" });
  return items.map(({ count, type, reason, message }) => `${count} ${type} ${reason}: ${message}`);
}

describe("events", () => {
  test("an event names its object, its source and the time", async () => {
    const all = await recorder();
    all.events.event(all.about, "Normal", "Tested", "it works");
    await all.clock.advance(0);
    const [event] = (await all.client.list(Event)).items;
    expect(event).toMatchObject({
      metadata: { namespace: "default", name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) },
      involvedObject: {
        apiVersion: "v1",
        kind: "ConfigMap",
        namespace: "default",
        name: "a",
        uid: all.about.metadata.uid,
      },
      source: { component: "tester", host: "n1" },
      firstTimestamp: "2026-11-23T09:00:00Z",
      lastTimestamp: "2026-11-23T09:00:00Z",
    });
  });

  test("the same event again counts, and keeps its first time", async () => {
    const all = await recorder();
    for (let i = 0; i < 3; i++) {
      all.events.event(all.about, "Warning", "Failed", "no luck");
      await all.clock.advance(10_000);
    }
    expect(await lines(all)).toEqual(["3 Warning Failed: no luck"]);
    const [event] = (await all.client.list(Event)).items;
    expect([event!.firstTimestamp, event!.lastTimestamp]).toEqual([
      "2026-11-23T09:00:00Z",
      "2026-11-23T09:00:20Z",
    ]);
  });

  test("an event that was deleted meanwhile is written anew", async () => {
    const all = await recorder();
    all.events.event(all.about, "Normal", "Tested", "it works");
    await all.clock.advance(0);
    const [event] = (await all.client.list(Event)).items;
    await all.client.remove(Event, `default/${event!.metadata.name}`);
    all.events.event(all.about, "Normal", "Tested", "it works");
    expect(await lines(all)).toEqual(["1 Normal Tested: it works"]);
  });

  test("the tenth message of one reason within ten minutes is combined with what follows", async () => {
    const all = await recorder();
    for (let i = 1; i <= 12; i++) all.events.event(all.about, "Warning", "Odd", `message ${i}`);
    const seen = await lines(all);
    expect(seen).toHaveLength(10);
    expect(seen).toContain("3 Warning Odd: (combined from similar events): message 12");
  });

  test("about one object 25 are heard at once, then one in five minutes", async () => {
    const all = await recorder();
    const tell = (): void => all.events.event(all.about, "Normal", "Again", "and again");
    for (let i = 0; i < 40; i++) tell();
    expect(await lines(all)).toEqual(["25 Normal Again: and again"]);
    await all.clock.advance(300_000);
    for (let i = 0; i < 5; i++) tell();
    expect(await lines(all)).toEqual(["26 Normal Again: and again"]);
  });

  test("an event that cannot be written is lost quietly", async () => {
    const all = await recorder();
    const nowhere = { ...all.about, metadata: { ...all.about.metadata, namespace: "nowhere" } };
    all.events.event(nowhere, "Normal", "Lost", "nobody reads this");
    all.events.event(all.about, "Normal", "Tested", "it works");
    expect(await lines(all)).toEqual(["1 Normal Tested: it works"]);
  });
});
