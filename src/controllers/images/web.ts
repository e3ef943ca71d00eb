// The hotel's own applications: `web`, a small page with its style sheet, script and picture,
// and `api`, the rooms of the hotel as JSON. Both listen on the container's first containerPort.

import type { Program } from "../program.ts";
import { content, firstPort, httpProgram, json, targetOf } from "./httpprogram.ts";
import { text } from "../../base/bytes.ts";

/** Files of the page by name; the last part of the path decides, so that a prefix does no harm. */
const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "style.css": [
    "text/css",
    "body { font: 1.1rem/1.5 serif; margin: 3rem; color: #1b2433; background: #fbf7ee; }\n" +
      "h1 { color: #7a5200; }\n",
  ],
  "app.js": ["text/javascript", 'document.querySelector("h1").title = document.lastModified;\n'],
  "logo.svg": [
    "image/svg+xml",
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">' +
      '<path d="M3 21V8l9-5 9 5v13h-6v-6H9v6z" fill="#7a5200"/></svg>\n',
  ],
  "robots.txt": ["text/plain", "User-agent: *\nAllow: /\n"],
};

/** Port 80 without a containerPort. Any path that names no file shows the page. */
export const web: Program = httpProgram({
  ports: (context) => [firstPort(context, 80)],
  banner: (_, [port]) => [`Serving the lobby's page on port ${port}.`],
  access: ({ method, target }, { status }) => `${method} ${target} ${status}`,
  handle: async (request, { context }) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return content(405, "text/plain", "Only GET and HEAD here.\n", "web only shows pages");
    }
    const { path } = targetOf(request);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const file = Object.hasOwn(files, name) ? files[name] : undefined;
    if (file) return content(200, file[0], file[1], `web has the file ${name}`);
    if (/\.[a-z0-9]{1,5}$/i.test(name) && !name.endsWith(".html")) {
      return content(404, "text/plain", `There is no ${path} here.\n`, `web has no file ${name}`);
    }
    const body = page(context.pod.metadata.name, context.env["TITLE"] ?? "Grand Hotel");
    return content(200, "text/html; charset=utf-8", body, "web shows its page");
  },
});

function page(pod: string, title: string): string {
  const name = escape(title);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${name}</title>
    <link rel="stylesheet" href="style.css">
  </head>
  <body>
    <img src="logo.svg" alt="" width="48">
    <h1>Welcome to the ${name}</h1>
    <p>You are being served by <strong>${pod}</strong>.</p>
    <script src="app.js"></script>
  </body>
</html>
`;
}

function escape(words: string): string {
  return words.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

const rooms = [
  { number: 101, name: "Lobby suite", beds: 2, free: true },
  { number: 204, name: "Garden room", beds: 1, free: true },
  { number: 305, name: "Tower room", beds: 2, free: false },
];

/** Port 8080 without a containerPort. /…/rooms and /…/rooms/101; any other path greets. */
export const api: Program = httpProgram({
  ports: (context) => [firstPort(context, 8080)],
  banner: (_, [port]) => [`API listening on port ${port}.`],
  access: ({ method, target }, { status }) => `${method} ${target} ${status}`,
  handle: async (request, { context }) => {
    const { path } = targetOf(request);
    const { name, namespace } = context.pod.metadata;
    const by = { pod: name, namespace };
    const [, number] = /\/rooms\/(\d+)\/?$/.exec(path) ?? [];
    if (number !== undefined) {
      const room = rooms.find((one) => one.number === Number(number));
      if (room) return json(200, { ...room, ...by }, `api has room ${number}`);
      return json(404, { error: `no room ${number}`, ...by }, `api has no room ${number}`);
    }
    if (/\/rooms\/?$/.test(path)) return json(200, { rooms, ...by }, "api lists its rooms");
    if (request.method !== "GET" && request.method !== "HEAD") {
      const received = text(await request.body.bytes());
      return json(201, { received, ...by }, "api takes what it is given");
    }
    return json(200, { message: "Hello from the API", path, ...by }, "api greets");
  },
});
