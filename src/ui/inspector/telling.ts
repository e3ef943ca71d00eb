// A hop in words: one title and one detail line. The words stay Kubernetes' own.

import type { Hop } from "../../net/trace.ts";
import type { IconName } from "../parts/icons.ts";

export interface Telling {
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly bad: boolean;
}

/** What was done at a hop. */
export function tell(hop: Hop): Telling {
  const telling = (icon: IconName, title: string, detail: string, bad = false): Telling => ({
    icon,
    title,
    detail,
    bad,
  });
  switch (hop.did) {
    case "resolve":
      return hop.ips.length > 0
        ? telling("book", `${hop.name} is ${hop.ips.join(", ")}`, hop.why)
        : telling("book", `${hop.name} is unknown`, hop.why, true);
    case "forward":
      return telling("send", `${address(hop.from)} → ${address(hop.to)}`, hop.why);
    case "connect":
      return telling("door", `connected to ${address(hop.to)}`, `from ${address(hop.from)}`);
    case "refuse":
      return telling("shutter", `${address(hop.to)}: ${hop.fault}`, hop.why, true);
    case "handshake":
      return telling(
        "lock",
        hop.alert
          ? `TLS failed: ${hop.alert}`
          : `${hop.version ?? "TLS"}, SNI ${hop.sni ?? "none"}`,
        [hop.certificate && `certificate ${hop.certificate}`, hop.cipher, hop.why]
          .filter(Boolean)
          .join(" · "),
        hop.alert !== undefined,
      );
    case "request":
      return telling("guest", `${hop.method} ${hop.target}`, `Host: ${hop.host}`);
    case "match":
      return hop.winner
        ? telling("card", `matched ${hop.winner.rule}`, `upstream ${hop.upstream}`)
        : telling("question", "no rule matched", hop.why, true);
    case "respond":
      return telling("bell", `answered ${hop.status}`, hop.why, hop.status >= 400);
  }
}

/** "pod/default/backend-7c-x" → "Pod backend-7c-x". */
export function actorName(actor: string): string {
  const [kind = "", ...rest] = actor.split("/");
  const name = rest.at(-1) ?? "";
  return (
    { client: "Client", dns: "DNS", cloud: "Cloud", node: "Node", pod: "Pod" }[kind] ?? kind
  ).concat(name ? ` ${name}` : "");
}

function address({ ip, port }: { ip: string; port: number }): string {
  return `${ip}:${port}`;
}
