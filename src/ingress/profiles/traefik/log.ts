// Traefik's own log lines: zerolog's console form, or JSON with --log.format=json.
//
//   2026-11-23T09:00:00Z ERR Cannot create service error="service not found" ingress=web …
//
// Models cmd/traefik/logger.go and zerolog's ConsoleWriter: fields sorted, `error` first.

export type LogLevel = "DBG" | "INF" | "WRN" | "ERR";

export type LogFields = Readonly<Record<string, string | number>>;

export interface LogFormat {
  readonly json: boolean;
  /** Lines below this level are not written. */
  readonly level: LogLevel;
}

const names: Readonly<Record<LogLevel, string>> = {
  DBG: "debug",
  INF: "info",
  WRN: "warn",
  ERR: "error",
};
const order: readonly LogLevel[] = ["DBG", "INF", "WRN", "ERR"];

/** --log.level and --log.format; Traefik by itself tells errors only. */
export function logFormat(level: string, format: string): LogFormat {
  const wanted = order.find((one) => names[one] === level.toLowerCase());
  return { json: format === "json", level: wanted ?? "ERR" };
}

/** The line, or undefined below the level. `ms` is cluster time. */
export function logLine(
  { json, level: from }: LogFormat,
  level: LogLevel,
  message: string,
  fields: LogFields,
  ms: number,
): string | undefined {
  if (order.indexOf(level) < order.indexOf(from)) return undefined;
  const time = `${new Date(ms).toISOString().slice(0, 19)}Z`;
  if (json) {
    const { error, ...others } = fields;
    const last = error === undefined ? {} : { error };
    return JSON.stringify({ level: names[level], ...others, ...last, time, message });
  }
  const sorted = Object.keys(fields).sort((a, b) =>
    a === "error" ? -1 : b === "error" ? 1 : a < b ? -1 : 1,
  );
  const pairs = sorted.map((name) => `${name}=${quoted(String(fields[name]))}`);
  return [time, level, ...(message === "" ? [] : [message]), ...pairs].join(" ");
}

/** zerolog quotes what holds a space, a quote, a backslash or something unprintable. */
function quoted(value: string): string {
  return /[\s"\\]|[^ -~]/.test(value) ? JSON.stringify(value) : value;
}
