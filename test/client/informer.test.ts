import { describe, expect, test } from "vitest";
import type { Client } from "../../src/api/client.ts";
import { ApiError } from "../../src/api/errors.ts";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import { Namespace } from "../../src/api/kinds/namespace.ts";
import { Informers } from "../../src/client/informer.ts";
import type { ObjectChange } from "../../src/client/informer.ts";
import { configMap, world } from "./world.ts";

function told({ old, new: now }: ObjectChange<ConfigMap>): string {
  const name = (now ?? old)!.metadata.name;
  return `${old ? "" : "+"}${now ? "" : "-"}${name}`;
}

describe("informer", () => {
  test("lists first, then follows; reads are synchronous", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    const maps = informers.of(ConfigMap);
    expect([maps.synced, maps.list()]).toEqual([false, []]);
    await clock.advance(0);
    expect(maps.synced).toBe(true);
    const stored = await client.create(ConfigMap, configMap("b"));
    expect(maps.get("default/b")).toBeUndefined();
    await clock.advance(0);
    expect(maps.get("default/b")).toBe(stored);
    expect(maps.list("default")).toHaveLength(2);
    expect(maps.list("elsewhere")).toEqual([]);
    expect(maps.list()).toBe(maps.list());
  });

  test("one informer a kind, whoever asks", () => {
    const { informers } = world();
    expect(informers.of(ConfigMap)).toBe(informers.of(ConfigMap));
    expect(informers.of(ConfigMap)).not.toBe(informers.of(Namespace));
  });

  test("handlers are told what is there, then each change once", async () => {
    const { client, clock, informers } = world();
    await client.create(ConfigMap, configMap("a"));
    const maps = informers.of(ConfigMap);
    await clock.advance(0);
    const seen: string[] = [];
    const off = maps.on((change) => seen.push(told(change)));
    const b = await client.create(ConfigMap, configMap("b"));
    await client.update(ConfigMap, { ...b, data: { x: "y" } });
    await client.update(ConfigMap, { ...b, metadata: { ...b.metadata, resourceVersion: "" } });
    await client.remove(ConfigMap, "default/a");
    await clock.advance(0);
    expect(seen).toEqual(["+a", "+b", "b", "b", "-a"]);
    off();
    await client.remove(ConfigMap, "default/b");
    await clock.advance(0);
    expect(seen).toHaveLength(5);
  });

  test("an index finds objects by a value, and follows their changes", async () => {
    const { client, clock, informers } = world();
    const maps = informers.of(ConfigMap);
    const byTeam = maps.indexed((o) => (o.data?.["team"] ? [o.data["team"]] : []));
    const a = await client.create(ConfigMap, configMap("a", { team: "x" }));
    await client.create(ConfigMap, configMap("b", { team: "x" }));
    await clock.advance(0);
    const names = (team: string): string[] => byTeam.get(team).map((o) => o.metadata.name);
    expect(names("x")).toEqual(["a", "b"]);
    await client.update(ConfigMap, { ...a, data: { team: "y" } });
    await client.remove(ConfigMap, "default/b");
    await clock.advance(0);
    expect([names("x"), names("y")]).toEqual([[], ["a"]]);
  });

  test("a server that is away is asked again, and what was missed is told", async () => {
    const { client, clock } = world();
    let away = true;
    let broken: ((error: Error) => void) | undefined;
    const flaky: Client = Object.create(client, {
      list: {
        value: (...args: Parameters<Client["list"]>) => {
          if (away) throw new ApiError("ServiceUnavailable", "away");
          return client.list(...args);
        },
      },
      watch: {
        value: (...[kind, options, onEvent, onError]: Parameters<Client["watch"]>) => {
          broken = onError;
          return client.watch(kind, options, onEvent, onError);
        },
      },
    }) as Client;
    const maps = new Informers({ client: flaky, clock }).of(ConfigMap);
    await client.create(ConfigMap, configMap("a"));
    await client.create(ConfigMap, configMap("b"));
    await clock.advance(5_000);
    expect(maps.synced).toBe(false);
    away = false;
    await clock.advance(30_000);
    expect(maps.list()).toHaveLength(2);

    const seen: string[] = [];
    maps.on((change) => seen.push(told(change)));
    broken!(new ApiError("Expired", "too old resource version: 1 (2)"));
    await client.remove(ConfigMap, "default/a");
    await client.create(ConfigMap, configMap("c"));
    await clock.advance(0);
    expect(seen).toEqual(["+a", "+b", "-a", "+c"]);
  });

  test("a stopped informer hears nothing more", async () => {
    const { client, clock, informers } = world();
    const maps = informers.of(ConfigMap);
    await clock.advance(0);
    informers.stop();
    await client.create(ConfigMap, configMap("a"));
    await clock.advance(60_000);
    expect(maps.list()).toEqual([]);
  });
});
