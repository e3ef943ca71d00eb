// Keeps the addresses in the status of the Ingresses: soon after a change, then every minute, and
// away again when the last controller goes. Models internal/ingress/status/status.go.

import { Pod } from "../../../api/kinds/pod.ts";
import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Service } from "../../../api/kinds/service.ts";
import type { Timer } from "../../../base/clock.ts";
import type { World } from "../../compile/world.ts";
import type { ControllerOptions } from "../../control.ts";
import type { Flags } from "../../flags.ts";
import { structured } from "../../klog.ts";
import { publish, publishedAddresses } from "../../status.ts";
import type { LogLine } from "./upstreams.ts";

const everyMs = 60_000;
const soonMs = 2_000;

export interface PublisherOptions extends ControllerOptions {
  readonly flags: Flags;
  readonly world: World;
  ingresses(): readonly Ingress[];
  say(...line: LogLine): void;
}

export class StatusPublisher {
  readonly #o: PublisherOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(o: PublisherOptions) {
    this.#o = o;
  }

  /** Something changed that may need an address. */
  soon(): void {
    this.#in(soonMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** On its way out, the last controller takes the addresses away. */
  async takeAway(): Promise<void> {
    const { flags, client, ingresses, say } = this.#o;
    this.stop();
    if (!flags.flag("update-status", true) || !flags.flag("update-status-on-shutdown", true))
      return;
    const address = this.#addresses();
    if (address.length === 0 || (await this.#hasPeers())) return;
    say("I", "status.go:135", structured("removing value from ingress status", { address }));
    await publish(client, ingresses(), [], () => undefined).catch(() => undefined);
  }

  #in(delayMs: number): void {
    const { flags, clock } = this.#o;
    if (this.#stopped || !flags.flag("update-status", true)) return;
    this.#timer?.cancel();
    this.#timer = clock.after(delayMs, () => {
      void this.#publish().finally(() => this.#in(everyMs));
    });
  }

  async #publish(): Promise<void> {
    const { client, ingresses, say } = this.#o;
    const addresses = this.#addresses();
    if (addresses.length === 0) return;
    await publish(client, ingresses(), addresses, (ingress, current) => {
      const { namespace, name } = ingress.metadata;
      const pairs = { namespace, ingress: name, currentValue: current, newValue: addresses };
      say("I", "status.go:311", structured("updating Ingress status", pairs));
    }).catch(() => undefined);
  }

  #addresses(): ReturnType<typeof publishedAddresses> {
    const { flags, world } = this.#o;
    const fixed = flags.text("publish-status-address");
    if (fixed !== "") return fixed.split(",").map((ip) => ({ ip: ip.trim() }));
    const key = flags.text("publish-service");
    const service = key === "" ? undefined : world.get(Service, key);
    return service ? publishedAddresses(service) : [];
  }

  /** Whether another Pod of the same controller is running. */
  async #hasPeers(): Promise<boolean> {
    const { client, pod } = this.#o;
    const { namespace, name } = pod;
    try {
      const labels = { ...(await client.get(Pod, `${namespace}/${name}`))?.metadata.labels };
      delete labels["pod-template-hash"];
      const labelSelector = Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
      const { items } = await client.list(Pod, { namespace, labelSelector });
      return items.some(
        ({ metadata, status }) =>
          metadata.name !== name &&
          metadata.deletionTimestamp === undefined &&
          status?.phase === "Running",
      );
    } catch {
      return false;
    }
  }
}
