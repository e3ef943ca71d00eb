// What each scene starts from: "finished" is the opening screen, "empty" the bare hotel, and
// every lesson brings its own.

import fanout from "../../lessons/02-unread-card/files/simple-fanout.yaml?manifest";
import type { Start } from "../lesson/lesson.ts";

/** The public address that the cloud gives to the first load balancer. */
const publicIp = "203.0.113.10";

const names = { "example.com": publicIp };

const files = [fanout];

const scenes: Readonly<Record<string, Start>> = {
  finished: { broken: false, install: ["ingress-nginx"], names, objects: files, files },
  empty: { broken: false, install: [], names, objects: [], files },
};

/** The start of a scene that is no lesson. Undefined when there is none of that name. */
export function startOf(scene: string): Start | undefined {
  return Object.hasOwn(scenes, scene) ? scenes[scene] : undefined;
}
