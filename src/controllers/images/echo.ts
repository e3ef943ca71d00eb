// The program that tells what it received, so that a learner, and a test, can see what the room
// got. It and the conformance suites' echo servers answer the same JSON: the fields of
// kubernetes-sigs/gateway-api-conformance-images echo-basic, and more after them.

import { text } from "../../base/bytes.ts";
import { header } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import type { Program } from "../program.ts";
import { firstPort, httpProgram, json, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

/** The most content that is echoed. */
export const bodyBytesMax = 1024 * 1024;

/** Listens on the container's first containerPort, 8080 without one. */
export const echo: Program = httpProgram({
  ports: (context) => [firstPort(context, 8080)],
  banner: (_, [port]) => [`Echo server listening on port ${port}.`],
  access: ({ method, target }, { status }) => `${method} ${target} ${status}`,
  handle: async (request, visit) => {
    const { path, query } = targetOf(request);
    const seen = {
      ...assertions(request, visit),
      path,
      query: Object.fromEntries(query),
      target: request.target,
      body: text(await request.body.bytes(bodyBytesMax)),
      node: visit.context.pod.spec.nodeName ?? "",
      podIp: visit.context.host.ip,
      port: visit.port,
      clientIp: visit.connection.remote.ip,
    };
    return json(200, seen, "echo answers with what it received");
  },
});

/** What the conformance suites assert on. */
export function assertions(request: Request, { context }: Visit): Record<string, unknown> {
  const { env, pod } = context;
  return {
    path: request.target,
    host: header(request.headers, "host") ?? "",
    method: request.method,
    proto: request.version,
    headers: grouped(request.headers),
    namespace: env["NAMESPACE"] ?? pod.metadata.namespace ?? "",
    ingress: env["INGRESS_NAME"] ?? "",
    service: env["SERVICE_NAME"] ?? "",
    pod: env["POD_NAME"] ?? pod.metadata.name,
  };
}

/** As Go's http.Header prints: canonical names, lists of values, without Host. */
function grouped(headers: readonly HeaderField[]): Record<string, string[]> {
  const out: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const canonical = canonicalName(name);
    if (canonical !== "Host") (out[canonical] ??= []).push(value);
  }
  return out;
}

/** "x-forwarded-for" → "X-Forwarded-For". */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => {
    return dash + c.toUpperCase();
  });
}
