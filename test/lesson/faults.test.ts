// Faults drawn by lot: a function of the seed, and never two about one thing.

import { expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { drawFaults, faultGroup } from "../../src/lesson/faults.ts";

const of = ["web-class.yaml", "web-room.yaml", "api-path.yaml", "bar-empty.yaml"].map((name) => ({
  name,
  content: "",
}));

test("two draws of one seed are the same, other seeds draw others", () => {
  const drawn = (seed: number): string =>
    drawFaults({ draw: 1, of }, new Random(seed))
      .map(({ name }) => name)
      .join();
  expect(drawn(7)).toBe(drawn(7));
  expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map(drawn)).size).toBeGreaterThan(1);
});

test("no two of them are about the same thing, whatever the seed", () => {
  for (let seed = 0; seed < 50; seed++) {
    const groups = drawFaults({ draw: 3, of }, new Random(seed)).map(faultGroup);
    expect(new Set(groups).size).toBe(3);
  }
});
