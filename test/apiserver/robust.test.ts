// Whatever is sent, the answer is an answer, and what is refused leaves nothing behind.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import { fieldsOf, parseField } from "../../src/api/schema/schema.ts";
import { world } from "./world.ts";

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, "", "x", -1, 0, 1.5, 2 ** 40, true, [], {}, [null], [[]], "None"),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A value for a field of the schema: usually of its type, now and then of none. */
function valueOf(notation: string, depth: number): fc.Arbitrary<unknown> {
  const { many, object, scalar } = parseField(notation);
  const one =
    object !== undefined
      ? objectOf(object, depth - 1)
      : {
          s: fc.constantFrom<unknown>(
            "a",
            "web",
            "http",
            "80",
            "",
            "example.com",
            "10.96.0.7",
            "/a",
          ),
          i: fc.constantFrom<unknown>(0, 1, 80, -1, 30_080),
          l: fc.constantFrom<unknown>(0, 1, 30),
          b: fc.boolean(),
          t: fc.constantFrom<unknown>("2026-11-23T09:00:00Z", "never"),
          T: fc.constantFrom<unknown>("2026-11-23T09:00:00.000000Z"),
          q: fc.constantFrom<unknown>("1", "100m", 2, "1Gi"),
          x: fc.constantFrom<unknown>(80, "http", "25%"),
          y: fc.constantFrom<unknown>("YQ==", "?"),
          "*": odd,
        }[scalar!];
  const whole =
    many === "list"
      ? fc.array(one, { maxLength: 2 })
      : many === "map"
        ? fc.dictionary(fc.constantFrom("app", "a/b", "kubernetes.io/x"), one, { maxKeys: 2 })
        : one;
  return fc.oneof({ weight: 30, arbitrary: whole }, { weight: 1, arbitrary: odd });
}

function objectOf(type: string, depth: number): fc.Arbitrary<unknown> {
  if (depth <= 0) return fc.constant({});
  const fields = Object.entries(fieldsOf(type) ?? {});
  const picked = fc.subarray(fields, { maxLength: Math.min(6, fields.length) });
  return picked.chain((some) =>
    fc.record(Object.fromEntries(some.map(([name, notation]) => [name, valueOf(notation, depth)]))),
  );
}

/** A body for a kind, with a name most of the time. */
function bodyOf({ kind, apiVersion }: Kind): fc.Arbitrary<unknown> {
  return objectOf(kind, 5).map((object) => ({
    ...(object as object),
    apiVersion,
    kind,
    metadata: { ...((object as { metadata?: object }).metadata ?? {}), name: "odd" },
  }));
}

const media = ["json-patch", "merge-patch", "strategic-merge-patch"].map(
  (name) => `application/${name}+json`,
);

describe("anything may be sent", () => {
  const collections = kinds.map((kind) => {
    const root = kind.group === "" ? "/api/v1" : `/apis/${kind.apiVersion}`;
    const inside = kind.namespaced ? "/namespaces/default" : "";
    return [kind.kind, kind, `${root}${inside}/${kind.plural}`] as const;
  });

  test.each(collections)("%s", async (_, kind, collection) => {
    const server = world();
    const body = fc.oneof({ weight: 5, arbitrary: bodyOf(kind) }, { weight: 1, arbitrary: odd });
    await fc.assert(
      fc.asyncProperty(body, body, fc.nat(2), async (first, second, which) => {
        const before = (await server.rest("GET /api/v1/namespaces")).body;
        const created = await server.rest(`POST ${collection}`, first);
        const type = { "content-type": media[which]! };
        const answers = [
          created,
          await server.rest(`PATCH ${collection}/odd`, second, type),
          await server.rest(`PUT ${collection}/odd`, second),
          await server.rest(`GET ${collection}`, undefined, {
            accept: "application/json;as=Table;v=v1;g=meta.k8s.io",
          }),
          await server.rest(`GET ${collection}`, undefined, { accept: "application/yaml" }),
          await server.rest(`DELETE ${collection}/odd?gracePeriodSeconds=0`),
          await server.rest(`DELETE ${collection}`),
        ];
        for (const { status } of answers) expect(status).toBeLessThan(500);
        if (created.status >= 400 && kind.kind !== "Namespace") {
          expect((await server.rest("GET /api/v1/namespaces")).body).toMatchObject({
            items: (before as { items: unknown[] }).items,
          });
        }
        await server.clock.advance(0);
      }),
      { numRuns: 40 },
    );
  });
});
