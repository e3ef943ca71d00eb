// Fields of an upstream's answer, changed on the way back: nginx' proxy_redirect,
// proxy_cookie_domain and proxy_cookie_path.

import type { HeaderField } from "../../net/http/message.ts";
import type { AnswerRewriting } from "../filters.ts";
import type { Exchange } from "./exchange.ts";
import { expand } from "./variables.ts";

/** The fields as the route's `rewriting` has them. */
export function rewritten(fields: readonly HeaderField[], x: Exchange): readonly HeaderField[] {
  const rewriting = x.route?.passing?.rewriting;
  if (!rewriting) return fields;
  return fields.map(([name, value]): HeaderField => {
    switch (name.toLowerCase()) {
      case "location":
        return [name, location(value, rewriting, x)];
      case "set-cookie":
        return [name, cookie(value, rewriting)];
      default:
        return [name, value];
    }
  });
}

function location(value: string, rewriting: AnswerRewriting, x: Exchange): string {
  if (!rewriting.location) return value;
  const from = expand(rewriting.location.from, x);
  if (!value.startsWith(from)) return value;
  return expand(rewriting.location.to, x) + value.slice(from.length);
}

function cookie(value: string, { cookieDomain, cookiePath }: AnswerRewriting): string {
  const [pair = "", ...attributes] = value.split(";");
  const changed = attributes.map((attribute) => {
    const [, lead = "", name = "", old = ""] = /^(\s*)([^=]+)=(.*)$/.exec(attribute) ?? [];
    const key = name.trim().toLowerCase();
    if (key === "domain" && cookieDomain && bare(old) === bare(cookieDomain.from)) {
      return `${lead}${name}=${cookieDomain.to}`;
    }
    if (key === "path" && cookiePath && old.startsWith(cookiePath.from)) {
      return `${lead}${name}=${cookiePath.to}${old.slice(cookiePath.from.length)}`;
    }
    return attribute;
  });
  return [pair, ...changed].join(";");
}

/** nginx takes no notice of case and of a dot at the start. */
function bare(domain: string): string {
  return domain.trim().toLowerCase().replace(/^\./, "");
}
