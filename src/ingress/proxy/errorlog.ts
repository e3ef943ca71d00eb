// nginx's error log: what went wrong with a request, with the parts that are known of it.

import type { Exchange } from "./exchange.ts";

/** `2026/11/23 09:00:00 [error] 27#27: *5 MESSAGE, client: …, server: …, request: "…", …` */
export function errorLine(
  message: string,
  x: Exchange,
  o: { nowMs: number; connection: number; server: string; upstream?: string; level?: string },
): string {
  const time = new Date(o.nowMs).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
  const referer = x.header("referer");
  return (
    `${time} [${o.level ?? "error"}] 27#27: *${o.connection} ${message}, ` +
    `client: ${x.remoteAddr}, server: ${o.server}, request: "${x.requestLine}"` +
    (o.upstream === undefined ? "" : `, upstream: "${o.upstream}"`) +
    (x.httpHost === "" ? "" : `, host: "${x.httpHost}"`) +
    (referer === undefined ? "" : `, referrer: "${referer}"`)
  );
}
