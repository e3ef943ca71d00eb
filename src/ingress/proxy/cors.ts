// Cross-origin requests: the fields for allowed origins, and the answers to preflights.
// Models the template "CORS" of ingress-nginx' nginx.tmpl and buildCorsOriginRegex.

import type { CorsFilter } from "../filters.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";

/** Adds the fields; gives the answer when the request is a preflight of an allowed origin. */
export function cors(filter: CorsFilter, x: Exchange): Outcome | undefined {
  const origin = x.header("origin") ?? "";
  if (filter.origins && !filter.origins.some((one) => isOrigin(one, origin))) return undefined;
  const { methods, headers, expose, credentials, maxAgeSeconds } = filter;
  x.toClient.push(["Access-Control-Allow-Origin", filter.origins ? origin : "*"]);
  if (credentials) x.toClient.push(["Access-Control-Allow-Credentials", "true"]);
  x.toClient.push(["Access-Control-Allow-Methods", methods]);
  x.toClient.push(["Access-Control-Allow-Headers", headers]);
  if (expose !== "") x.toClient.push(["Access-Control-Expose-Headers", expose]);
  x.toClient.push(["Access-Control-Max-Age", String(maxAgeSeconds)]);
  if (x.request.method !== "OPTIONS") return undefined;
  return {
    status: 204,
    why: `a preflight of ${origin === "" ? "no origin" : origin}, answered by the controller`,
    headers: [
      ["Content-Type", "text/plain charset=UTF-8"],
      ["Content-Length", "0"],
    ],
    body: "",
  };
}

/** In any case; a * stands for letters, digits and dashes; what comes before is not looked at. */
function isOrigin(pattern: string, origin: string): boolean {
  const quoted = pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(${quoted.replace("\\*", "[A-Za-z0-9\\-]+")})$`, "i").test(origin);
}
