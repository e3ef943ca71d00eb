// The sandbox: one hotel at a time with its terminals, guests, files and perhaps a lesson. It
// owns no clock: whoever holds it drives `sandbox.clock` (pace.ts in the Worker, tests by hand).
//
//   const sandbox = new Sandbox({ course, emit: (event, value) => … });
//   await sandbox.methods.open({ seed: 1, scene: "finished" });

import type { VirtualClock } from "../base/clock.ts";
import { text, utf8 } from "../base/bytes.ts";
import { assert } from "../base/assert.ts";
import { kinds, Ingress } from "../api/kinds/index.ts";
import type { Obj } from "../api/object.ts";
import type { Lesson, Start } from "../lesson/lesson.ts";
import type { CourseOutline } from "../lesson/outline.ts";
import type { HotelControls, World } from "../shell/world.ts";
import type * as Concierge from "./concierge.ts";
import { Guests } from "./guests.ts";
import { home, openHotel, type Hotel } from "./hotel.ts";
import { laptopWorld } from "./laptop.ts";
import { Lessons } from "./lessons.ts";
import { listFiles } from "./listfiles.ts";
import type { Logs } from "./logs.ts";
import type {
  Guest,
  GuestOrder,
  SandboxEvents,
  SandboxImplementation,
  StageKey,
} from "./protocol.ts";
import { startOf } from "./scenes.ts";
import { Stagehand } from "./stagehand.ts";
import { Terminals } from "./terminals.ts";
import { trustedBy } from "./truststore.ts";

export type Emit = <E extends keyof SandboxEvents>(event: E, value: SandboxEvents[E]) => void;

/** The methods that the sandbox serves by itself; time is its driver's. */
export type TimelessMethods = Omit<SandboxImplementation, "setPace" | "stepClock">;

export interface SandboxOptions {
  course(): Promise<CourseOutline>;
  readonly emit: Emit;
  /** Something of ours threw. */
  failed(error: unknown): void;
  /** A hotel has opened: its clock wants a driver from now on. */
  opened?(clock: VirtualClock): void;
  /** How fast time runs, for the terminal's `hotel`; absent where nobody asks. */
  readonly time?: Omit<HotelControls, "reset">;
  /** Opens a hotel anew, as a call from the page would. */
  reopen?(options: { seed: number; scene: string }): void;
  /** The hotel closes: its clock must not be driven any more. */
  closing?(): void;
}

/** How long a guest from the desk waits: longer than a gateway does for its upstream. */
const guestPatienceMs = 75_000;

/** Everything that lives as long as one hotel. */
interface Stay {
  readonly hotel: Hotel;
  readonly guests: Guests;
  readonly stagehand: Stagehand;
  /** Once somebody has followed one. */
  logs?: Logs;
  readonly world: World;
  readonly torn: Map<StageKey, Ingress>;
}

export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #terminals: Terminals;
  readonly #lessons: Lessons;
  readonly #saved = new Map<string, (saved: boolean) => void>();
  #stay: Stay | undefined;
  #seed = 1;
  /** What was opened last: a scene or a lesson. */
  #scene = "";
  /** A file that the page writes is no news to the page. */
  #pageWrites = false;

  constructor(options: SandboxOptions) {
    this.#options = options;
    const { failed, emit } = options;
    this.#lessons = new Lessons({ course: () => options.course(), emit, failed });
    this.#terminals = new Terminals({
      output: (terminal, data) => emit("output", { terminal, data }),
      did: (command) => this.#lessons.play?.did(command),
      failed,
    });
  }

  /** The open hotel's clock. */
  get clock(): VirtualClock {
    return this.#open.hotel.cluster.clock;
  }

  get hotel(): Hotel {
    return this.#open.hotel;
  }

  get lessons(): Lessons {
    return this.#lessons;
  }

  /** The guests so far, oldest first. */
  get guests(): readonly Guest[] {
    return this.#open.guests.list();
  }

  /** Types a command line into a terminal; settles when it has ended. */
  runToEnd(terminal: number, command: string): Promise<number> {
    return this.#terminals.runToEnd(terminal, command);
  }

  readonly methods: TimelessMethods = {
    open: async ({ seed, scene }) => {
      this.#scene = scene;
      const start = startOf(scene);
      if (start) await this.#openHotel(seed, start);
      else await this.#openLesson(seed, await this.#lessons.find(scene));
    },

    openTerminal: (size) => this.#terminals.open(size),
    resizeTerminal: (terminal, size) => this.#terminals.resize(terminal, size),
    type: (terminal, data) => this.#terminals.type(terminal, data),
    run: (terminal, command) => this.#terminals.run(terminal, command),

    listFiles: () => listFiles(this.#open.hotel.files, home),
    readFile: (path) => text(this.#open.hotel.files.read(path)),
    writeFile: (path, content) => {
      const { files } = this.#open.hotel;
      this.#pageWrites = files.kind(path) === "file";
      try {
        files.write(path, utf8(content));
      } finally {
        this.#pageWrites = false;
      }
      this.#saved.get(path)?.(true);
      this.#saved.delete(path);
    },
    removeFile: (path) => this.#open.hotel.files.remove(path),
    checkYaml: async (content) => {
      const { cluster, informers } = this.#open.hotel;
      const { checkYaml } = await cluster.clock.during(import("./yamlcheck.ts"));
      return checkYaml(content, { api: cluster.api, informers });
    },
    applyFile: async (path) => {
      const { world } = this.#open;
      const { captured } = await world.clock.during(import("./captured.ts"));
      const command = `kubectl apply -f '${path.replaceAll("'", `'\\''`)}'`;
      this.#lessons.play?.did(command);
      const { status, output } = await captured(world, command, home);
      return { ok: status === 0, output };
    },

    sendGuest: (order) => this.#sendGuest(order),
    tlsLogs: async (guest) => {
      const { hotel, guests } = this.#open;
      const recordings = guests.recordings(guest);
      if (recordings.length === 0) return [];
      const { readLog } = await hotel.cluster.clock.during(import("../net/tls/log/log.ts"));
      return recordings.map(readLog);
    },
    concierge: async (desk) => {
      const { hotel, stagehand } = this.#open;
      const { conciergeReport } = await this.#concierge();
      return conciergeReport(hotel, stagehand.scene(), desk);
    },
    opinions: async (id) => {
      const { hotel, stagehand, guests } = this.#open;
      const { opinions } = await this.#concierge();
      const guest = guests.list().find((one) => one.id === id);
      return guest ? opinions(hotel, stagehand.scene(), guest) : [];
    },
    writtenAt: async (object, field) => {
      const { hotel } = this.#open;
      return (await this.#concierge()).writtenAt(hotel, object, field);
    },
    describeObject: (kind, key) => this.#describe(kind, key),
    tearCard: (key) => this.#tear(key),
    restoreCard: (key) => this.#restore(key),
    followLog: async (pod) => {
      const stay = this.#open;
      const { Logs } = await this.clock.during(import("./logs.ts"));
      const tell = (one: string, lines: string[]): void =>
        this.#options.emit("log", { pod: one, lines });
      stay.logs ??= new Logs(stay.hotel.cluster.client, tell);
      return stay.logs.follow(pod);
    },
    unfollowLog: (pod) => this.#open.logs?.unfollow(pod),

    listLessons: () => this.#lessons.list(),
    openLesson: async (id, seed = this.#seed) => {
      await this.#openLesson(seed, await this.#lessons.find(id));
    },
    closeLesson: () => this.#lessons.end(),
    resetLesson: async () => {
      const id = this.#lessons.play?.lesson.id;
      if (id !== undefined) await this.methods.openLesson(id);
    },
    answer: (question, choice) => this.#lessons.play?.answer(question, choice),
    askHint: (step) => this.#lessons.play?.askHint(step),
    dismissWrongTurn: (id) => this.#lessons.play?.dismissWrongTurn(id),
    noticed: (what) => this.#lessons.play?.noticed(what),
  };

  /** Held still meanwhile, so that the report is of this moment. */
  #concierge(): Promise<typeof Concierge> {
    return this.clock.during(import("./concierge.ts"));
  }

  get #open(): Stay {
    if (!this.#stay) throw new Error("no hotel is open yet: call open first");
    return this.#stay;
  }

  async #openLesson(seed: number, lesson: Lesson): Promise<void> {
    this.#scene = lesson.id;
    await this.#openHotel(seed, lesson.start);
    await this.#lessons.begin(lesson, this.#open.hotel);
  }

  async #openHotel(seed: number, start: Start): Promise<void> {
    this.#lessons.end();
    this.#close();
    this.#seed = seed;
    const hotel = await openHotel({ seed, start });
    const { emit } = this.#options;
    const guests = new Guests({
      clock: hotel.cluster.clock,
      tell: (guest) => emit("guest", guest),
      ended: (guest) => this.#lessons.guestEnded(guest),
    });
    const world = laptopWorld({
      hotel,
      guests,
      noticed: (what) => this.#lessons.play?.noticed(what),
      openEditor: (path) => this.#openEditor(path),
      controls: this.#controls(),
    });
    const stagehand = new Stagehand({
      hotel,
      tell: (scene) => emit("scene", scene),
      changed: () => this.#lessons.play?.touch(),
    });
    hotel.files.onChange = (path) => {
      if (!this.#pageWrites) emit("files", { path });
    };
    await hotel.cluster.clock.until(() => stagehand.synced, { limitMs: 5_000 });
    this.#stay = { hotel, guests, stagehand, world, torn: new Map() };
    this.#terminals.moveTo(world);
    this.#options.opened?.(hotel.cluster.clock);
    emit("files", { path: home });
    stagehand.tell();
  }

  #controls(): HotelControls | undefined {
    const { time, reopen } = this.#options;
    if (!time || !reopen) return undefined;
    return { ...time, reset: () => reopen({ seed: this.#seed, scene: this.#scene }) };
  }

  #close(): void {
    const stay = this.#stay;
    this.#stay = undefined;
    this.#options.closing?.();
    stay?.stagehand.stop();
    stay?.logs?.stop();
    stay?.hotel.close();
    for (const settle of this.#saved.values()) settle(false);
    this.#saved.clear();
  }

  #sendGuest(order: GuestOrder): string {
    const { guests, hotel } = this.#open;
    const { cluster } = hotel;
    const trace = guests.start({ method: order.method, url: order.url, from: "guest desk" });
    const street = {
      network: cluster.network,
      clock: cluster.clock,
      from: cluster.laptop,
      userAgent: "guest-desk/1.0",
      patienceMs: guestPatienceMs,
      random: cluster.random.fork(`guest desk ${trace.id}`),
      trusted: trustedBy(hotel.files),
    };
    cluster.clock
      .during(import("../lesson/visit.ts"))
      .then(({ visit }) => visit(street, order, trace))
      .then((ending) => {
        const badge = ending.badge && { badge: ending.badge };
        if ("status" in ending) guests.finish(trace, { response: ending, ...badge });
        else if (["unsupported", "protocol", "certificate"].includes(ending.fault)) {
          guests.finish(trace, { error: ending.message, ...badge });
        } else guests.finish(trace);
      })
      .catch(this.#options.failed);
    return trace.id;
  }

  async #describe(kind: string, key: StageKey): Promise<string | undefined> {
    const token = kinds.find((one) => one.kind === kind);
    if (!token) throw new Error(`wanted a kind that this cluster serves, saw "${kind}"`);
    const object = await this.#open.hotel.cluster.client.get(token, key);
    if (!object) return undefined;
    const { managedFields: _, ...metadata } = object.metadata;
    const { printYaml } = await this.clock.during(import("../api/yaml/print.ts"));
    return printYaml({ ...object, metadata } satisfies Obj);
  }

  async #tear(key: StageKey): Promise<void> {
    const { hotel, torn } = this.#open;
    const card = await hotel.cluster.client.get(Ingress, key);
    if (!card) throw new Error(`there is no card ${key}`);
    torn.set(key, card);
    await hotel.cluster.client.remove(Ingress, key);
  }

  /** Files the card anew: as in a real cluster it is another object of the same name. */
  async #restore(key: StageKey): Promise<void> {
    const { hotel, torn } = this.#open;
    const card = torn.get(key);
    if (!card) throw new Error(`no card ${key} was torn up`);
    const { name, namespace, labels, annotations } = card.metadata;
    const metadata = {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    };
    const { apiVersion, kind, spec } = card;
    await hotel.cluster.client.create(Ingress, { apiVersion, kind, metadata, spec });
    torn.delete(key);
  }

  /** Shows a file in the page's editor; settles when the page has written it. */
  #openEditor(path: string): Promise<boolean> {
    assert(path.startsWith("/"), `openEditor wants an absolute path, saw "${path}"`);
    this.#saved.get(path)?.(false);
    return new Promise((resolve) => {
      this.#saved.set(path, resolve);
      this.#options.emit("openEditor", { path });
    });
  }
}
