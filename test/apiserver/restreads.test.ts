// Lists in pages, tables and watches over REST.

import { describe, expect, test } from "vitest";
import { ConfigMap } from "../../src/api/kinds/configmap.ts";
import type { RestResponse } from "../../src/api/transport.ts";
import { configMap, request, world } from "./world.ts";
import type { World } from "./world.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const table = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };

interface List {
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: { metadata: { name: string } }[];
}

async function hotel(count = 5): Promise<World> {
  const all = world();
  for (let i = 0; i < count; i++) await all.client.create(ConfigMap, configMap(`m${i}`));
  return all;
}

function names({ body }: RestResponse): string[] {
  return (body as List).items.map(({ metadata }) => metadata.name);
}

describe("pages", () => {
  test("all pages show the state of the first", async () => {
    const { rest, client } = await hotel();
    const first = await rest(`GET ${maps}?limit=2`);
    const { metadata } = first.body as List;
    expect(names(first)).toEqual(["m0", "m1"]);
    expect(metadata.remainingItemCount).toBe(3);
    await client.remove(ConfigMap, "default/m2");
    await client.create(ConfigMap, configMap("m1a"));
    const token = encodeURIComponent(metadata.continue!);
    const second = await rest(`GET ${maps}?limit=2&continue=${token}`);
    expect(names(second)).toEqual(["m2", "m3"]);
    expect((second.body as List).metadata.resourceVersion).toBe(metadata.resourceVersion);
    const last = encodeURIComponent((second.body as List).metadata.continue!);
    const third = await rest(`GET ${maps}?limit=2&continue=${last}`);
    expect(names(third)).toEqual(["m4"]);
    expect((third.body as List).metadata.continue).toBeUndefined();
  });

  test("a page of a state too old is gone", async () => {
    const { rest, client, clock } = await hotel();
    const first = (await rest(`GET ${maps}?limit=2`)).body as List;
    for (let i = 0; i < 3_000; i++) await client.create(ConfigMap, configMap(`n${i}`));
    await clock.advance(0);
    const token = encodeURIComponent(first.metadata.continue!);
    const { status, body } = await rest(`GET ${maps}?limit=2&continue=${token}`);
    expect(status).toBe(410);
    expect(body).toMatchObject({ reason: "Expired" });
  });

  test("an exact earlier state can be listed", async () => {
    const { rest } = await hotel();
    const exact = await rest(`GET ${maps}?resourceVersion=8&resourceVersionMatch=Exact`);
    expect(names(exact)).toEqual(["m0", "m1"]);
  });
});

describe("tables", () => {
  test("rows carry the cells and the metadata", async () => {
    const { rest } = await hotel(1);
    const { body } = await rest(`GET ${maps}`, undefined, table);
    expect(body).toMatchObject({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      columnDefinitions: expect.arrayContaining([
        expect.objectContaining({ name: "Name", type: "string", format: "name", priority: 0 }),
      ]),
      rows: [
        {
          cells: expect.arrayContaining(["m0", "0s"]),
          object: { kind: "PartialObjectMetadata", metadata: { name: "m0" } },
        },
      ],
    });
  });

  test.each([
    ["None", undefined],
    ["Object", "ConfigMap"],
    ["Metadata", "PartialObjectMetadata"],
  ])("includeObject=%s", async (include, kind) => {
    const { rest } = await hotel(1);
    const { body } = await rest(`GET ${maps}?includeObject=${include}`, undefined, table);
    const [row] = (body as { rows: { object?: { kind: string } }[] }).rows;
    expect(row!.object?.kind).toBe(kind);
  });
});

describe("watches", () => {
  interface Line {
    type: string;
    object: { metadata: { name?: string; resourceVersion?: string }; kind: string };
  }

  /** The lines that come by then; the last one says how the stream stands. */
  async function lines(
    all: World,
    query: string,
    o: { headers?: Record<string, string>; act?: () => Promise<void>; ms?: number } = {},
  ): Promise<Line[]> {
    const stop = new AbortController();
    const asked = request(`GET ${maps}?watch=true&${query}`, undefined, o.headers);
    const { stream } = await all.server.transport({ ...asked, signal: stop.signal });
    const seen: Line[] = [];
    const reading = (async () => {
      for await (const line of stream!) seen.push(line as Line);
    })();
    await o.act?.();
    await all.clock.advance(o.ms ?? 0);
    stop.abort();
    await reading;
    return seen;
  }

  const brief = (seen: Line[]): string[] =>
    seen.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`);

  test("from a revision", async () => {
    const all = await hotel(2);
    const act = async (): Promise<void> => {
      await all.client.create(ConfigMap, configMap("x"));
      await all.client.remove(ConfigMap, "default/m0");
    };
    expect(brief(await lines(all, "resourceVersion=7", { act }))).toEqual([
      "ADDED m1",
      "ADDED x",
      "DELETED m0",
    ]);
  });

  test("from nowhere: first everything that is there", async () => {
    const all = await hotel(2);
    const act = async (): Promise<void> =>
      void (await all.client.create(ConfigMap, configMap("x")));
    expect(brief(await lines(all, "fieldSelector=metadata.name!%3Dm1", { act }))).toEqual([
      "ADDED m0",
      "ADDED x",
    ]);
  });

  test("as tables: the columns come once", async () => {
    const all = await hotel(2);
    const seen = await lines(all, "", { headers: table });
    const tables = seen.map(({ object }) => object as unknown as { columnDefinitions: unknown });
    expect(tables.map(({ columnDefinitions }) => Array.isArray(columnDefinitions))).toEqual([
      true,
      false,
    ]);
  });

  test("bookmarks tell the revision each minute, when asked for", async () => {
    const all = await hotel(1);
    const query = "resourceVersion=7&allowWatchBookmarks=true";
    const seen = await lines(all, query, { ms: 120_000 });
    expect(seen.map(({ type, object }) => `${type} ${object.metadata.resourceVersion}`)).toEqual([
      "BOOKMARK 7",
      "BOOKMARK 7",
    ]);
  });

  test("a list as a watch ends with its bookmark", async () => {
    const all = await hotel(1);
    const query =
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const seen = await lines(all, query);
    expect(seen.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
    expect(seen[1]!.object.metadata).toMatchObject({
      annotations: { "k8s.io/initial-events-end": "true" },
    });
  });

  test("timeoutSeconds ends it", async () => {
    const all = await hotel(1);
    const asked = request(`GET ${maps}?watch=true&timeoutSeconds=5`);
    const { stream } = await all.server.transport(asked);
    let ended = false;
    const reading = (async () => {
      for await (const _ of stream!);
      ended = true;
    })();
    await all.clock.advance(4_999);
    expect(ended).toBe(false);
    await all.clock.advance(1);
    await reading;
    expect(ended).toBe(true);
  });

  test("a revision too old is an event: 410 Expired", async () => {
    const all = await hotel(3_000);
    await all.clock.advance(0);
    const [error] = await lines(all, "resourceVersion=7");
    expect(error).toMatchObject({
      type: "ERROR",
      object: { kind: "Status", code: 410, reason: "Expired" },
    });
  });
});
