// ealen/echo-server, fetched with the first container of its.

import { text } from "../../base/bytes.ts";
import { header } from "../../net/http/message.ts";
import type { Request } from "../../net/http/message.ts";
import type { Program, ProgramContext } from "../program.ts";
import { bodyBytesMax } from "./echo.ts";
import { httpProgram, json, targetOf } from "./httpprogram.ts";

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
