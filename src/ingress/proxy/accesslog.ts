// The access log: one line a request, in the format that the ConfigMap names
// (`log-format-upstream`), by default `upstreaminfo`.

import { expand } from "./variables.ts";
import type { Exchange } from "./exchange.ts";

/** The line of a finished request. */
export function accessLine(
  format: string,
  x: Exchange,
  status: number,
  nowMs: number,
  escape: Escape = "default",
): string {
  const seconds = ((nowMs - x.startMs) / 1000).toFixed(3);
  const each = (show: (one: Exchange["tries"][number]) => string): string =>
    x.tries.length === 0 ? "-" : x.tries.map(show).join(", ");
  return expand(format, x, {
    escape: escapes[escape],
    missing: escape === "default" ? "-" : "",
    extra: {
      remote_user: dash(x.remoteUser),
      time_local: localTime(nowMs),
      time_iso8601: new Date(nowMs).toISOString().replace(/\.\d+Z$/, "+00:00"),
      msec: (nowMs / 1000).toFixed(3),
      status: String(status),
      body_bytes_sent: String(x.bodyBytesSent),
      bytes_sent: String(x.bodyBytesSent),
      http_referer: dash(x.header("referer")),
      http_user_agent: dash(x.header("user-agent")),
      http_x_forwarded_for: dash(x.header("x-forwarded-for")),
      request_length: String(requestLength(x)),
      request_time: seconds,
      upstream_addr: each((one) => one.address),
      upstream_response_length: each((one) => String(one.bytes)),
      upstream_response_time: each((one) => one.seconds.toFixed(3)),
      upstream_status: each((one) => (one.status === 0 ? "-" : String(one.status))),
    },
  });
}

/** log_format's escape parameter. */
export type Escape = "default" | "json" | "none";

const escapes: Readonly<Record<Escape, (value: string) => string>> = {
  default: (value) =>
    value.replace(/["\\]|[^ -~]/g, (c) => {
      return `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
    }),
  json: (value) => JSON.stringify(value).slice(1, -1),
  none: (value) => value,
};

/** Request line, fields and content, as they were on the wire. */
function requestLength({ request, bodyBytesReceived }: Exchange): number {
  const { method, target, version, headers } = request;
  let bytes = method.length + target.length + version.length + 4; // two spaces, CRLF
  for (const [name, value] of headers) bytes += name.length + value.length + 4; // ": ", CRLF
  return bytes + 2 + bodyBytesReceived;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "23/Nov/2026:09:00:00 +0000" */
export function localTime(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().slice(0, 19).split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}

function dash(value: string | undefined): string {
  return value === undefined || value === "" ? "-" : value;
}
