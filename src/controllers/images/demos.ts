// Small public demo images, with the ports, flags and words that they have in life:
// hashicorp/http-echo, traefik/whoami, google-samples hello-app, e2e-test-images agnhost.

import { header } from "../../net/http/message.ts";
import type { Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Program, ProgramContext } from "../program.ts";
import { canonicalName } from "./echo.ts";
import { goDurationMs } from "./echobasic.ts";
import { content, httpProgram, json, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";
import { sleeping } from "./script.ts";

const plain = "text/plain; charset=utf-8";

/** The value of a flag: "-text=hi", "--text=hi" or "-text hi". */
export function flag({ command, args }: ProgramContext, name: string): string | undefined {
  const words = [...command, ...args];
  for (const [i, word] of words.entries()) {
    const [, found, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (found === name) return value ?? words[i + 1] ?? "";
  }
  return undefined;
}

/** ":5678" → 5678 */
function portOf(listen: string | undefined, otherwise: number): number {
  return Number(/(\d+)$/.exec(listen ?? "")?.[1] ?? otherwise);
}

export const httpEcho: Program = httpProgram({
  ports: (context) => [portOf(flag(context, "listen"), 5678)],
  banner: ({ clock }, [port]) => [`${goDate(clock.now())} [INFO] server is listening on :${port}`],
  handle: async (_, { context }) => {
    const words = flag(context, "text") ?? context.env["ECHO_TEXT"] ?? "hello-world";
    const status = Number(flag(context, "status-code")) || 200;
    const answer = content(status, plain, `${words}\n`, "http-echo answers with its text");
    return {
      ...answer,
      headers: [["X-App-Name", "http-echo"], ["X-App-Version", "1.0.0"], ...answer.headers!],
    };
  },
});

/** "2026/11/23 09:00:00" */
function goDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ").replaceAll("-", "/");
}

export const whoami: Program = httpProgram({
  ports: (context) => [portOf(flag(context, "port") ?? context.env["WHOAMI_PORT_NUMBER"], 80)],
  banner: ({ clock }, [port]) => [`${goDate(clock.now())} Starting up on port ${port}`],
  handle: whoamiAnswer,
});

async function whoamiAnswer(request: Request, visit: Visit): Promise<Answer> {
  const { path, query } = targetOf(request);
  const { context, connection } = visit;
  const name = flag(context, "name") ?? context.env["WHOAMI_NAME"];
  if (path === "/health") return { status: 200, why: "whoami is well" };
  const wait = query.get("wait");
  if (wait !== null) await context.clock.sleep(goDurationMs(wait));
  const hostname = context.pod.metadata.name;
  const ips = ["127.0.0.1", "::1", context.host.ip];
  const host = header(request.headers, "host") ?? "";
  const fields = request.headers
    .filter(([field]) => field.toLowerCase() !== "host")
    .map(([field, value]) => [canonicalName(field), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (path === "/api") {
    const headers: Record<string, string[]> = {};
    for (const [field, value] of fields) (headers[field] ??= []).push(value);
    const { target: url, method } = request;
    const remoteAddr = `${connection.remote.ip}:${connection.remote.port}`;
    const view = { hostname, ip: ips, headers, url, host, method, name, remoteAddr };
    return json(200, view, "whoami tells who it is");
  }
  const lines = [
    ...(name ? [`Name: ${name}`] : []),
    `Hostname: ${hostname}`,
    ...ips.map((ip) => `IP: ${ip}`),
    `RemoteAddr: ${connection.remote.ip}:${connection.remote.port}`,
    `${request.method} ${request.target} ${request.version}`,
    `Host: ${host}`,
    ...fields.map(([field, value]) => `${field}: ${value}`),
  ];
  return content(200, plain, `${lines.join("\n")}\n\n`, "whoami tells who it is");
}

/** @param version "1.0.0": the tag says it */
export function helloApp(version: string): Program {
  return httpProgram({
    ports: ({ env }) => [Number(env["PORT"]) || 8080],
    banner: ({ clock }, [port]) => [`${goDate(clock.now())} Server listening on port ${port}`],
    access: ({ target }, _, { context }) =>
      `${goDate(context.clock.now())} Serving request: ${targetOf({ target } as Request).path}`,
    handle: async (_, { context }) => {
      const hostname = context.pod.metadata.name;
      const words = `Hello, world!\nVersion: ${version}\nHostname: ${hostname}\n`;
      return content(200, plain, words, "hello-app greets");
    },
  });
}

/** The sub-commands that serve: netexec (8080) and serve-hostname (9376). Others only wait. */
export const agnhost: Program = {
  start: (context) => {
    const words = [...context.command, ...context.args];
    if (words.includes("netexec")) return netexec.start(context);
    if (words.includes("serve-hostname")) return serveHostname.start(context);
    return sleeping.start(context);
  },
};

const netexec: Program = httpProgram({
  ports: (context) => [portOf(flag(context, "http-port"), 8080)],
  banner: (_, [port]) => [`Started HTTP server on port ${port}`],
  access: ({ method, target }) => `${method} ${target}`,
  handle: async (request, { context, connection }) => {
    const { path, query } = targetOf(request);
    const ok = (words: string): Answer => content(200, plain, words, "netexec answers");
    switch (path.replace(/\/$/, "")) {
      case "":
        return ok(`NOW: ${new Date(context.clock.now()).toISOString()}`);
      case "/hostname":
      case "/hostName":
        return ok(context.pod.metadata.name);
      case "/clientip":
        return ok(`${connection.remote.ip}:${connection.remote.port}`);
      case "/echo":
        return { ...ok(query.get("msg") ?? ""), status: Number(query.get("code")) || 200 };
      case "/header":
        return ok(header(request.headers, query.get("key") ?? "") ?? "");
      case "/healthz":
        return ok("");
      default:
        return content(404, plain, "404 page not found\n", `netexec knows no ${path}`);
    }
  },
});

const serveHostname: Program = httpProgram({
  ports: (context) => [portOf(flag(context, "port"), 9376)],
  banner: () => ["Serving on HTTP"],
  handle: async (_, { context }) =>
    content(200, plain, context.pod.metadata.name, "serve-hostname answers with its name"),
});
