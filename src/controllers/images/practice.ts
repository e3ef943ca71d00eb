// Programs to practise on, each with one trait of its own: slow, flaky, crash, rooted, redirect
// and sink. What is set by a flag ("--delay=250ms") may be set by an environment variable
// ("DELAY") too. All listen on the container's first containerPort, 8080 without one.

import type { Program, Process, ProgramContext } from "../program.ts";
import { flag } from "./demos.ts";
import { goDurationMs } from "./echobasic.ts";
import { content, firstPort, httpProgram, targetOf } from "./httpprogram.ts";
import type { HttpProgramOptions } from "./httpprogram.ts";

const html = "text/html; charset=utf-8";
const plain = "text/plain; charset=utf-8";

function practice(name: string, handle: HttpProgramOptions["handle"]): Program {
  return httpProgram({
    ports: (context) => [firstPort(context, 8080)],
    banner: (_, [port]) => [`${name} listening on port ${port}.`],
    access: ({ method, target }, { status }) => `${method} ${target} ${status}`,
    handle,
  });
}

/** The flag `--name`, else the variable NAME, else `otherwise`. */
function setting(context: ProgramContext, name: string, otherwise: string): string {
  return flag(context, name) ?? context.env[name.toUpperCase()] ?? otherwise;
}

/** "250ms", "2s"; a bare number is milliseconds. */
function durationMs(words: string): number {
  return /^\d+$/.test(words) ? Number(words) : goDurationMs(words);
}

/** Answers everything after `--delay` (2s), or after `?delay=` of the request. */
export const slow: Program = practice("slow", async (request, { context }) => {
  const { path, query } = targetOf(request);
  const delay = query.get("delay") ?? setting(context, "delay", "2s");
  await context.clock.sleep(durationMs(delay));
  const words = `Sorry for the wait of ${delay}: ${path} from ${context.pod.metadata.name}\n`;
  return content(200, plain, words, `slow answers after ${delay}`);
});

/** Fails every `--every`-th request (3), counted a container, with `--status` (500). */
export const flaky: Program = {
  start: (context) => {
    let count = 0;
    const every = Math.max(1, Number(setting(context, "every", "3")) || 3);
    const status = Number(setting(context, "status", "500")) || 500;
    const server = practice("flaky", async () => {
      count += 1;
      if (count % every === 0) {
        return content(status, plain, `Request ${count} failed.\n`, `flaky fails each ${every}.`);
      }
      const words = `Request ${count} is answered by ${context.pod.metadata.name}.\n`;
      return content(200, plain, words, "flaky is well for once");
    });
    return server.start(context);
  },
};

/** Serves for `--after` (10s), then exits with `--code` (1): the way to CrashLoopBackOff. */
export const crash: Program = {
  start: (context): Process => {
    const after = setting(context, "after", "10s");
    const code = Number(setting(context, "code", "1"));
    const server = practice("crash", async () =>
      content(200, plain, `Still here: ${context.pod.metadata.name}\n`, "crash has not yet"),
    ).start(context);
    const timer = context.clock.after(durationMs(after), () => {
      context.log(`panic: crash was asked to end after ${after}`);
      server.kill();
      context.exit(code);
    });
    return {
      terminate: () => {
        timer.cancel();
        server.terminate();
      },
      kill: () => {
        timer.cancel();
        server.kill();
      },
    };
  },
};

/** What the rooted app has; nothing else is there, under no prefix. */
const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/": [
    html,
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Rooted</title>\n' +
      '<link rel="stylesheet" href="/style.css"></head>\n<body>\n<h1>Rooted</h1>\n' +
      '<p>Every link of this page begins at the root.</p>\n<a href="/about">About</a>\n' +
      '<img src="/logo.svg" alt="">\n<script src="/app.js"></script>\n</body>\n</html>\n',
  ],
  "/about": [
    html,
    '<!doctype html>\n<title>About</title>\n<link rel="stylesheet" href="/style.css">\n' +
      '<h1>About</h1>\n<a href="/">Home</a>\n',
  ],
  "/style.css": ["text/css", "body { font-family: serif; margin: 3rem; }\n"],
  "/app.js": ["text/javascript", 'document.title += " (running)";\n'],
  "/logo.svg": [
    "image/svg+xml",
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 8V4l3-3 3 3v4z"/></svg>\n',
  ],
};

/** An app that believes it lives at "/": absolute links, and 404 for whatever it does not have. */
export const rooted: Program = practice("rooted", async (request) => {
  const { path } = targetOf(request);
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (file) return content(200, file[0], file[1], `rooted has ${path}`);
  return content(404, plain, `404: rooted has no ${path}\n`, `rooted has no ${path}`);
});

/** Sends `/` to `--to` (/login) with `--status` (302), as apps do that want a login first. */
export const redirect: Program = practice("redirect", async (request, { context }) => {
  const { path } = targetOf(request);
  const to = setting(context, "to", "/login");
  if (path === to) return content(200, html, "<h1>Log in</h1>\n", "redirect shows where it led");
  const status = Number(setting(context, "status", "302")) || 302;
  return { status, headers: [["Location", to]], body: "", why: `redirect sends ${path} to ${to}` };
});

/** Reads a body of any length and says how long it was. */
export const sink: Program = practice("sink", async (request) => {
  let bytes = 0;
  for await (const chunk of request.body) bytes += chunk.length;
  return content(200, plain, `Received ${bytes} bytes.\n`, `sink swallowed ${bytes} bytes`);
});
