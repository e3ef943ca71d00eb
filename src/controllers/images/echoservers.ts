// Echo servers of others, fetched with the first container of theirs: the conformance suites'
// echo-basic, and ealen/echo-server.

import { text } from "../../base/bytes.ts";
import { header } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Program, ProgramContext } from "../program.ts";
import { assertions, bodyBytesMax } from "./echo.ts";
import { content, httpProgram, json, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

/** The conformance echo servers: port 3000, or HTTP_PORT. */
export const echoBasic: Program = httpProgram({
  ports: ({ env }) => [Number(env["HTTP_PORT"]) || 3000],
  banner: (_, [port]) => [`Starting server, listening on port ${port} (http)`],
  access: ({ method, target }) => `Echoing back request made to ${target} to client (${method})`,
  handle: echoBasicAnswer,
});

async function echoBasicAnswer(request: Request, visit: Visit): Promise<Answer> {
  const { path, query } = targetOf(request);
  if (path === "/health") return content(200, "text/plain; charset=utf-8", "OK", "health check");
  const delay = query.get("delay");
  if (delay !== null) await visit.context.clock.sleep(goDurationMs(delay));
  await request.body.bytes(bodyBytesMax);
  const status = Number(/^\/status\/(\d{3})$/.exec(path)?.[1] ?? 200);
  const answer = json(status, assertions(request, visit), "echo answers with what it received");
  const headers: HeaderField[] = [["X-Content-Type-Options", "nosniff"]];
  for (const one of (header(request.headers, "x-echo-set-header") ?? "").split(",")) {
    const [name, value] = one.split(/:(.*)/s).map((part) => part.trim());
    if (name && value !== undefined) headers.push([name, value]);
  }
  return { ...answer, headers: [...answer.headers!, ...headers] };
}

/** "250ms", "1.5s", "2m"; 0 for anything else. */
export function goDurationMs(duration: string): number {
  const [, amount, unit = "s"] = /^([\d.]+)(ms|s|m|h)?$/.exec(duration) ?? [];
  const ms = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0;
  return Number(amount ?? 0) * ms;
}

/** ealen/echo-server: port 80, or PORT. */
export const ealenEcho: Program = httpProgram({
  ports: ({ env }) => [Number(env["PORT"]) || 80],
  banner: (_, [port]) => [`Listening on port ${port}.`],
  handle: async (request, visit) => {
    const { path, query } = targetOf(request);
    const { context, connection } = visit;
    const wait = Number(query.get("echo_time") ?? header(request.headers, "x-echo-time") ?? 0);
    if (wait > 0) await context.clock.sleep(wait);
    const status = Number(query.get("echo_code") ?? header(request.headers, "x-echo-code")) || 200;
    const body = query.get("echo_body") ?? header(request.headers, "x-echo-body");
    if (body !== null && body !== undefined) return json(status, body, "echo_body was asked for");
    const { ip } = connection.remote;
    return json(status, await ealenView(request, context, { path, query, ip }), "echo");
  },
});

async function ealenView(
  request: Request,
  { pod, env }: ProgramContext,
  { path, query, ip }: { path: string; query: URLSearchParams; ip: string },
): Promise<unknown> {
  const fields = request.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    host: { hostname: header(request.headers, "host") ?? "", ip: `::ffff:${ip}`, ips: [] },
    http: { method: request.method, baseUrl: "", originalUrl: request.target, protocol: "http" },
    request: {
      params: { 0: path },
      query: Object.fromEntries(query),
      cookies: {},
      body: text(await request.body.bytes(bodyBytesMax)),
      headers: Object.fromEntries(fields),
    },
    environment: { ...env, HOSTNAME: pod.metadata.name },
  };
}
