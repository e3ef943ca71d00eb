// From the hops of a request to the way its guest takes on stage. Pure: nothing is invented
// here, every stop stands for hops that were recorded, and every word said is a hop's own.

import type { Guest, Scene, StageKey } from "../../sandbox/protocol.ts";
import type { Address } from "../../net/address.ts";
import type { Hop } from "../../net/trace.ts";
import { doorId } from "./plan.ts";
import { placeId, type Place } from "./place.ts";

/** A rule that a desk looked at, for the glow on its card. */
export interface Look {
  readonly card: StageKey;
  readonly field: string;
  readonly won: boolean;
}

/** One stop of a guest. */
interface Stop {
  readonly place: Place;
  /** Indexes into guest.hops. */
  readonly hops: readonly number[];
  /** What is said there, if anything. */
  readonly says: string;
  readonly looks: readonly Look[];
  /** The request went no further than here. */
  readonly failed: boolean;
}

export interface Walk {
  readonly stops: readonly Stop[];
  /** The room that the request was meant for, once known: its hue colours the trail. */
  readonly room: StageKey | undefined;
}

/** The walk of a guest as far as its hops tell. */
export function walkOf(guest: Guest, scene: Scene): Walk {
  const room = roomOf(guest.hops, scene);
  const stops: Stop[] = [{ place: { at: "street" }, hops: [], says: "", looks: [], failed: false }];
  let over = false;
  for (const [index, hop] of guest.hops.entries()) {
    if (over) break;
    const step = stepOf(hop, scene, room);
    if (!step) continue;
    over = step.failed;
    const last = stops.at(-1)!;
    const place = step.place ?? last.place;
    if (placeId(place) === placeId(last.place) && stops.length > 1) {
      stops[stops.length - 1] = {
        place,
        hops: [...last.hops, index],
        says: step.says || last.says,
        looks: step.looks.length > 0 ? step.looks : last.looks,
        failed: step.failed,
      };
    } else {
      stops.push({ place, hops: [index], says: step.says, looks: step.looks, failed: step.failed });
    }
  }
  if (guest.done && guest.error !== undefined && !over) {
    const last = stops.at(-1)!;
    stops[stops.length - 1] = { ...last, says: last.says || guest.error, failed: true };
  }
  return { stops, room };
}

interface StepOnStage {
  readonly place: Place | undefined;
  readonly says: string;
  readonly looks: readonly Look[];
  readonly failed: boolean;
}

function stepOf(hop: Hop, scene: Scene, room: StageKey | undefined): StepOnStage | undefined {
  const step = (place: Place | undefined, more: Partial<StepOnStage> = {}): StepOnStage => ({
    place,
    says: "",
    looks: [],
    failed: false,
    ...more,
  });
  switch (hop.did) {
    case "resolve":
      return step(
        { at: "book" },
        hop.ips.length > 0
          ? { says: `${hop.name} is ${hop.ips[0]!}` }
          : { says: hop.why, failed: true },
      );
    case "connect":
      return step(placeOfAddress(hop.to, scene, room));
    case "forward":
      return step(placeOfForwarder(hop.by, hop.from, scene));
    case "refuse":
      return step(placeOfAddress(hop.to, scene, room), { says: hop.why, failed: true });
    case "handshake":
      return step(placeOfActor(hop.by, scene, room), {
        says: hop.why,
        failed: hop.alert !== undefined,
      });
    case "request":
      return step(placeOfActor(hop.by, scene, room));
    case "match":
      return step(placeOfActor(hop.by, scene, room), {
        says: hop.winner ? hop.winner.rule : hop.why,
        looks: hop.steps.flatMap((one) => lookOf(one.object, one.field, one.verdict === "won")),
      });
    case "respond":
      if (hop.status < 400) return undefined;
      return step(placeOfActor(hop.by, scene, room), { says: hop.why, failed: true });
  }
}

/** "Ingress default/simple-fanout" → the card's key. */
function lookOf(object: string, field: string, won: boolean): Look[] {
  const [kind, key] = object.split(" ");
  return kind === "Ingress" && key ? [{ card: key, field, won }] : [];
}

/** The room that a decision or a dialled address names. */
function roomOf(hops: readonly Hop[], scene: Scene): StageKey | undefined {
  for (const hop of hops) {
    if (hop.did === "match" && hop.winner) {
      const { object, field } = hop.winner;
      const card = scene.cards.find((one) => `Ingress ${one.key}` === object);
      const rule = card?.rules.find((one) => one.field === field);
      if (rule?.room) return rule.room;
    }
  }
  for (const hop of hops) {
    if (hop.did !== "connect" && hop.did !== "forward") continue;
    const room = scene.rooms.find((one) => one.clusterIp === hop.to.ip && !one.backstage);
    if (room) return room.key;
    const door = scene.doors.find((one) => one.ip === hop.to.ip && one.desk === undefined);
    if (door) return door.service;
  }
  return undefined;
}

function placeOfActor(actor: string, scene: Scene, room: StageKey | undefined): Place | undefined {
  const [kind, ...rest] = actor.split("/");
  const name = rest.join("/");
  switch (kind) {
    case "client":
      return { at: "street" };
    case "dns":
      return { at: "book" };
    case "node":
      return { at: "node" };
    case "pod":
      return placeOfPod(name, scene, room);
    default:
      return undefined;
  }
}

/** Undefined for infrastructure that the stage does not draw: the guest stays where he is. */
function placeOfPod(key: StageKey, scene: Scene, room: StageKey | undefined): Place | undefined {
  const desk = scene.desks.find((one) => one.pods.includes(key));
  if (desk) return { at: "desk", id: desk.id };
  const backstage = scene.staff.find((one) => one.key === key)?.backstage ?? false;
  return backstage ? undefined : { at: "staff", key, room };
}

/** A load balancer forwards at its door, kube-proxy at the Service or inside the façade. */
function placeOfForwarder(by: string, from: Address, scene: Scene): Place | undefined {
  if (!by.startsWith("node/")) return placeOfAddress(from, scene, undefined);
  const service = scene.rooms.find((one) => one.clusterIp === from.ip && !one.backstage);
  return service ? { at: "room", key: service.key } : { at: "node" };
}

function placeOfAddress(
  { ip, port }: Address,
  scene: Scene,
  room: StageKey | undefined,
): Place | undefined {
  const door = scene.doors.find((one) => one.ip === ip);
  if (door) return { at: "door", id: doorId(door) };
  const pod = scene.staff.find((one) => one.ip === ip);
  if (pod) return placeOfPod(pod.key, scene, room);
  const service = scene.rooms.find((one) => one.clusterIp === ip);
  if (service && !service.backstage) return { at: "room", key: service.key };
  if (scene.nodes.some((one) => one.ip === ip)) {
    const side = scene.doors.find((one) => one.kind === "node-port" && one.ports.includes(port));
    return side ? { at: "door", id: doorId(side) } : { at: "node" };
  }
  // A public address at which no door stands: the closed entrance.
  return service ? undefined : { at: "door", id: "" };
}
