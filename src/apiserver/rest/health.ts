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

export function health({ path, query }: RestRequest): RestResponse | undefined {
  const name = /^\/(healthz|livez|readyz)\/?(ping)?$/.exec(path)?.[1];
  if (name === undefined) return undefined;
  const verbose = `[+]ping ok\n${name} check passed\n`;
  const body = query.has("verbose") ? verbose : "ok";
  return jsonAnswer(body, { type: "text/plain; charset=utf-8" });
}
