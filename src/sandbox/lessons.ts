// The course at work in the sandbox: the lesson being played, and those already done.

import { utf8 } from "../base/bytes.ts";
import type { Visit } from "../lesson/evidence.ts";
import type { Lesson } from "../lesson/lesson.ts";
import type { CourseOutline } from "../lesson/outline.ts";
import type { Play } from "../lesson/play.ts";
import type * as playing from "../lesson/playing.ts";
import type { Order } from "../lesson/visit.ts";
import { Trace } from "../net/trace.ts";
import { home, type Hotel } from "./hotel.ts";
import type * as lessonview from "./lessonview.ts";
import type { Guest, LessonSummary } from "./protocol.ts";
import type { Emit } from "./sandbox.ts";
import { summariesOf } from "./summaries.ts";
import { trustedBy } from "./truststore.ts";

export interface LessonsOptions {
  /** Fetched when somebody first asks for a lesson, or for their list. */
  course(): Promise<CourseOutline>;
  readonly emit: Emit;
  failed(error: unknown): void;
}

/** Where the lesson's own requests come from: a second machine in the street. */
const inspector = { actor: "client/lesson-check", ip: "198.51.100.8" };

export class Lessons {
  /** The lesson being played. */
  play: Play | undefined;
  readonly #options: LessonsOptions;
  readonly #done = new Set<string>();
  #hotel: Hotel | undefined;
  #playing: typeof playing | undefined;
  #view: typeof lessonview | undefined;
  #told = "";

  constructor(options: LessonsOptions) {
    this.#options = options;
  }

  async list(): Promise<LessonSummary[]> {
    return summariesOf(await this.#options.course(), this.#done);
  }

  /** Fetches a lesson. Throws when there is none of that id. */
  async find(id: string): Promise<Lesson> {
    const course = await this.#options.course();
    const lesson = await course.load(id);
    if (!lesson) throw new Error(`there is no lesson "${id}"`);
    return lesson;
  }

  /** Begins a lesson in a hotel just opened for it. */
  async begin(lesson: Lesson, hotel: Hotel): Promise<void> {
    this.#hotel = hotel;
    const { cluster } = hotel;
    this.#playing ??= await cluster.clock.during(import("../lesson/playing.ts"));
    this.#view ??= await cluster.clock.during(import("./lessonview.ts"));
    cluster.network.attach(inspector);
    this.play = new this.#playing.Play(lesson, {
      client: cluster.client,
      clock: cluster.clock,
      probe: (order, patienceMs) => this.#probe(order, patienceMs),
      showFile: ({ name, content }) => {
        hotel.files.write(`${home}/${name}`, utf8(content));
        this.#options.emit("openEditor", { path: `${home}/${name}` });
      },
      changed: () => this.#tell(),
      failed: this.#options.failed,
    });
    this.#tell();
  }

  /** Leaves the lesson; the hotel stays as it is. */
  end(): void {
    if (!this.play) return;
    this.play.stop();
    this.play = undefined;
    this.#told = "";
    this.#options.emit("lesson", null);
  }

  guestEnded(guest: Guest): void {
    const { play } = this;
    if (!play || !this.#hotel || !this.#playing) return;
    const { cluster } = this.#hotel;
    const request = {
      method: guest.method,
      url: guest.url,
      finishedAt: cluster.clock.now(),
      hops: guest.hops,
    };
    const ending =
      guest.status !== undefined
        ? { status: guest.status, headers: [], body: "" }
        : { fault: faultOf(guest), message: guest.error ?? "" };
    this.#playing
      .remember(cluster.client, request, ending)
      .then((seen) => play.visited(seen))
      .catch(this.#options.failed);
  }

  async #probe(order: Order, patienceMs: number): Promise<Visit> {
    const { cluster } = this.#hotel!;
    const { remember, visit } = this.#playing!;
    const trace = new Trace({ id: "lesson-check", now: () => cluster.clock.now(), quiet: true });
    const street = {
      network: cluster.network,
      clock: cluster.clock,
      from: inspector,
      userAgent: "lesson-check/1.0",
      patienceMs,
      random: cluster.random.fork("lesson check"),
      trusted: await this.#trusted(order),
    };
    const ending = await visit(street, order, trace);
    const request = { ...order, finishedAt: cluster.clock.now(), hops: trace.hops };
    return remember(cluster.client, request, ending);
  }

  async #trusted({ trusting }: Order): Promise<string> {
    const { files, cluster } = this.#hotel!;
    const usual = trustedBy(files);
    if (trusting === undefined) return usual;
    const { trustFor } = await cluster.clock.during(import("./checktrust.ts"));
    return `${usual}\n${await trustFor(this.#hotel!, trusting)}`;
  }

  #tell(): void {
    const { play } = this;
    if (!play) return;
    if (play.done) this.#done.add(play.lesson.id);
    const view = this.#view!.lessonViewOf(play);
    const look = JSON.stringify(view);
    if (look === this.#told) return;
    this.#told = look;
    this.#options.emit("lesson", view);
  }
}

/** Why a guest has no status, from the last hop that went wrong. */
function faultOf(
  guest: Guest,
): "refused" | "timeout" | "unresolved" | "reset" | "protocol" | "certificate" {
  const name = guest.hops.findLast((hop) => hop.did === "resolve");
  if (name && name.ips.length === 0) return "unresolved";
  if (guest.badge?.problem !== undefined || guest.error?.startsWith("(60)")) return "certificate";
  const fault = guest.hops.findLast((hop) => hop.did === "refuse")?.fault;
  if (fault === "refused" || fault === "timeout" || fault === "unresolved") return fault;
  return fault === undefined ? "protocol" : "reset";
}
