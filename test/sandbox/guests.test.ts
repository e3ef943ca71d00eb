// Guests: how a trace becomes a story, and when it is told.

import { expect, test } from "vitest";
import { VirtualClock } from "../../src/base/clock.ts";
import type { Deed, Step } from "../../src/net/trace.ts";
import { Guests, guestsMax } from "../../src/sandbox/guests.ts";
import type { Guest } from "../../src/sandbox/protocol.ts";

const step: Step = {
  rule: "example.com Prefix /api",
  object: "Ingress default/simple-fanout",
  field: "spec.rules[0].http.paths[1]",
  verdict: "won",
  because: "longest",
};

const door = { ip: "203.0.113.10", port: 80 };
const match = (winner: Step | undefined): Deed => ({
  did: "match",
  host: "example.com",
  path: "/api",
  winner,
  steps: [],
  upstream: "",
  why: "",
});
const respond = (status: number, why = ""): Deed => ({
  did: "respond",
  status,
  why,
  headers: [],
  bodyBytes: 0,
});

type Row = [
  deeds: [string, Deed][],
  status: number | undefined,
  error: string | undefined,
  story: string,
];

const rows: Row[] = [
  [
    [
      ["pod/ingress-nginx/c", match(step)],
      ["pod/default/backend-1", respond(200)],
      ["pod/ingress-nginx/c", respond(200)],
    ],
    200,
    undefined,
    "The line “example.com Prefix /api” on simple-fanout led to Pod backend-1, which answered 200.",
  ],
  [
    [
      ["pod/ingress-nginx/c", match(undefined)],
      ["pod/ingress-nginx/c", respond(404)],
    ],
    404,
    undefined,
    "No line of any card fits example.com/api; the concierge answered 404.",
  ],
  [
    [
      ["pod/ingress-nginx/c", match(step)],
      ["pod/ingress-nginx/c", respond(503, "no endpoints")],
    ],
    503,
    undefined,
    "The line “example.com Prefix /api” on simple-fanout fits, but the concierge answered 503 (no endpoints).",
  ],
  [
    [["client/laptop", { did: "refuse", to: door, fault: "refused", why: "" }]],
    undefined,
    "(7) Failed to connect to example.com port 80 after 0 ms: Couldn't connect to server",
    "Connection refused: nobody listens at 203.0.113.10:80.",
  ],
  [
    [["dns/public", { did: "resolve", name: "example.com", ips: [], why: "" }]],
    undefined,
    "(6) Could not resolve host: example.com",
    "Nobody in the street knows the name example.com.",
  ],
  [[["pod/default/web-1", respond(200)]], 200, undefined, "Pod web-1 answered 200."],
  [[], undefined, "(52) Empty reply from server", "No answer came back from example.com."],
];

function guestsOn(clock: VirtualClock): { guests: Guests; told: Guest[]; ended: string[] } {
  const told: Guest[] = [];
  const ended: string[] = [];
  const guests = new Guests({
    clock,
    tell: (guest) => told.push(guest),
    ended: (guest) => ended.push(guest.id),
  });
  return { guests, told, ended };
}

const asked = { method: "GET", url: "http://example.com/api", from: "guest desk" };

test.each(rows)("%#", (deeds, status, error, story) => {
  const { guests, told } = guestsOn(new VirtualClock({ startMs: 0 }));
  const trace = guests.start(asked);
  for (const [by, deed] of deeds) trace.add(by, deed);
  guests.finish(trace);
  expect(told.at(-1)).toMatchObject({ done: true, status, error });
  expect(told.at(-1)!.story).toBe(`Guest 1: GET http://example.com/api. ${story}`);
});

test("a client that gives up before the first hop says why", () => {
  const { guests, told } = guestsOn(new VirtualClock({ startMs: 0 }));
  const trace = guests.start({ ...asked, url: "ftp://example.com/" });
  guests.finish(trace, { error: 'the guest desk speaks http, saw "ftp:"' });
  expect(told.at(-1)!.story).toBe(
    'Guest 1: GET ftp://example.com/. The guest desk speaks http, saw "ftp:".',
  );
});

test("hops that come together are told together, and the end at once", async () => {
  const clock = new VirtualClock({ startMs: 0 });
  const { guests, told, ended } = guestsOn(clock);
  const trace = guests.start(asked);
  trace.add("a", respond(200));
  trace.add("b", respond(200));
  expect(told).toHaveLength(0);
  await clock.advance(100);
  expect(told.map(({ hops, done }) => [hops.length, done])).toEqual([[2, false]]);
  expect(told[0]!.story).toBe("Guest 1: GET http://example.com/api is on the way.");
  guests.finish(trace);
  guests.finish(trace);
  await clock.advance(100);
  expect(told.map(({ done }) => done)).toEqual([false, true]);
  expect(ended).toEqual(["guest-1"]);
});

test("the history is bounded", () => {
  const { guests } = guestsOn(new VirtualClock({ startMs: 0 }));
  for (let i = 0; i < guestsMax + 20; i++) guests.finish(guests.start(asked));
  expect(guests.list()).toHaveLength(guestsMax);
  expect(guests.list()[0]!.number).toBe(21);
});
