// A static file server on loopback, as any host of dist/ would be: no magic, no rewriting.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, relative, resolve } from "node:path";
import { createGzip } from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/**
 * Serves a folder; resolves to its address. A taken port moves on to a free one.
 * `sent` is told how long each answer was on the wire, without its header.
 * @param {string} folder
 * @param {{ port?: number, sent?: (path: string, bytes: number) => void }} options
 */
export function serveFolder(folder, { port = 0, sent } = {}) {
  const root = resolve(folder);
  const server = createServer((request, response) => {
    const path = safePath(root, request.url ?? "/");
    const file = path && fileOf(path);
    if (!file) {
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found\n");
      return;
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    const compress =
      /text|json|svg/.test(type) && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    response.writeHead(200, {
      "content-type": type,
      "cache-control": file.includes("assets") ? "max-age=31536000, immutable" : "no-cache",
      ...(compress && { "content-encoding": "gzip", vary: "accept-encoding" }),
    });
    const stored = createReadStream(file);
    const content = compress ? stored.pipe(createGzip()) : stored;
    let bytes = 0;
    content.on("data", (chunk) => (bytes += chunk.length));
    content.on("end", () => sent?.(relative(root, file).replaceAll("\\", "/"), bytes));
    content.pipe(response);
  });
  return new Promise((done, fail) => {
    server.once("error", (error) => {
      if (error.code === "EADDRINUSE" && port !== 0) server.listen(0, "127.0.0.1");
      else fail(error);
    });
    server.listen(port, "127.0.0.1");
    server.on("listening", () => done(`http://127.0.0.1:${server.address().port}/`));
  });
}

function safePath(root, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return undefined;
  }
  const full = normalize(join(root, path));
  return full.startsWith(root) ? full : undefined;
}

function fileOf(path) {
  for (const candidate of [path, join(path, "index.html")]) {
    if (statSync(candidate, { throwIfNoEntry: false })?.isFile()) return candidate;
  }
  return undefined;
}
