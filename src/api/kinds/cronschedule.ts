// Whether a text is a schedule: five fields, or "@hourly" and its like.
// Models github.com/robfig/cron/v3 ParseStandard.

import type { FieldError } from "../errors.ts";
import { invalidValue } from "../fielderrors.ts";

const fields = [
  { min: 0, max: 59, names: [] as readonly string[] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") },
] as const;

const descriptors = [
  "@yearly",
  "@annually",
  "@monthly",
  "@weekly",
  "@daily",
  "@midnight",
  "@hourly",
];

export function checkSchedule(field: string, schedule: string): FieldError[] {
  const errors: FieldError[] = [];
  const fault = scheduleFault(schedule.replace(/^(CRON_)?TZ=\S*\s+/, ""));
  if (fault !== undefined) errors.push(invalidValue(field, schedule, fault));
  if (schedule.includes("TZ")) {
    const detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    errors.push(invalidValue(field, schedule, detail));
  }
  return errors;
}

function scheduleFault(schedule: string): string | undefined {
  if (schedule.startsWith("@")) {
    if (descriptors.includes(schedule)) return undefined;
    if (/^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(schedule)) return undefined;
    return schedule.startsWith("@every ")
      ? `failed to parse duration ${schedule}: time: invalid duration "${schedule.slice(7)}"`
      : `unrecognized descriptor: ${schedule}`;
  }
  const parts = schedule
    .trim()
    .split(/\s+/)
    .filter((part) => part !== "");
  if (parts.length !== 5) {
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(" ")}]`;
  }
  for (const [i, part] of parts.entries()) {
    for (const range of part.split(",")) {
      const fault = rangeFault(range, fields[i]!);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

type Bounds = (typeof fields)[number];

function rangeFault(expression: string, bounds: Bounds): string | undefined {
  const [range = "", step, ...moreSteps] = expression.split("/");
  const [low = "", high, ...moreEnds] = range.split("-");
  if (moreEnds.length > 0) return `too many hyphens: ${expression}`;
  if (moreSteps.length > 0) return `too many slashes: ${expression}`;
  let start: number = bounds.min;
  let end: number = bounds.max;
  if (low !== "*" && low !== "?") {
    const from = numberIn(low, bounds);
    const to = high === undefined ? from : numberIn(high, bounds);
    for (const one of [from, to]) if (typeof one === "string") return one;
    start = from as number;
    end = high === undefined && step !== undefined ? bounds.max : (to as number);
  }
  if (step !== undefined) {
    const size = numberIn(step, { ...bounds, names: [] });
    if (typeof size === "string") return size;
    if (size === 0) return `step of range should be a positive number: ${expression}`;
  }
  if (start < bounds.min) {
    return `beginning of range (${start}) below minimum (${bounds.min}): ${expression}`;
  }
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${expression}`;
  if (start > end) {
    return `beginning of range (${start}) beyond end of range (${end}): ${expression}`;
  }
  return undefined;
}

/** The number, or why it is none. */
function numberIn(
  text: string,
  { min, names }: Bounds | (Bounds & { names: [] }),
): number | string {
  const named = names.indexOf(text.toLowerCase() as never);
  if (named >= 0) return named + min;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) return `negative number (${text}) not allowed: ${text}`;
  return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`;
}
