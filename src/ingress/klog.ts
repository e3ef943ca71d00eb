// Log lines as klog writes them: a header of level, date, time, process and source file, then
// the text, or a quoted message with key="value" pairs.
//
//   I1123 09:00:00.123456       7 store.go:443] "Found valid IngressClass" ingress="shop/web"
//
// Models kubernetes/klog formatHeader and InfoS. `source` is the file and line of upstream.

export type Level = "I" | "W" | "E" | "F";

/** `ms` is cluster time. */
export function klogLine(level: Level, source: string, text: string, ms: number): string {
  const date = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const micros = Math.floor((ms % 1000) * 1000);
  const time =
    `${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}` +
    `.${String(micros).padStart(6, "0")}`;
  return `${level}${time}       7 ${source}] ${text}`;
}

/** The text of InfoS: strings are quoted, everything else is JSON. */
export function structured(message: string, pairs: Readonly<Record<string, unknown>> = {}): string {
  const parts = Object.entries(pairs).map(([key, value]) =>
    value === undefined ? `${key}=null` : `${key}=${JSON.stringify(value)}`,
  );
  return [JSON.stringify(message), ...parts].join(" ");
}
