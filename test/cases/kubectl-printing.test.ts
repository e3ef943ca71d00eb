// The rows of `kubectl get` and the ages in them, as upstream's printers print them.

import { describe, expect, test } from "vitest";
import { ageSince } from "../../src/api/age.ts";
import { kinds } from "../../src/api/kinds/index.ts";
import type { Kind } from "../../src/api/kinds/kind.ts";
import type { Obj } from "../../src/api/object.ts";
import cases from "./kubectl-printing.json" with { type: "json" };

interface GetCase {
  id: string;
  source: string;
  verb: "get";
  wide: boolean;
  objects: Obj[];
  columns: string[];
  rows?: (string | number)[][] | null;
}

interface AgeCase {
  id: string;
  source: string;
  verb: "age-since";
  timestamp: string;
  text: string;
}

const now = Date.UTC(2025, 0, 15, 12);
const all = cases as unknown as (GetCase | AgeCase)[];

function kindOf({ kind }: Obj): Kind | undefined {
  return kinds.find((one) => one.kind === kind);
}

/** Kinds that are not in this hotel yet. */
const absent = new Set(["DaemonSet", "Job"]);

describe("ages", () => {
  test.for(all.filter((one) => one.verb === "age-since"))("$id", ({ timestamp, text }) => {
    expect(ageSince(timestamp, now)).toBe(text);
  });
});

describe("rows", () => {
  const ours = all.filter((one) => one.verb === "get");
  test.for(ours.filter((one) => !absent.has(one.objects[0]!.kind)))("$id", (one) => {
    const kind = kindOf(one.objects[0]!)!;
    const columns = kind.columns.filter(({ priority }) => one.wide || priority === 0);
    expect(columns.map(({ name }) => name)).toEqual(one.columns);
    if (!one.rows) return;
    const clipped = !one.wide;
    const rows = one.objects.map((object) =>
      columns.map((column) => column.cell(object, now, clipped)),
    );
    expect(rows).toEqual(one.rows);
  });

  test("the kinds that are said to be absent are", () => {
    expect([...absent].filter((name) => kinds.some(({ kind }) => kind === name))).toEqual([]);
  });
});
