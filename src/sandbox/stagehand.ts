// Watches the objects that the stage is made of, and tells a new Scene shortly after one changed.

import { ConfigMap, Deployment, Endpoints, EndpointSlice, Ingress } from "../api/kinds/index.ts";
import { IngressClass, Node, Pod, Secret, Service } from "../api/kinds/index.ts";
import type { Kind } from "../api/kinds/kind.ts";
import type { Scene } from "./protocol.ts";
import { sceneOf } from "./scene.ts";
import type { Hotel } from "./hotel.ts";

/** Changes within this time are shown together. */
const tellMs = 30;

export interface StagehandOptions {
  readonly hotel: Hotel;
  tell(scene: Scene): void;
  /** An object changed that a lesson's checks may care about. */
  changed(): void;
}

const onstage = [
  Node,
  Service,
  EndpointSlice,
  Pod,
  Deployment,
  Ingress,
  IngressClass,
] as readonly Kind[];

/** Kinds that decide about traffic though nothing of them stands on the stage. */
const offstage: readonly Kind[] = [ConfigMap, Secret, Endpoints] as readonly Kind[];

export class Stagehand {
  readonly #hotel: Hotel;
  readonly #options: StagehandOptions;
  readonly #removers: (() => void)[] = [];
  #due = false;
  #last = "";

  constructor(options: StagehandOptions) {
    this.#options = options;
    this.#hotel = options.hotel;
    const { informers } = this.#hotel;
    for (const kind of [...onstage, ...offstage]) {
      this.#removers.push(informers.of(kind).on(() => this.#changed()));
    }
  }

  /** Whether all objects have been read once. */
  get synced(): boolean {
    return onstage.every((kind) => this.#hotel.informers.of(kind).synced);
  }

  /** The stage as it is now. */
  scene(): Scene {
    const { cluster, informers } = this.#hotel;
    return sceneOf(
      {
        nodes: informers.of(Node).list(),
        services: informers.of(Service).list(),
        slices: informers.of(EndpointSlice).list(),
        pods: informers.of(Pod).list(),
        deployments: informers.of(Deployment).list(),
        ingresses: informers.of(Ingress).list(),
        classes: informers.of(IngressClass).list(),
      },
      cluster.publicNames.list(),
      cluster.clock.now(),
    );
  }

  /** Tells the stage, unless it looks as it did when last told. */
  tell(): void {
    const scene = this.scene();
    const look = JSON.stringify({ ...scene, at: 0 });
    if (look === this.#last) return;
    this.#last = look;
    this.#options.tell(scene);
  }

  stop(): void {
    for (const remove of this.#removers) remove();
  }

  #changed(): void {
    this.#options.changed();
    if (this.#due) return;
    this.#due = true;
    this.#hotel.cluster.clock.after(tellMs, () => {
      this.#due = false;
      this.tell();
    });
  }
}
