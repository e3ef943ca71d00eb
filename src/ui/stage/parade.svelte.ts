// All guests on stage at once: replays each walk at human pace. The cluster is long done with a
// request while its guest still crosses the street; the parade only ever shows recorded hops.
//
//   parade.plan = planStage(scene, size)      whenever the stage changes
//   parade.admit(guest, scene)                for every guest event
//   parade.tick(16)                           every frame; returns whether anything still moves

import type { Guest, Scene } from "../../sandbox/protocol.ts";
import type { Plan, Point } from "./plan.ts";
import { placeId } from "./place.ts";
import { cut, lengthOf, pointAt, standing, wayBetween } from "./route.ts";
import { walkOf, type Look, type Walk } from "./walk.ts";

/** A guest as he is to be drawn now. */
export interface GuestView {
  readonly guest: Guest;
  readonly walk: Walk;
  readonly at: Point;
  readonly facing: 1 | -1;
  readonly walking: boolean;
  /** The way he has come. */
  readonly trail: readonly Point[];
  /** The stop he is at or comes from. */
  readonly stop: number;
  readonly says: string;
  readonly failed: boolean;
  readonly looks: readonly Look[];
  /** The answer on its way back, or delivered. */
  readonly answer: { readonly at: Point; readonly status: number } | undefined;
  /** 1 drawn fully, 0 gone. */
  readonly presence: number;
  /** Stops to number, when motion is not wanted. */
  readonly numbered: readonly Point[];
}

interface Walker {
  guest: Guest;
  walk: Walk;
  stop: number;
  phase: "stand" | "walk" | "answer" | "rest";
  /** Milliseconds in this phase. */
  since: number;
  /** Stays where the learner put him. */
  held: boolean;
}

const pixelsPerSecond = 330;
const legMs = { least: 260, most: 1000 } as const;
const answerMs = 750;
const restMs = { ok: 5000, failed: 9000 } as const;
const fadeMs = 900;
/** Guests drawn at once; older ones leave first. */
const walkersMax = 12;

export class Parade {
  plan: Plan | undefined;
  /** A guest who stays as long as he is selected. */
  favourite: string | undefined;
  speed = 1;
  still = false;
  views = $state.raw<readonly GuestView[]>([]);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  readonly #walkers = new Map<string, Walker>();

  /** Lets a guest in, or tells more of one who walks already. */
  admit(guest: Guest, scene: Scene): void {
    const known = this.#walkers.get(guest.id);
    if (known) {
      known.guest = guest;
      known.walk = walkOf(guest, scene);
      known.stop = Math.min(known.stop, known.walk.stops.length - 1);
      return;
    }
    // Who has been turned away makes room for the next.
    for (const walker of this.#walkers.values()) {
      if (walker.phase === "rest") walker.since = Math.max(walker.since, restOf(walker) - fadeMs);
    }
    this.#walkers.set(guest.id, {
      guest,
      walk: walkOf(guest, scene),
      stop: 0,
      phase: "stand",
      since: 0,
      held: false,
    });
    for (const id of [...this.#walkers.keys()].slice(0, -walkersMax)) this.#walkers.delete(id);
  }

  /** Sends a guest along his way again. */
  replay(guest: Guest, scene: Scene): void {
    this.#walkers.delete(guest.id);
    this.admit(guest, scene);
  }

  /** Puts a guest at the stop of one of his hops, and holds him there. */
  hold(guest: Guest, scene: Scene, hop: number): void {
    if (!this.#walkers.has(guest.id)) this.admit(guest, scene);
    const walker = this.#walkers.get(guest.id)!;
    const exact = walker.walk.stops.findIndex((stop) => stop.hops.includes(hop));
    const before = walker.walk.stops.findLastIndex((stop) => (stop.hops[0] ?? -1) <= hop);
    walker.stop = Math.max(exact >= 0 ? exact : before, 0);
    walker.phase = "stand";
    walker.since = 0;
    walker.held = true;
  }

  release(id: string): void {
    const walker = this.#walkers.get(id);
    if (walker) walker.held = false;
  }

  clear(): void {
    this.#walkers.clear();
    this.views = [];
  }

  /** Moves everybody on by `ms`; false once nothing will move any more by itself. */
  tick(ms: number): boolean {
    const plan = this.plan;
    if (!plan) return false;
    const newest = [...this.#walkers.keys()].at(-1);
    let moving = false;
    for (const [id, walker] of this.#walkers) {
      const stays = id === this.favourite || (id === newest && walker.phase === "rest");
      if (!walker.held) this.#advance(walker, ms * this.speed, plan, stays);
      if (gone(walker) && !stays) this.#walkers.delete(id);
      else if (!walker.held && !(walker.phase === "rest" && stays)) moving = true;
    }
    this.views = [...this.#walkers.values()].map((walker) => this.#view(walker, plan));
    return moving;
  }

  #advance(walker: Walker, ms: number, plan: Plan, stays: boolean): void {
    const last = walker.walk.stops.length - 1;
    if (this.still && walker.phase !== "rest") {
      walker.stop = last;
      if (walker.guest.done) walker.phase = "rest";
      return;
    }
    walker.since += ms;
    const here = walker.walk.stops[walker.stop]!;
    if (walker.phase === "stand") {
      if (walker.since < dwellMs(here)) return;
      if (walker.stop < last) enter(walker, "walk");
      else if (here.failed) enter(walker, "rest");
      else if (walker.guest.done) {
        enter(walker, walker.guest.status === undefined ? "rest" : "answer");
      }
    } else if (walker.phase === "walk") {
      if (walker.since < this.#legMs(walker, plan)) return;
      walker.stop++;
      enter(walker, "stand");
    } else if (walker.phase === "answer" && walker.since >= answerMs) enter(walker, "rest");
    else if (walker.phase === "rest" && stays) walker.since = 0;
  }

  #legMs(walker: Walker, plan: Plan): number {
    const ms = (lengthOf(leg(walker, plan)) / pixelsPerSecond) * 1000;
    return Math.min(Math.max(ms, legMs.least), legMs.most);
  }

  #view(walker: Walker, plan: Plan): GuestView {
    const { walk, stop, phase } = walker;
    const here = walk.stops[stop]!;
    const way = leg(walker, plan);
    const length = lengthOf(way);
    const t = phase === "walk" ? ease(walker.since / this.#legMs(walker, plan)) : 0;
    const past = wayOf(walker, plan, stop);
    const at = phase === "walk" ? pointAt(way, length * t) : standing(plan, here.place);
    const ahead = phase === "walk" ? pointAt(way, length * Math.min(t + 0.05, 1)) : at;
    const settled = phase === "rest" || phase === "answer";
    const failed = here.failed && phase !== "walk";
    return {
      guest: walker.guest,
      walk,
      at,
      facing: ahead.x < at.x - 0.5 ? -1 : 1,
      walking: phase === "walk",
      trail: phase === "walk" ? [...past, ...cut(way, length * t)] : past,
      stop,
      says: phase === "stand" || failed ? here.says : "",
      failed,
      looks: phase === "walk" ? [] : here.looks,
      answer: settled && !failed ? answerOf(walker, past) : undefined,
      presence:
        phase === "rest" ? Math.min(1, Math.max(0, (restOf(walker) - walker.since) / fadeMs)) : 1,
      numbered: this.still ? walk.stops.map((one) => standing(plan, one.place)) : [],
    };
  }
}

function answerOf(walker: Walker, past: readonly Point[]): GuestView["answer"] {
  const status = walker.guest.status;
  if (status === undefined) return undefined;
  const t = walker.phase === "answer" ? ease(walker.since / answerMs) : 1;
  return { at: pointAt(past, lengthOf(past) * (1 - t)), status };
}

function enter(walker: Walker, phase: Walker["phase"]): void {
  walker.phase = phase;
  walker.since = 0;
}

function gone(walker: Walker): boolean {
  return walker.phase === "rest" && walker.since > restOf(walker);
}

function restOf(walker: Walker): number {
  return walker.walk.stops.at(-1)!.failed ? restMs.failed : restMs.ok;
}

/** Long enough to read what is said; a decision longest. */
function dwellMs(stop: Walk["stops"][number]): number {
  if (stop.looks.length > 0) return 1300;
  return stop.says === "" ? 130 : 750;
}

function leg(walker: Walker, plan: Plan): readonly Point[] {
  const from = walker.walk.stops[walker.stop];
  const to = walker.walk.stops[walker.stop + 1];
  return from && to ? wayBetween(plan, from.place, to.place) : [];
}

function wayOf(walker: Walker, plan: Plan, until: number): readonly Point[] {
  const stops = walker.walk.stops.slice(0, until + 1);
  const points = [standing(plan, stops[0]!.place)];
  for (let i = 1; i < stops.length; i++) {
    if (placeId(stops[i]!.place) === placeId(stops[i - 1]!.place)) continue;
    points.push(...wayBetween(plan, stops[i - 1]!.place, stops[i]!.place));
  }
  return points;
}

function ease(t: number): number {
  const x = Math.min(Math.max(t, 0), 1);
  return x * x * (3 - 2 * x);
}
