// What runs behind the Services of a case: a program that answers 200 everywhere and tells what it
// received, or answers as the case's rules say.

import { base64, utf8 } from "../../base/bytes.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { canonicalName } from "../../controllers/images/echo.ts";
import { httpProgram } from "../../controllers/images/httpprogram.ts";
import type { Program } from "../../controllers/program.ts";
import { header } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import type { BackendRule } from "./format.ts";

export const backendImage = "cases.example/backend:1";
/** The label that names a Pod's Service. */
export const serviceLabel = "cases.example/service";

/** What a backend saw of a request; it answers with this. */
export interface Seen {
  readonly namespace: string;
  readonly service: string;
  readonly pod: string;
  /** The port it listens on. */
  readonly port: number;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly proto: string;
  /** By canonical name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @param seen told of every request, whatever is answered. */
export function backendProgram(
  rules: (service: string) => readonly BackendRule[],
  seen: (what: Seen) => void,
): Program {
  return httpProgram({
    ports: ({ container }) => (container.ports ?? []).map(({ containerPort }) => containerPort),
    handle: async (request, { context, port }) => {
      await request.body.bytes();
      const what = look(request, context.pod, port);
      seen(what);
      const key = `${what.namespace}/${what.service}`;
      const rule = rules(key).find(({ when }) => holds(when, request));
      const { status = 200, headers = {}, body, delaySeconds = 0 } = rule?.respond ?? {};
      if (delaySeconds > 0) await context.clock.sleep(1000 * delaySeconds);
      const fields: HeaderField[] = [["Content-Type", "application/json"]];
      fields.push(...Object.entries(headers));
      const text = body ?? (rule && status >= 300 ? "" : `${JSON.stringify(what, null, 1)}\n`);
      return { status, headers: fields, body: text };
    },
  });
}

function look(request: Request, pod: Pod, port: number): Seen {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) {
    const key = canonicalName(name);
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value;
  }
  return {
    namespace: pod.metadata.namespace ?? "default",
    service: pod.metadata.labels?.[serviceLabel] ?? "",
    pod: pod.metadata.name,
    port,
    method: request.method,
    target: request.target,
    host: header(request.headers, "host") ?? "",
    proto: request.version,
    headers,
  };
}

function holds(
  { pathPrefix = "", query = {}, basicAuth }: BackendRule["when"],
  r: Request,
): boolean {
  const [path = "", search = ""] = r.target.split("?");
  const given = new URLSearchParams(search);
  if (!path.startsWith(pathPrefix)) return false;
  if (!Object.entries(query).every(([name, value]) => given.get(name) === value)) return false;
  if (!basicAuth) return true;
  const wanted = `Basic ${base64(utf8(basicAuth.join(":")))}`;
  return header(r.headers, "authorization") === wanted;
}
