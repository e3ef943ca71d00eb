// One lesson being played: which step, what is green, what was asked, which wrong turn shows.
// The sandbox tells it what happens (`touch`, `visited`, `did`, `noticed`); it judges the checks
// of the current step again after every change, and never by keystrokes.

import type { Clock, Timer } from "../base/clock.ts";
import type { Client } from "../api/client.ts";
import { kinds } from "../api/kinds/index.ts";
import type { Claim } from "./claim.ts";
import { judge, judgeEither } from "./check.ts";
import type { Evidence, Visit } from "./evidence.ts";
import type { Lesson, StartFile, WrongTurn } from "./lesson.ts";
import type { Verdict } from "./verdict.ts";
import type { Order } from "./visit.ts";

export interface PlayWorld {
  readonly client: Client;
  readonly clock: Clock;
  /** Sends a request of the lesson's own. */
  probe(order: Order, patienceMs: number): Promise<Visit>;
  /** "Show how": writes the file for the learner to read. Never applied. */
  showFile(file: StartFile): void;
  /** Something that the page shows has changed. */
  changed(): void;
  /** Judging failed: our own mistake. */
  failed(error: unknown): void;
}

/** A burst of changes is judged once, this long after its first one. */
const settleMs = 200;
/** Judged again so long after the last change: logs and tables follow objects a little later. */
const againMs = [1_000, 3_000, 10_000, 30_000, 70_000];

const rememberedMax = 500;

export class Play {
  readonly lesson: Lesson;
  /** The step to do now; `lesson.steps.length` once all are done. */
  current = 0;
  /** Verdicts of the current step's checks, in order. */
  verdicts: readonly Verdict[] = [];
  wrongTurn: WrongTurn | undefined;
  /** What was chosen, by question. The first choice counts. */
  readonly answers = new Map<string, number>();
  /** Rungs shown, by step. */
  readonly hints = new Map<string, number>();

  readonly #world: PlayWorld;
  readonly #visits: Visit[] = [];
  readonly #seen = new Set<string>();
  readonly #commands: string[] = [];
  readonly #dismissed = new Set<string>();
  /** Objects that the step found, by uid; only of kinds that a claim `new` asks for. */
  #there: ReadonlySet<string> | undefined;
  #timer: Timer | undefined;
  #follow: Timer[] = [];
  #judging = false;
  #again = false;
  #stopped = false;

  constructor(lesson: Lesson, world: PlayWorld) {
    this.lesson = lesson;
    this.#world = world;
    this.touch();
  }

  /** Requests that the learner has sent. */
  get guests(): number {
    return this.#visits.length;
  }

  get done(): boolean {
    return this.current >= this.lesson.steps.length;
  }

  /** Something in the cluster changed. */
  touch(): void {
    if (this.#stopped || this.done) return;
    this.#schedule();
    for (const timer of this.#follow) timer.cancel();
    this.#follow = againMs.map((ms) => this.#world.clock.after(ms, () => this.#schedule()));
  }

  /** A guest of the learner's has been answered, or turned away. */
  visited(visit: Visit): void {
    keep(this.#visits, visit);
    this.touch();
  }

  /** The learner entered a command line. */
  did(command: string): void {
    keep(this.#commands, command);
    this.touch();
  }

  /** The learner looked at something: "ingressclasses", "pods -A", "readers". */
  noticed(what: string): void {
    this.#seen.add(what);
    this.touch();
  }

  answer(question: string, choice: number): void {
    if (!this.answers.has(question)) this.answers.set(question, choice);
    this.#world.changed();
    this.touch();
  }

  /** Shows the next rung of a step's hints. */
  askHint(step: string): void {
    const hints = this.lesson.steps.find(({ id }) => id === step)?.hints ?? [];
    const shown = this.hints.get(step) ?? 0;
    const next = hints[shown];
    if (!next) return;
    this.hints.set(step, shown + 1);
    if (next.file) this.#world.showFile(next.file);
    this.#world.changed();
  }

  dismissWrongTurn(id: string): void {
    this.#dismissed.add(id);
    if (this.wrongTurn?.id === id) this.wrongTurn = undefined;
    this.#world.changed();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const timer of this.#follow) timer.cancel();
  }

  /** Judges the checks of every step now, as at the start of each: for tests. */
  async judgeAllSteps(): Promise<{ step: string; check: string; verdict: Verdict }[]> {
    const evidence = this.#evidence(await this.#uids(this.lesson.steps.flatMap(claimsOf)));
    const out: { step: string; check: string; verdict: Verdict }[] = [];
    for (const step of this.lesson.steps) {
      for (const check of step.checks) {
        const verdict = await judge(check, evidence);
        out.push({ step: step.id, check: check.title, verdict });
      }
    }
    return out;
  }

  #schedule(): void {
    if (this.#stopped || this.done) return;
    if (this.#judging) this.#again = true;
    this.#timer ??= this.#world.clock.after(settleMs, () => {
      this.#timer = undefined;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#judging) return;
    this.#judging = true;
    this.#again = false;
    try {
      await this.#judge();
    } catch (error) {
      if (!this.#stopped) this.#world.failed(error);
    } finally {
      this.#judging = false;
    }
    if (this.#again) this.#schedule();
  }

  async #judge(): Promise<void> {
    const step = this.lesson.steps[this.current];
    if (!step || this.#stopped) return;
    this.#there ??= await this.#uids(claimsOf(step));
    const evidence = this.#evidence(this.#there);
    const verdicts: Verdict[] = [];
    for (const check of step.checks) verdicts.push(await judge(check, evidence));
    const turn = await this.#detect(evidence);
    if (this.#stopped) return;
    this.verdicts = verdicts;
    this.wrongTurn = turn;
    if (verdicts.every(({ holds }) => holds)) await this.#finishStep();
    this.#world.changed();
  }

  /** Completion latches: a finished step stays finished. */
  async #finishStep(): Promise<void> {
    this.current++;
    this.verdicts = [];
    this.wrongTurn = undefined;
    this.#again = true;
    const next = this.lesson.steps[this.current];
    if (next) this.#there = await this.#uids(claimsOf(next));
    else this.stop();
  }

  /** The wrong turn to show: at most one, and none before the learner has sent a guest. */
  async #detect(evidence: Evidence): Promise<WrongTurn | undefined> {
    if (evidence.visits.length === 0) return undefined;
    let raised: WrongTurn | undefined;
    for (const turn of this.lesson.wrongTurns) {
      const { holds } = await judgeEither(turn.either, evidence);
      if (!holds) this.#dismissed.delete(turn.id);
      else if (!this.#dismissed.has(turn.id)) raised ??= turn;
    }
    if (raised) return raised;
    // The reply to a request stays until what led to it is mended, not for five seconds.
    const shown = this.wrongTurn;
    if (!shown?.either.flat().some(isLast)) return undefined;
    const lasting = shown.either.map((all) => all.filter((claim) => !isLast(claim)));
    return (await judgeEither(lasting, evidence)).holds ? shown : undefined;
  }

  #evidence(there: ReadonlySet<string>): Evidence {
    return {
      client: this.#world.client,
      now: () => this.#world.clock.now(),
      visits: this.#visits,
      seen: this.#seen,
      commands: this.#commands,
      answered: new Set(this.answers.keys()),
      probe: (order, patienceMs) => this.#world.probe(order, patienceMs),
      wasThere: (uid) => there.has(uid),
    };
  }

  async #uids(claims: readonly Claim[]): Promise<ReadonlySet<string>> {
    const uids = new Set<string>();
    const wanted = new Set(claims.flatMap((one) => (one.claim === "new" ? [one.kind] : [])));
    for (const kind of kinds.filter((one) => wanted.has(one.kind))) {
      const { items } = await this.#world.client.list(kind);
      for (const { metadata } of items) if (metadata.uid) uids.add(metadata.uid);
    }
    return uids;
  }
}

function claimsOf(step: Lesson["steps"][number]): Claim[] {
  return step.checks.flatMap((check) => check.either.flat());
}

function isLast(claim: Claim): boolean {
  return claim.claim === "guest" && claim.last;
}

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > rememberedMax) list.shift();
}
