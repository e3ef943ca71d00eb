// From hops to stops: the stage shows what was recorded, and stops where it failed.

import { describe, expect, test } from "vitest";
import type { Guest, Scene } from "../../src/sandbox/protocol.ts";
import { placeId } from "../../src/ui/stage/place.ts";
import { walkOf } from "../../src/ui/stage/walk.ts";
import { finished, guestTo, vacant } from "./fixture/scene.ts";

function places(guest: Guest, scene: Scene): string[] {
  return walkOf(guest, scene).stops.map((stop) => placeId(stop.place));
}

const desk = "desk ingress-nginx/ingress-nginx-controller";
const door = "door load-balancer ingress-nginx/ingress-nginx-controller";
const answered = guestTo("/api", 1);

/** A guest whose hops are the first `count` of an answered one, then `hops`. */
function cutShort(count: number, hops: Guest["hops"], more: Partial<Guest> = {}): Guest {
  return { ...answered, hops: [...answered.hops.slice(0, count), ...hops], ...more };
}

describe("a walk", () => {
  test("leads from the street past book, door and desk to the Pod", () => {
    expect(places(answered, finished)).toEqual([
      "street",
      "book",
      door,
      "node",
      desk,
      "staff default/backend-7c9d5b6f4-2xk9w default/backend-service",
    ]);
    expect(walkOf(answered, finished).room).toBe("default/backend-service");
  });

  test("stands for every hop once, in order", () => {
    const hops = walkOf(answered, finished).stops.flatMap((stop) => stop.hops);
    expect(hops).toEqual([...hops].sort((a, b) => a - b));
    expect(new Set(hops).size).toBe(hops.length);
    // Answers are no stops: they fly back over all of them.
    expect(hops).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("looks at each rule that was considered, the winner marked", () => {
    const looks = walkOf(answered, finished).stops.flatMap((stop) => stop.looks);
    expect(looks).toEqual([
      { card: "default/simple-fanout", field: "spec.rules[0].http.paths[0]", won: false },
      { card: "default/simple-fanout", field: "spec.rules[0].http.paths[1]", won: true },
    ]);
  });

  test.each<[string, Guest, Scene, string, string]>([
    ["404 at the desk", guestTo("/nobody", 2), finished, desk, "Nobody by that name"],
    [
      "an unknown name at the address book",
      cutShort(0, [
        { at: 0, by: "dns/public", did: "resolve", name: "x.test", ips: [], why: "no such name" },
      ]),
      finished,
      "book",
      "no such name",
    ],
    [
      "a closed entrance at the door",
      cutShort(1, [
        {
          at: 0,
          by: "client/laptop",
          did: "refuse",
          to: { ip: "203.0.113.10", port: 80 },
          fault: "refused",
          why: "nobody listens at 203.0.113.10:80",
        },
      ]),
      vacant,
      "door ",
      "nobody listens",
    ],
    [
      "a Pod that refuses at the Pod",
      cutShort(6, [
        {
          at: 0,
          by: `pod/${finished.desks[0]!.pods[0]!}`,
          did: "refuse",
          to: { ip: "10.244.3.5", port: 8080 },
          fault: "refused",
          why: "connection refused",
        },
      ]),
      finished,
      "staff default/backend-7c9d5b6f4-m5tjn default/backend-service",
      "connection refused",
    ],
  ])("stops with %s", (_, guest, scene, place, says) => {
    const last = walkOf(guest, scene).stops.at(-1)!;
    expect(last.failed).toBe(true);
    expect(placeId(last.place)).toBe(place);
    expect(last.says).toContain(says);
  });

  test("of a guest without hops who failed says the error where he stands", () => {
    const guest = cutShort(0, [], {
      hops: [],
      error: "(6) Could not resolve host",
      status: undefined,
    });
    const [only] = walkOf(guest, finished).stops;
    expect(only).toMatchObject({ failed: true, says: "(6) Could not resolve host" });
  });

  test("through a Service's own address goes by its room", () => {
    const hops: Guest["hops"] = [
      {
        at: 0,
        by: "client/laptop",
        did: "connect",
        from: { ip: "198.51.100.7", port: 1 },
        to: { ip: "10.96.0.22", port: 8080 },
      },
    ];
    expect(places(cutShort(0, hops), finished)).toEqual(["street", "room default/backend-service"]);
  });
});
