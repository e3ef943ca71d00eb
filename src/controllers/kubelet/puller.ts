// The images of one node: pulls each once, and later comers wait for the pull under way.
// Models kubernetes/pkg/kubelet/images/image_manager.go.

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { ImageCatalogue, Program } from "../program.ts";
import { canonicalImage, imageFacts, parseImage } from "./imagename.ts";
import { delayMs, goDuration, stages } from "./stages.ts";

export type Pull =
  | {
      readonly got: "image";
      readonly program: Program;
      /** As the runtime names it. */
      readonly image: string;
      readonly imageId: string;
      /** The Event's message. */
      readonly message: string;
    }
  | {
      readonly got: "error";
      readonly reason: "ErrImagePull" | "InvalidImageName" | "ErrImageNeverPull";
      readonly message: string;
    };

export class Puller {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #catalogue: ImageCatalogue;
  readonly #present = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(o: { clock: Clock; random: Random; catalogue: ImageCatalogue }) {
    this.#clock = o.clock;
    this.#random = o.random.fork("puller");
    this.#catalogue = o.catalogue;
  }

  /** Whether the container may start without asking a registry. */
  isPresent(image: string, policy: string): boolean {
    const name = parseImage(image);
    return policy !== "Always" && name !== undefined && this.#present.has(canonicalImage(name));
  }

  /** @param onPulling called before a registry is asked */
  async pull(image: string, policy: string, onPulling: () => void): Promise<Pull> {
    const name = parseImage(image);
    if (!name) {
      const why = "couldn't parse image name";
      const message = `Failed to apply default image tag "${image}": ${why} "${image}": invalid reference format`;
      return { got: "error", reason: "InvalidImageName", message };
    }
    const canonical = canonicalImage(name);
    const present = this.#present.has(canonical);
    if (!present && policy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      return { got: "error", reason: "ErrImageNeverPull", message };
    }
    const program = this.#catalogue(image);
    const facts = imageFacts(name);
    const got = (message: string): Pull => ({
      got: "image",
      program: program!,
      image: canonical,
      imageId: facts.id,
      message,
    });
    if (present && policy !== "Always") {
      return got(`Container image "${image}" already present on machine`);
    }
    onPulling();
    const startedAt = this.#clock.now();
    if (!program) return this.#refuse(image, canonical, name.registry);
    const pulledMs = await this.#download(canonical, present);
    const took = goDuration(pulledMs);
    const waited = goDuration(this.#clock.now() - startedAt);
    const message =
      `Successfully pulled image "${image}" in ${took} (${waited} including waiting). ` +
      `Image size: ${facts.sizeBytes} bytes.`;
    return got(message);
  }

  /** Puts an image on the node without a pull, as a node's own image does. */
  preload(image: string): void {
    const name = parseImage(image);
    if (name) this.#present.add(canonicalImage(name));
  }

  /** Milliseconds that this pull itself took. */
  async #download(canonical: string, present: boolean): Promise<number> {
    const other = this.#underWay.get(canonical);
    if (other) await other;
    const known = present || other !== undefined;
    const ms = delayMs(known ? stages.refreshing : stages.pulling, this.#random);
    const done = this.#clock.sleep(ms);
    if (!known) this.#underWay.set(canonical, done);
    await done;
    if (!known) this.#underWay.delete(canonical);
    this.#present.add(canonical);
    return ms;
  }

  /** In containerd's words. */
  async #refuse(image: string, canonical: string, registry: string): Promise<Pull> {
    await this.#clock.sleep(delayMs(stages.refusing, this.#random));
    const hub = registry === "docker.io";
    const code = hub ? "Unknown" : "NotFound";
    const why = hub
      ? "pull access denied, repository does not exist or may require authorization: " +
        "server message: insufficient_scope: authorization failed"
      : `${canonical}: not found`;
    const message =
      `Failed to pull image "${image}": rpc error: code = ${code} desc = ` +
      `failed to pull and unpack image "${canonical}": ` +
      `failed to resolve reference "${canonical}": ${why}`;
    return { got: "error", reason: "ErrImagePull", message };
  }
}
