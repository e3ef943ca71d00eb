// When a CronJob is due. Models github.com/robfig/cron/v3: five fields or "@daily", in the wall
// time of a zone; a day matches by month or by week when both are restricted.

const fields = [
  { min: 0, max: 59, names: [] as readonly string[] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: "jan feb mar apr may jun jul aug sep oct nov dec".split(" ") },
  { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") },
] as const;

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Nothing is looked for further ahead: "0 0 30 2 *" is never due. */
const horizonDays = 5 * 366;
const minuteMs = 60_000;
const dayMs = 86_400_000;

export class Schedule {
  readonly #sets: readonly ReadonlySet<number>[];
  readonly #anyDay: readonly [ofMonth: boolean, ofWeek: boolean];
  readonly #everyMs: number | undefined;
  readonly #zone: Intl.DateTimeFormat | undefined;

  /** @param text a valid schedule; @param timeZone throws RangeError when there is no such zone */
  constructor(text: string, timeZone?: string) {
    this.#everyMs = text.startsWith("@every ") ? durationMs(text.slice(7)) : undefined;
    const words = descriptors[text] ?? (this.#everyMs === undefined ? text : "* * * * *");
    const parts = words.trim().split(/\s+/);
    this.#sets = fields.map((bounds, i) => valuesOf(parts[i] ?? "*", bounds));
    this.#anyDay = [/^[*?]/.test(parts[2] ?? "*"), /^[*?]/.test(parts[4] ?? "*")];
    this.#zone = timeZone === undefined || timeZone === "UTC" ? undefined : clockOf(timeZone);
  }

  /** The first time after `ms`, in milliseconds; undefined when there is none. */
  next(ms: number): number | undefined {
    if (this.#everyMs !== undefined) return Math.floor(ms / 1000) * 1000 + this.#everyMs;
    const [minutes, hours] = this.#sets;
    let at = Math.floor(ms / minuteMs) * minuteMs + minuteMs;
    const end = at + horizonDays * dayMs;
    while (at < end) {
      const wall = new Date(this.#wallMs(at));
      if (!this.#day(wall)) at += untilHour(wall);
      else if (!hours!.has(wall.getUTCHours())) at += minuteMs * (60 - wall.getUTCMinutes());
      else if (!minutes!.has(wall.getUTCMinutes())) at += minuteMs;
      else return at;
    }
    return undefined;
  }

  #day(wall: Date): boolean {
    const [, , days, months, weekdays] = this.#sets;
    if (!months!.has(wall.getUTCMonth() + 1)) return false;
    const ofMonth = days!.has(wall.getUTCDate());
    const ofWeek = weekdays!.has(wall.getUTCDay());
    const [anyOfMonth, anyOfWeek] = this.#anyDay;
    return anyOfMonth || anyOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
  }

  /** The zone's wall time, as if it were UTC. */
  #wallMs(ms: number): number {
    if (!this.#zone) return ms;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#zone.formatToParts(ms)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute);
  }
}

/** To the next hour: a change of summer time lies between hours, never within one. */
function untilHour(wall: Date): number {
  return minuteMs * (60 - wall.getUTCMinutes());
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit" as const;
  const fieldsShown = { year: "numeric", month: two, day: two, hour: two, minute: two } as const;
  return new Intl.DateTimeFormat("en-US", { ...fieldsShown, hourCycle: "h23", timeZone });
}

/** "1h30m" → milliseconds, whole seconds, one at least. */
function durationMs(text: string): number {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[hms])/g)) {
    ms += Number(amount) * units[unit!]!;
  }
  return Math.max(1_000, Math.floor(ms / 1_000) * 1_000);
}

function valuesOf(text: string, { min, max, names }: (typeof fields)[number]): Set<number> {
  const numberOf = (word: string): number => {
    const named = (names as readonly string[]).indexOf(word.toLowerCase());
    return named >= 0 ? named + min : Number(word);
  };
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [range = "", step] = part.split("/");
    const [low = "", high] = range.split("-");
    const all = low === "*" || low === "?";
    const first = all ? min : numberOf(low);
    const open = all || (high === undefined && step !== undefined);
    const last = open ? max : numberOf(high ?? low);
    for (let i = first; i <= last; i += Number(step ?? 1)) values.add(i);
  }
  return values;
}
