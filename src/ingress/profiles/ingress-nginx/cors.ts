// CORS annotations. Models internal/ingress/annotations/cors of ingress-nginx.

import type { CorsFilter } from "../../filters.ts";
import type { Annotations } from "./annotations.ts";
import { splitList } from "./settings.ts";

const methods = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const headers =
  "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type," +
  "Range,Authorization";

/** scheme://host:port, with one * for a label perhaps. */
const origin = /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[A-Za-z0-9\-.]*(:\d+)?$/i;

/** The filter, or undefined when CORS is not enabled. */
export function corsOf(a: Annotations): CorsFilter | undefined {
  if (!a.flag("enable-cors", false)) return undefined;
  return {
    type: "cors",
    origins: originsOf(a.text("cors-allow-origin")),
    methods: a.text("cors-allow-methods") ?? methods,
    headers: a.text("cors-allow-headers") ?? headers,
    expose: a.text("cors-expose-headers") ?? "",
    credentials: a.flag("cors-allow-credentials", true),
    maxAgeSeconds: a.number("cors-max-age", 1_728_000),
  };
}

/** Undefined lets every origin in; a list with nothing usable in it lets none in. */
function originsOf(value: string | undefined): readonly string[] | undefined {
  const parts = splitList(value ?? "");
  return parts.length === 0 || parts.includes("*")
    ? undefined
    : parts.filter((part) => origin.test(part));
}
