// Where a client that is not signed in is sent. Apart from externalauth.ts, which is fetched late.

import type { ExternalCheck } from "../filters.ts";
import type { Exchange } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { expand } from "./variables.ts";

/** The redirect to the sign-in page, which is told where the client wanted to go. */
export function signIn(check: ExternalCheck, x: Exchange): Outcome {
  const page = expand(check.signinTemplate, x);
  const query = page.includes("?") ? page.slice(page.indexOf("?") + 1) : "";
  const known = new URLSearchParams(query).get(check.redirectParameter) ?? "";
  const back = expand("$pass_access_scheme://$http_host$escaped_request_uri", x);
  const location =
    known !== "" ? page : `${page}${query === "" ? "?" : "&"}${check.redirectParameter}=${back}`;
  return {
    status: 302,
    why: "not signed in: sent to the sign-in page",
    headers: [["Location", location]],
  };
}
