// The small pure parts of the page.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readHeaders } from "../../src/ui/guestdesk/headers.ts";
import { changesOf } from "../../src/ui/inspector/changes.ts";
import { evidenceFor, podsOf } from "../../src/ui/inspector/evidence.ts";
import { actorName, tell } from "../../src/ui/inspector/telling.ts";
import { Letters } from "../../src/ui/stage/letters.ts";
import { finished, guestTo } from "./fixture/scene.ts";

describe("letters", () => {
  test("go by name, and stay when rooms come and go", () => {
    const letters = new Letters();
    letters.name(finished.rooms);
    expect(letters.of("default/backend-service")?.letter).toBe("A");
    expect(letters.of("default/service-b")).toMatchObject({ letter: "D", hue: 3 });
    expect(letters.of("default/kubernetes")).toBeUndefined();
    letters.name([{ ...finished.rooms[0]!, key: "default/aaa" }]);
    expect(letters.of("default/aaa")).toMatchObject({ letter: "E", hue: 0 });
    expect(letters.of("default/backend-service")?.letter).toBe("A");
  });

  test("do not end at Z", () => {
    const letters = new Letters();
    const keys = Array.from({ length: 28 }, (_, i) => `default/s${String(i).padStart(2, "0")}`);
    letters.name(keys.map((key) => ({ ...finished.rooms[0]!, key })));
    expect([25, 26, 27].map((i) => letters.of(keys[i])?.letter)).toEqual(["Z", "AA", "AB"]);
  });
});

test.each([
  ["", [], ""],
  ["Host: a.test", [["Host", "a.test"]], ""],
  ["a:1\n\n b : x", [], 'header line 3: wanted "Name: value", saw "b : x"'],
  [
    "X-Empty:\r\nY: 1:2",
    [
      ["X-Empty", ""],
      ["Y", "1:2"],
    ],
    "",
  ],
  ["no colon", [], 'header line 1: wanted "Name: value", saw "no colon"'],
])("header lines %j", (text, headers, problem) => {
  expect(readHeaders(text)).toEqual({ headers, problem });
});

test("changes of headers name what was added and what is gone", () => {
  const before = [
    ["Host", "a"],
    ["Accept", "*/*"],
    ["X", "1"],
  ] as const;
  const now = [
    ["host", "a"],
    ["X", "2"],
    ["Accept", "*/*"],
  ] as const;
  expect(
    changesOf(now, before).map(({ name, value, change }) => `${change} ${name}: ${value}`),
  ).toEqual(["kept host: a", "added X: 2", "kept Accept: */*", "removed X: 1"]);
  expect(changesOf(now, undefined).every(({ change }) => change === "kept")).toBe(true);
});

test("evidence is the line of this request, in its second, and no other", () => {
  const guest = guestTo("/api", 1);
  const [controller] = podsOf(guest);
  const line = (time: string, path: string): string =>
    `198.51.100.7 - - [23/Nov/2026:${time} +0000] "GET ${path} HTTP/1.1" 200 412`;
  const own = line("09:00:01", "/api");
  const lines = [line("09:00:00", "/api"), own, line("09:00:01", "/web"), "I1123 09:00:01 leader"];
  expect(evidenceFor(guest, controller!, lines)).toEqual([own]);
  expect(evidenceFor(guest, "default/other", lines)).toEqual([]);
});

test("every hop of a guest is told with a title", () => {
  const { hops } = guestTo("/api", 1);
  expect(hops.map((hop) => `${actorName(hop.by)}: ${tell(hop).title}`)).toEqual([
    "DNS public: example.com is 203.0.113.10",
    "Client laptop: connected to 203.0.113.10:80",
    "Cloud load-balancer: 203.0.113.10:80 → 10.0.0.11:31080",
    "Node node-1: 10.0.0.11:31080 → 10.244.1.9:80",
    "Pod ingress-nginx-controller-7d4f8c6b9-x2k4p: GET /api",
    "Pod ingress-nginx-controller-7d4f8c6b9-x2k4p: matched example.com Prefix /api",
    "Pod ingress-nginx-controller-7d4f8c6b9-x2k4p: connected to 10.244.2.6:8080",
    "Pod backend-7c9d5b6f4-2xk9w: GET /api",
    "Pod backend-7c9d5b6f4-2xk9w: answered 200",
    "Pod ingress-nginx-controller-7d4f8c6b9-x2k4p: answered 200",
  ]);
});

describe("contrast of the palettes", () => {
  const css = readFileSync(new URL("../../src/ui/theme.css", import.meta.url), "utf8");
  const [day, night] = [
    /:root \{([\s\S]*?)\n\}/,
    /:root\[data-theme="night"\] \{([\s\S]*?)\n\}/,
  ].map(
    (block) =>
      new Map(
        [...block.exec(css)![1]!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [
          m[1]!,
          m[2]!,
        ]),
      ),
  );
  const texts = ["ink", "muted", "brass", "teal", "plum", "sienna", "ok", "err"];
  const grounds = ["paper", "raised", "sunk"];
  const rows = texts.flatMap((text) => grounds.map((ground) => [text, ground] as const));

  test.each(rows)("%s on %s is at least 5.5:1 by day and by night", (text, ground) => {
    for (const palette of [day!, night!]) {
      expect(contrast(palette.get(text)!, palette.get(ground)!)).toBeGreaterThanOrEqual(5.5);
    }
  });

  test("the primary button's words are readable on brass", () => {
    for (const palette of [day!, night!]) {
      expect(contrast(palette.get("on-brass")!, palette.get("brass")!)).toBeGreaterThanOrEqual(5.5);
    }
  });
});

/** WCAG 2.2's contrast ratio of two colours. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r, g, bl] = [1, 3, 5].map((i) => {
      const c = parseInt(colour.slice(i, i + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
