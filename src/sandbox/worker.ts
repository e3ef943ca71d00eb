// The Worker's entry: serves a Sandbox to the page and drives its clock against real time.

import { Pace } from "./pace.ts";
import { serveSandbox, type SandboxImplementation, type Scene, type Wire } from "./protocol.ts";
import { Report } from "./report.ts";
import { Sandbox } from "./sandbox.ts";

/** How often the page is told the time while the clock runs, real milliseconds. */
const paceTellMs = 250;

/** Between two steps of warming up, real milliseconds: room for everything else. */
const warmPauseMs = 10;

const wire = self as unknown as Wire;
const report = new Report();
let pace: Pace | undefined;
let chosen = { speed: 1, paused: false };
let toldAt = 0;
let warmed = false;

const sandbox = new Sandbox({
  course: async () => (await import("../../lessons/course.yaml")).default,
  emit: (event, value) => {
    emit(event, value);
    if (event === "scene") warmWhenLikely(value as Scene);
  },
  failed: crash,
  time: {
    pace: () => ({ speed: pace?.speed ?? 1, paused: pace?.paused ?? false }),
    setPace,
    step: () => void pace?.step(),
    jump: (ms) => pace?.jump(ms),
    leap: (ms) => pace?.leap(ms),
  },
  reopen: (options) => void methods.open(options),
  opened: (clock) => {
    pace = new Pace(clock, { ran: tellPace, failed: crash });
    pace.set(chosen);
  },
  closing: () => {
    pace?.stop();
    pace = undefined;
  },
});

/** Calls begin one after the other, each at the time that it is made; none waits for another. */
let turn: Promise<void> = Promise.resolve();

function setPace(wanted: { speed: number; paused: boolean }): void {
  chosen = wanted;
  pace?.set(wanted);
  toldAt = 0;
  tellPace();
}

const methods: SandboxImplementation = {
  ...sandbox.methods,
  setPace,
  stepClock: () => pace?.step(),
};
for (const name of Object.keys(methods) as (keyof SandboxImplementation)[]) inTurn(name);

const emit = serveSandbox(wire, methods);
self.addEventListener("error", (event) => crash(event.error ?? event.message));
self.addEventListener("unhandledrejection", (event) => crash(event.reason));

/** Wraps a method: recorded for the report, and the clock brought up to now before it runs. */
function inTurn<M extends keyof SandboxImplementation>(name: M): void {
  const method = methods[name] as (...args: unknown[]) => unknown;
  const opens = name === "open" || name === "openLesson" || name === "resetLesson";
  const wrapped = (...args: unknown[]): Promise<unknown> => {
    // The shell is on its way while a hotel still opens.
    if (name === "openTerminal") void import("../shell/shell.ts").catch(() => {});
    const begun = turn.then(async () => {
      if (opens) report.opened(name, args);
      else report.called(name, args);
      await pace?.catchUp();
      // Wrapped in an object, lest awaiting the beginning should await the end.
      return { result: method(...args) };
    });
    // What comes after an opening waits until the hotel is open.
    turn = begun.then(async ({ result }) => void (opens && (await result))).catch(() => {});
    return begun.then(({ result }) => result);
  };
  methods[name] = wrapped as SandboxImplementation[M];
}

function tellPace(): void {
  if (!pace || performance.now() - toldAt < paceTellMs) return;
  toldAt = performance.now();
  emit("pace", { now: sandbox.clock.now(), speed: pace.speed, paused: pace.paused });
}

/** A card that wants TLS stands in the tray: the first handshake must not be the slow one. */
function warmWhenLikely({ cards }: Scene): void {
  if (warmed || !cards.some(({ tls }) => tls)) return;
  warmed = true;
  void import("../net/tls/warm.ts")
    .then(({ warmUp }) => {
      const steps = warmUp();
      const next = (): void => {
        if (!steps.next().done) setTimeout(next, warmPauseMs);
      };
      next();
    })
    .catch(() => (warmed = false)); // not fetched: the first handshake will be slow, or fail
}

function crash(error: unknown): void {
  pace?.stop();
  const message = error instanceof Error ? error.message : String(error);
  emit("crash", { message, report: report.of(error) });
}
