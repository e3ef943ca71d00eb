// quay.io/jetstack/cert-manager-acmesolver: answers one ACME token for one name.
// Models cert-manager pkg/issuer/acme/http/solver.

import { header } from "../../net/http/message.ts";
import type { Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Program, ProgramContext } from "../program.ts";
import { content, httpProgram, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

const plain = "text/plain; charset=utf-8";
const base = "/.well-known/acme-challenge";

export const acmeSolver: Program = httpProgram({
  ports: (context) => [Number(flag(context, "listen-port")) || 8089],
  banner: (context, [port]) => [
    line(context, 42, "starting listener", {
      expected_domain: flag(context, "domain"),
      expected_token: flag(context, "token"),
      expected_key: flag(context, "key"),
      listen_port: String(port),
    }),
  ],
  handle: async (request, visit) => answer(request, visit),
});

function answer(request: Request, { context }: Visit): Answer {
  const { path } = targetOf(request);
  const host = (header(request.headers, "host") ?? "").split(":")[0]!;
  const slash = path.lastIndexOf("/");
  const [at, token] = [path.slice(0, slash) || "/", path.slice(slash + 1)];
  const told = { host, path, base_path: at, token };
  const say = (
    source: number,
    message: string,
    more: Readonly<Record<string, string>> = {},
  ): void => context.log(line(context, source, message, { ...told, ...more }));
  if (path === "/" || path === "/healthz") {
    say(77, "responding OK to health check");
    return { status: 200, headers: cached, why: "the solver is well" };
  }
  say(83, "validating request");
  const missing = (message: string, wanted: Readonly<Record<string, string>>): Answer => {
    say(86, message, wanted);
    return content(404, plain, "404 page not found\n", message);
  };
  if (at !== base) return missing("invalid base_path", { expected_base_path: base });
  const domain = flag(context, "domain");
  if (host !== domain) return missing("invalid host", { expected_host: domain });
  const expected = flag(context, "token");
  if (token !== expected) return missing("invalid token", { expected_token: expected });
  say(107, "got successful challenge request, writing key");
  const found = content(200, plain, flag(context, "key"), "the solver answers its token");
  return { ...found, headers: [...cached, ...found.headers!] };
}

const cached = [["Cache-Control", "no-cache, no-store, must-revalidate"]] as const;

function flag({ args }: ProgramContext, name: string): string {
  const found = args.find((one) => one.startsWith(`--${name}=`)) ?? "";
  return found.slice(name.length + 3);
}

function line(
  { clock }: ProgramContext,
  source: number,
  message: string,
  pairs: Readonly<Record<string, string>>,
): string {
  const iso = new Date(clock.now()).toISOString();
  const when = `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000`;
  const parts = Object.entries({ logger: "cert-manager.acmesolver", ...pairs });
  const printed = parts.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `I${when}       1 solver.go:${source}] ${JSON.stringify(message)} ${printed.join(" ")}`;
}
