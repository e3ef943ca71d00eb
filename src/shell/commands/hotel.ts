// hotel: the sandbox's own actions, which no real cluster has: its clock, its speed, starting over.

import { CommandError, notHere, type Call, type Command } from "../command.ts";
import type { HotelControls } from "../world.ts";
import { pause } from "./pause.ts";

const help = `hotel clock               the time in the cluster
hotel clock pause|run     stop the time, or let it run
hotel clock step          run the next event (while the time stands still)
hotel clock +10m          let ten minutes pass at once (s, m, h; at most 24h)
hotel clock +90d          the date jumps, and nothing happens on the way (d, y; at most 20y)
hotel speed [N]           how fast time runs: 0.05 to 100; 1 is real time
hotel reset               start this hotel, or this lesson, over
hotel status              all of that at a glance
`;

/** The furthest jump: every Pod lives through it. */
const jumpMsMax = 24 * 3_600_000;

/** Certificates of this world end before. */
const leapDaysMax = 20 * 365;

export const hotel: Command = {
  name: "hotel",
  summary: "the sandbox's own actions: clock, speed, reset",
  help,
  run,
  complete: (words) => Promise.resolve(candidates(words)),
};

function candidates(words: readonly string[]): string[] {
  if (words.length <= 2) return ["clock", "speed", "reset", "status", "help"];
  return words.length === 3 && words[1] === "clock" ? ["pause", "run", "step", "+10m", "+90d"] : [];
}

async function run(call: Call): Promise<number> {
  const [what = "help", ...rest] = call.args;
  switch (what) {
    case "help":
    case "--help":
    case "-h":
      call.stdout.write(help);
      return 0;
    case "status":
      status(call, controlsOf(call));
      return 0;
    case "clock":
      return clock(call, rest[0]);
    case "speed":
      return speed(call, rest[0]);
    case "reset":
      controlsOf(call).reset();
      return 0;
    case "undo":
    case "redo":
    case "snapshot":
    case "restore":
      throw new CommandError(
        `hotel: ${notHere(`${what}: changes cannot be taken back yet; hotel reset starts over`)}\n`,
      );
    default:
      throw new CommandError(`hotel: unknown action "${what}"\n${help}`, 2);
  }
}

function controlsOf({ world }: Call): HotelControls {
  if (world.hotel) return world.hotel;
  throw new CommandError(`hotel: ${notHere("nobody drives this hotel's clock from a terminal")}\n`);
}

function status(call: Call, controls: HotelControls): void {
  const { speed: factor, paused } = controls.pace();
  call.stdout.write(
    `Time:   ${timeOf(call)}\nClock:  ${paused ? "paused" : "running"}\nSpeed:  ${factor}x\n`,
  );
}

function timeOf({ world }: Call): string {
  return `${new Date(world.clock.now()).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

async function clock(call: Call, action: string | undefined): Promise<number> {
  if (action === undefined) {
    call.stdout.write(`${timeOf(call)}\n`);
    return 0;
  }
  const controls = controlsOf(call);
  const { speed: factor } = controls.pace();
  if (action === "pause" || action === "stop") {
    // Said first: once the time stands still, nothing is printed by what waits for it.
    call.stdout.write("The clock stands still. hotel clock run lets it go on.\n");
    controls.setPace({ speed: factor, paused: true });
    return 0;
  }
  if (action === "run" || action === "start") {
    controls.setPace({ speed: factor, paused: false });
    return 0;
  }
  if (action === "step") {
    if (!controls.pace().paused)
      throw new CommandError("hotel: the clock runs; hotel clock pause first\n");
    controls.step();
    return 0;
  }
  const leapMs = leapOf(action);
  if (leapMs !== undefined) {
    controls.leap(leapMs);
    call.stdout.write(`${timeOf(call)}\n`);
    return 0;
  }
  const ms = jumpOf(action);
  if (controls.pace().paused)
    throw new CommandError("hotel: the clock is paused; hotel clock run first\n");
  controls.jump(ms);
  await pause(call, ms);
  call.stdout.write(`${timeOf(call)}\n`);
  return 0;
}

/** "+90d" or "+1y" in milliseconds; undefined for a time that is lived through. */
function leapOf(words: string): number | undefined {
  const [, count, unit] = /^\+?(\d+)([dy])$/.exec(words) ?? [];
  if (count === undefined) return undefined;
  const days = Number(count) * (unit === "y" ? 365 : 1);
  if (days === 0 || days > leapDaysMax) {
    throw new CommandError(`hotel: wanted 1d to 20y, saw "${words}"\n`, 2);
  }
  return days * 24 * 3_600_000;
}

/** "+1h30m" in milliseconds. */
function jumpOf(words: string): number {
  const found = /^\+?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(words);
  const [hours = 0, minutes = 0, seconds = 0] = (found ?? [])
    .slice(1)
    .map((one) => Number(one ?? 0));
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (!found || ms === 0) {
    throw new CommandError(
      `hotel: wanted pause, run, step or a time like +10m, saw "${words}"\n`,
      2,
    );
  }
  if (ms > jumpMsMax) {
    throw new CommandError(`hotel: ${notHere(`jumps of more than 24h, saw ${words}`)}\n`, 2);
  }
  return ms;
}

function speed(call: Call, wanted: string | undefined): number {
  const controls = controlsOf(call);
  const { paused } = controls.pace();
  if (wanted !== undefined) {
    const factor = Number(wanted.replace(/x$/, ""));
    if (!(factor >= 0.05 && factor <= 100)) {
      throw new CommandError(`hotel: wanted a speed from 0.05 to 100, saw "${wanted}"\n`, 2);
    }
    controls.setPace({ speed: factor, paused });
  }
  call.stdout.write(`${controls.pace().speed}x\n`);
  return 0;
}
