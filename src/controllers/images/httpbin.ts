// httpbin's well-known paths (kennethreitz/httpbin on port 80, mccutchen/go-httpbin on 8080).

import { text } from "../../base/bytes.ts";
import { header } from "../../net/http/message.ts";
import type { Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Program } from "../program.ts";
import { canonicalName } from "./echo.ts";
import { content, httpProgram, json, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

/** The longest delay that may be asked for, in seconds. */
const delaySecondsMax = 10;

export function httpbin(port: number): Program {
  return httpProgram({
    ports: ({ env }) => [Number(env["PORT"]) || port],
    banner: (_, [at]) => [`Listening at: http://0.0.0.0:${at}`],
    handle: answer,
  });
}

async function answer(request: Request, visit: Visit): Promise<Answer> {
  const { path, query } = targetOf(request);
  const [, first = "", second = ""] = path.split("/");
  const why = `httpbin answers ${path}`;
  switch (first) {
    case "":
      return content(200, "text/html; charset=utf-8", "<h1>httpbin</h1>\n", why);
    case "get":
    case "post":
    case "put":
    case "patch":
    case "delete":
      if (request.method.toLowerCase() !== first && !(first === "get" && isHead(request))) {
        return content(405, "text/html", "<h1>Method Not Allowed</h1>\n", why);
      }
      return json(200, await view(request, visit), why);
    case "anything":
      return json(200, { ...(await view(request, visit)), method: request.method }, why);
    case "headers":
      return json(200, { headers: fields(request) }, why);
    case "ip":
      return json(200, { origin: origin(request, visit) }, why);
    case "user-agent":
      return json(200, { "user-agent": header(request.headers, "user-agent") ?? null }, why);
    case "status":
      return { status: statusOf(second), why };
    case "delay": {
      const seconds = Math.min(Number(second) || 0, delaySecondsMax);
      await visit.context.clock.sleep(seconds * 1_000);
      return json(200, await view(request, visit), why);
    }
    case "uuid":
      return json(200, { uuid: visit.context.random.uuid() }, why);
    case "response-headers": {
      const given = [...query].map(([name, value]) => [name, value] as const);
      const shown = json(200, Object.fromEntries(query), why);
      return { ...shown, headers: [...shown.headers!, ...given] };
    }
    case "redirect-to": {
      const status = Number(query.get("status_code")) || 302;
      return { status, headers: [["Location", query.get("url") ?? "/"]], why };
    }
    default:
      return content(404, "text/html", "<h1>Not Found</h1>\n", `httpbin knows no ${path}`);
  }
}

function isHead({ method }: Request): boolean {
  return method === "HEAD";
}

function statusOf(word: string): number {
  const status = Number(word);
  return status >= 200 && status <= 599 ? status : 400;
}

async function view(request: Request, visit: Visit): Promise<Record<string, unknown>> {
  const { query } = targetOf(request);
  const host = header(request.headers, "host") ?? "";
  const data = text(await request.body.bytes());
  const type = header(request.headers, "content-type") ?? "";
  const form = type.startsWith("application/x-www-form-urlencoded");
  return {
    args: Object.fromEntries(query),
    data: form ? "" : data,
    files: {},
    form: form ? Object.fromEntries(new URLSearchParams(data)) : {},
    headers: fields(request),
    json: type.startsWith("application/json") ? parsed(data) : null,
    origin: origin(request, visit),
    url: `${header(request.headers, "x-forwarded-proto") ?? "http"}://${host}${request.target}`,
  };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function fields({ headers }: Request): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [canonicalName(name), value]));
}

function origin(request: Request, { connection }: Visit): string {
  return header(request.headers, "x-forwarded-for") ?? connection.remote.ip;
}
