// nginx and httpd as their public images run them: port 80, one page, 404 for the rest.

import { header } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Program, ProgramContext } from "../program.ts";
import { httpDate, httpProgram, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

interface WebServer {
  readonly name: string;
  readonly server: string;
  readonly index: string;
  notFound(path: string, host: string): string;
  banner(context: ProgramContext): readonly string[];
  /** The user agent and the referrer are logged too (combined), or not (common). */
  readonly combined: boolean;
}

function webServer(o: WebServer): Program {
  return httpProgram({
    ports: () => [80],
    banner: o.banner,
    headers: ({ clock }) => [
      ["Server", o.server],
      ["Date", httpDate(clock.now())],
    ],
    access: (request, answer, visit) => accessLine(request, answer, visit, o.combined),
    handle: async (request) => {
      const { path } = targetOf(request);
      const host = header(request.headers, "host") ?? "localhost";
      if (request.method !== "GET" && request.method !== "HEAD") {
        return page(405, o.notFound(path, host).replaceAll("404 Not Found", "405 Not Allowed"), o);
      }
      const found = path === "/" || path === "/index.html";
      return found ? page(200, o.index, o) : page(404, o.notFound(path, host), o);
    },
  });
}

function page(status: number, body: string, { name }: WebServer): Answer {
  const headers: HeaderField[] = [["Content-Type", "text/html"]];
  if (status === 200) headers.push(["Accept-Ranges", "bytes"]);
  const why = status === 200 ? `${name} serves its index page` : `${name} has only its index page`;
  return { status, headers, body, why };
}

/** "10.0.0.1 - - [23/Nov/2026:09:00:00 +0000] "GET / HTTP/1.1" 200 615 …" */
function accessLine(
  { method, target, version, headers }: Request,
  { status, body }: Answer,
  { connection, context }: Visit,
  combined: boolean,
): string {
  const at = httpDate(context.clock.now());
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at)!;
  const bytes = typeof body === "string" ? body.length : 0;
  const line =
    `${connection.remote.ip} - - [${day}/${month}/${year}:${time} +0000] ` +
    `"${method} ${target} ${version}" ${status} ${bytes}`;
  if (!combined) return line;
  const field = (name: string): string => header(headers, name) ?? "-";
  return `${line} "${field("referer")}" "${field("user-agent")}" "${field("x-forwarded-for")}"`;
}

const nginxServer = "nginx/1.29.3";

export const nginx: Program = webServer({
  name: "nginx",
  server: nginxServer,
  combined: true,
  index:
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n" +
    "<h1>Welcome to nginx!</h1>\n<p>This web server runs, and serves its first page.</p>\n" +
    "</body>\n</html>\n",
  notFound: () =>
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n" +
    `<center><h1>404 Not Found</h1></center>\r\n<hr><center>${nginxServer}</center>\r\n` +
    "</body>\r\n</html>\r\n",
  banner: ({ clock }) => {
    const at = new Date(clock.now()).toISOString().slice(0, 19).replace("T", " ");
    const notice = `${at.replaceAll("-", "/")} [notice] 1#1:`;
    return [
      "/docker-entrypoint.sh: Configuration complete; ready for start up",
      `${notice} using the "epoll" event method`,
      `${notice} ${nginxServer}`,
      `${notice} start worker processes`,
    ];
  },
});

const apacheServer = "Apache/2.4.65 (Unix)";

export const httpd: Program = webServer({
  name: "httpd",
  server: apacheServer,
  combined: false,
  index: "<html><body><h1>It works!</h1></body></html>\n",
  notFound: () =>
    '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n' +
    "<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n" +
    "<p>The requested URL was not found on this server.</p>\n</body></html>\n",
  banner: ({ host }) => [
    "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, " +
      `using ${host.ip}. Set the 'ServerName' directive globally to suppress this message`,
    `[mpm_event:notice] AH00489: ${apacheServer} configured -- resuming normal operations`,
    "[core:notice] AH00094: Command line: 'httpd -D FOREGROUND'",
  ],
});
