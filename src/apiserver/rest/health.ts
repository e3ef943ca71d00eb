// /version, and the three questions after its health.

import type { RestRequest, RestResponse } from "../../api/transport.ts";
import { jsonAnswer } from "./answers.ts";

/** What this API server says it is. */
const serverVersion = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.1",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-05-12T00:00:00Z",
  goVersion: "none",
  compiler: "grand-ingress",
  platform: "browser/any",
};

export function version({ path }: RestRequest): RestResponse | undefined {
  return path === "/version" || path === "/version/" ? jsonAnswer(serverVersion) : undefined;
}

/**
 * The one check there is, ping, below each of the three paths; `?verbose` names it, `?exclude=`
 * leaves it out. Wording: apiserver server/healthz.
 */
export function health({ path, query }: RestRequest): RestResponse | undefined {
  const found = /^\/(healthz|livez|readyz)(\/ping)?\/?$/.exec(path);
  if (found === null) return undefined;
  const [, name, one] = found;
  if (one !== undefined || !query.has("verbose")) return plain("ok");
  const excluded = [...new Set(query.getAll("exclude"))].sort();
  const unknown = excluded
    .filter((check) => check !== "ping")
    .map((check) => JSON.stringify(check));
  const warning = `warn: some health checks cannot be excluded: no matches for ${unknown.join(",")}\n`;
  return plain(
    `[+]ping ${excluded.includes("ping") ? "excluded: " : ""}ok\n` +
      (unknown.length > 0 ? warning : "") +
      `${name} check passed\n`,
  );
}

function plain(body: string): RestResponse {
  const answer = jsonAnswer(body, { type: "text/plain; charset=utf-8" });
  return { ...answer, headers: { ...answer.headers, "x-content-type-options": "nosniff" } };
}
