// The page's whole state: what the sandbox told last, and what the learner is looking at.
// Components read it and call its actions; nothing else talks to the sandbox.

import { createContext } from "svelte";
import type {
  Card,
  Guest,
  GuestOrder,
  LessonSummary,
  LessonView,
  SandboxConnection,
  SandboxEvents,
  Scene,
  StageKey,
} from "../../sandbox/protocol.ts";
import { Logbook } from "../logs/logbook.svelte.ts";
import { Letters } from "../stage/letters.ts";
import type { Settings } from "./settings.svelte.ts";
import { wordsIn } from "./words.ts";

/** What the inspector shows. */
export type Selection =
  | { readonly type: "guest"; readonly id: string }
  | {
      readonly type: "object";
      readonly kind: string;
      readonly key: StageKey;
      /** The YAML path to point at. */
      readonly field?: string;
    };

/** The parts of the page that a phone shows one at a time. */
export type Pane = "story" | "hotel" | "cards" | "command" | "inspect";

/** The tabs below the stage. */
export type Tab = "terminal" | "editor" | "logs";

/** How many guests the guest book keeps. */
const guestsMax = 200;

export class Hotel {
  readonly sandbox: SandboxConnection;
  readonly settings: Settings;
  readonly letters = new Letters();
  readonly logbook: Logbook;

  scene = $state.raw<Scene | undefined>();
  guests = $state.raw<readonly Guest[]>([]);
  lesson = $state.raw<LessonView | null>(null);
  lessons = $state.raw<readonly LessonSummary[]>([]);
  pace = $state.raw<SandboxEvents["pace"]>({ now: 0, speed: 1, paused: false });
  torn = $state.raw<readonly Card[]>([]);
  crash = $state.raw<SandboxEvents["crash"] | undefined>();
  notice = $state.raw<string>("");
  selection = $state.raw<Selection | undefined>();
  /** The hop of the selected guest that inspector and stage both point at. */
  hop = $state.raw<number | undefined>();
  pane = $state<Pane>("hotel");
  tab = $state<Tab>("terminal");
  /** A file that the shell or the page asked the editor to open. */
  wantedFile = $state.raw<string | undefined>();
  wantedLine: number | undefined;
  /** The URL on the guest desk. */
  url = $state("http://example.com/api");

  readonly words = $derived.by(() => wordsIn(this.settings.vocabulary));
  readonly selectedGuest = $derived.by(() => {
    const selection = this.selection;
    if (selection?.type !== "guest") return undefined;
    return this.guests.find((guest) => guest.id === selection.id);
  });

  constructor(sandbox: SandboxConnection, settings: Settings) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.logbook = new Logbook(sandbox);
    sandbox.on("scene", (scene) => this.#seen(scene));
    sandbox.on("guest", (guest) => this.#met(guest));
    sandbox.on("lesson", (lesson) => (this.lesson = lesson));
    sandbox.on("pace", (pace) => (this.pace = pace));
    sandbox.on("crash", (crash) => (this.crash = crash));
    sandbox.on("openEditor", ({ path }) => this.openFile(path));
  }

  /** Opens the cluster. */
  async open(scene: string): Promise<void> {
    this.crash = undefined;
    this.#forget();
    await this.attempt(this.sandbox.call("open", { seed: 1, scene }));
  }

  async refreshLessons(): Promise<void> {
    this.lessons = (await this.attempt(this.sandbox.call("listLessons"))) ?? [];
  }

  /** Sends a guest and selects nothing: the learner should watch first. */
  async sendGuest(order: GuestOrder = { method: "GET", url: this.url }): Promise<void> {
    await this.attempt(this.sandbox.call("sendGuest", order));
  }

  async tearCard(key: StageKey): Promise<void> {
    const card = this.scene?.cards.find((one) => one.key === key);
    if (!card) return;
    const done = await this.attempt(this.sandbox.call("tearCard", key).then(() => true));
    if (done) this.torn = [...this.torn.filter((one) => one.key !== key), card];
  }

  async restoreCard(key: StageKey): Promise<void> {
    const done = await this.attempt(this.sandbox.call("restoreCard", key).then(() => true));
    if (done) this.torn = this.torn.filter((one) => one.key !== key);
  }

  /** The first lesson that is not done yet. */
  async startLessons(): Promise<void> {
    await this.refreshLessons();
    const first = this.lessons.find((lesson) => !lesson.done) ?? this.lessons[0];
    if (first) await this.openLesson(first.id);
  }

  async openLesson(id: string): Promise<void> {
    this.#forget();
    this.pane = "story";
    if (this.lessons.length === 0) await this.refreshLessons();
    const daily = this.lessons.find((lesson) => lesson.id === id)?.daily ?? false;
    await this.attempt(
      daily ? this.sandbox.call("openLesson", id, today()) : this.sandbox.call("openLesson", id),
    );
  }

  /** The open lesson from its beginning, in a fresh hotel. */
  async resetLesson(): Promise<void> {
    this.#forget();
    await this.attempt(this.sandbox.call("resetLesson"));
  }

  async closeLesson(): Promise<void> {
    await this.attempt(this.sandbox.call("closeLesson"));
    this.lesson = null;
    this.pane = "hotel";
    await this.refreshLessons();
  }

  selectGuest(id: string | undefined): void {
    this.hop = undefined;
    this.selection = id === undefined ? undefined : { type: "guest", id };
    if (id !== undefined && this.lesson) void this.attempt(this.sandbox.call("noticed", "guest"));
  }

  /** Shows an object in the inspector, and tells the lesson that it was seen. */
  selectObject(kind: string, key: StageKey, field?: string): void {
    this.hop = undefined;
    this.selection = { type: "object", kind, key, ...(field && { field }) };
    void this.attempt(this.sandbox.call("noticed", `${kind} ${key}`));
  }

  /** @param line counts from 1; without it the file is shown from its beginning. */
  openFile(path: string, line?: number): void {
    this.wantedFile = path;
    this.wantedLine = line;
    this.tab = "editor";
    this.pane = "cards";
  }

  /** Waits for a call; a refusal becomes a notice instead of an unhandled rejection. */
  async attempt<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      this.notice = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** What belongs to the hotel that closes. */
  #forget(): void {
    this.guests = [];
    this.torn = [];
    this.selection = undefined;
    this.hop = undefined;
  }

  #seen(scene: Scene): void {
    this.letters.name(scene.rooms);
    this.scene = scene;
    const back = (card: Card): boolean => scene.cards.some(({ key }) => key === card.key);
    if (this.torn.some(back)) this.torn = this.torn.filter((card) => !back(card));
  }

  #met(guest: Guest): void {
    const at = this.guests.findIndex((one) => one.id === guest.id);
    this.guests = at < 0 ? [...this.guests, guest].slice(-guestsMax) : this.guests.with(at, guest);
  }
}

export const [hotelOf, provideHotel] = createContext<Hotel>();

/** The days since 1970, as the learner's calendar counts them: a seed that changes at midnight. */
function today(): number {
  const now = new Date();
  return Math.floor((now.getTime() - now.getTimezoneOffset() * 60_000) / 86_400_000);
}
