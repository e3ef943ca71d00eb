// Which desk did something: by the actor that a hop names.

import type { Guest, Scene, StageKey } from "../../sandbox/protocol.ts";

/** The desk of an actor: one of its Pods, or the load balancer that it had the cloud build. */
export function deskOf(actor: string, scene: Scene | undefined): string | undefined {
  const desks = scene?.desks ?? [];
  if (actor.startsWith("pod/")) {
    const pod = actor.slice("pod/".length);
    return desks.find(({ pods }) => pods.includes(pod))?.id;
  }
  if (!actor.startsWith("cloud/")) return undefined;
  return desks.find(({ implementation }) => implementation === "alb")?.id;
}

/** What the card names and what was dialled: the two pictures of one request. */
export interface TwoPictures {
  /** The Service that the rule leads to. */
  readonly room: StageKey;
  readonly clusterIp: string;
  /** "10.244.1.5:80" */
  readonly dialled: string;
  readonly dialledService: boolean;
  /** Who answered in the end: a Pod. */
  readonly pod: string | undefined;
}

/** Undefined when nothing was passed on. All of it from facts: the hops and the objects. */
export function picturesOf(guest: Guest, scene: Scene | undefined): TwoPictures | undefined {
  const at = guest.hops.findIndex((hop) => hop.did === "match");
  const match = guest.hops[at];
  if (!scene || match?.did !== "match" || !match.winner) return undefined;
  const { object, field } = match.winner;
  const card = scene.cards.find(({ key }) => `Ingress ${key}` === object);
  const room = card?.rules.find((one) => one.field === field)?.room;
  const service = scene.rooms.find(({ key }) => key === room);
  const dial = guest.hops.slice(at).find((hop) => hop.did === "forward" || hop.did === "connect");
  if (!room || (dial?.did !== "forward" && dial?.did !== "connect")) return undefined;
  const to = dial.did === "forward" ? dial.from : dial.to;
  const answer = guest.hops
    .slice(at)
    .find((hop) => hop.did === "request" && hop.by.startsWith("pod/"));
  return {
    room,
    clusterIp: service?.clusterIp ?? "none",
    dialled: `${to.ip}:${to.port}`,
    dialledService: service !== undefined && to.ip === service.clusterIp,
    pod: answer?.by.slice("pod/".length),
  };
}
