import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiError } from "../../src/api/errors.ts";
import { Event, Pod } from "../../src/api/kinds/index.ts";
import {
  formatLabels,
  formatSelector,
  matches,
  matchesFields,
  matchesSelector,
  parseFieldSelector,
  parseLabelSelector,
} from "../../src/api/selector.ts";

const labels = { app: "web", tier: "front", size: "10", empty: "" };

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError && error.reason === "BadRequest") return error.message;
    throw error;
  }
  return "accepted";
}

describe("label selectors", () => {
  test.each<[string, boolean]>([
    ["", true],
    ["app=web", true],
    ["app==web,tier=front", true],
    ["app = web , tier != back", true],
    ["app!=web", false],
    ["canary!=yes", true],
    ["app in (web,api)", true],
    ["app in (api)", false],
    ["app notin (api, db)", true],
    ["canary notin (yes)", true],
    ["app", true],
    ["!app", false],
    ["!canary", true],
    ["size>9", true],
    ["size<10", false],
    ["app>9", false],
    ["empty=", true],
    ["empty in ()", true],
    ["empty in (,x)", true],
    ["in=x", false],
    ["app in (in,notin)", false],
  ])("%j → %s", (text, met) => expect(matches(parseLabelSelector(text), labels)).toBe(met));

  test.each([
    [",", "found ',', expected: !, identifier, or 'end of string'"],
    ["=a", "found '=', expected: !, identifier, or 'end of string'"],
    ["a=b,", "found '', expected: identifier after ','"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a=b c", "found 'c', expected: ',' or 'end of string'"],
    ["!a=b", "found '=', expected: ',' or 'end of string'"],
    ["!", "unable to parse requirement: found '', expected: identifier"],
    ["a=(", "unable to parse requirement: found '(', expected: identifier"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a in (b", "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      "a>b",
      'unable to parse requirement: values[0]: Invalid value: "b": ' +
        "for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])("%j is refused: %s", (text, message) => {
    expect(refusal(() => parseLabelSelector(text))).toBe(message);
  });

  test("bad keys and values are refused with the rule", () => {
    expect(refusal(() => parseLabelSelector("a/b/c=d"))).toMatch(
      /^unable to parse requirement: <nil>: Invalid value: "a\/b\/c": a qualified name must/,
    );
    expect(refusal(() => parseLabelSelector("a=-b"))).toMatch(
      /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must/,
    );
  });

  test("structured selectors", () => {
    const selector = {
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In" as const, values: ["front", "back"] },
        { key: "canary", operator: "DoesNotExist" as const },
      ],
    };
    expect(matchesSelector(selector, labels)).toBe(true);
    expect(matchesSelector({}, undefined)).toBe(true);
    expect(matchesSelector(undefined, labels)).toBe(false);
    expect(formatSelector(selector)).toBe("app=web,!canary,tier in (back,front)");
    expect(formatSelector({})).toBe("<none>");
    expect(formatLabels({ b: "2", a: "1" })).toBe("a=1,b=2");
  });

  test("no text makes it throw anything but an ApiError", () => {
    const words = fc.constantFrom("a", "in", "notin", "=", "==", "!", ",", "(", ")", ">", " ", "é");
    const texts = fc.array(words, { maxLength: 14 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        refusal(() => parseLabelSelector(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("field selectors", () => {
  const pod = Pod.defaulted({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default" },
    spec: { containers: [], nodeName: "node-1" },
    status: { phase: "Running" },
  });

  test.each<[string, boolean]>([
    ["metadata.name=web", true],
    ["metadata.name!=web", false],
    ["spec.nodeName==node-1,status.phase=Running", true],
    ["status.podIP=", true],
  ])("%j → %s", (text, met) => {
    expect(matchesFields(parseFieldSelector(text, Pod), pod)).toBe(met);
  });

  test.each([
    ["metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ["spec.foo=x", "field label not supported: spec.foo"],
  ])("%j is refused: %s", (text, message) => {
    expect(refusal(() => parseFieldSelector(text, Pod))).toBe(message);
  });

  test("an Event's source is its component", () => {
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e" },
      involvedObject: {},
      source: { component: "kubelet" },
    };
    expect(matchesFields(parseFieldSelector("source=kubelet", Event), event)).toBe(true);
  });
});
