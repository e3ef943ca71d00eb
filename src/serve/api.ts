// The API server on a real https port: HTTP messages in and out of a RestTransport. TLS is the
// hotel's own (tlsstream.ts); HTTP is Node's.

import { Buffer } from "node:buffer";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import type { RestRequest, RestResponse, RestTransport } from "../api/transport.ts";
import { ApiError } from "../api/errors.ts";
import type { Identity } from "../net/tls/contract.ts";
import { listen } from "./doors.ts";
import { serveStreams } from "./streams.ts";
import { SystemRandom, TlsStream } from "./tlsstream.ts";

/** The largest request body taken, as a real API server's limit for JSON. */
const bodyBytesMax = 3 * 1024 * 1024;

/** Open to anybody, as in a real cluster (system:public-info-viewer). */
const publicPaths = /^\/(version|healthz|livez|readyz)(\/|$)/;

export interface ApiPort {
  readonly port: number;
  close(): void;
}

/** Serves `transport` on loopback; whoever sends `token` as bearer token may do everything. */
export async function serveApi(options: {
  port: number;
  transport: RestTransport;
  identity: Identity;
  token: string;
  /** Brings cluster time up to now. */
  arrive(): Promise<void>;
}): Promise<ApiPort> {
  const { transport, identity, token, arrive } = options;
  const http = createHttpServer((request, response) => {
    answer(request, response, { transport, token }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, failure(error));
    });
  });
  const random = new SystemRandom();
  const config = {
    random,
    now: () => Date.now(),
    alpn: ["http/1.1"],
    ticketKey: random.bytes(32),
    certificate: () => identity,
  };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    http.emit("connection", new TlsStream(socket, config));
  });
  const authorise = (request: IncomingMessage): void => checkToken(request, token);
  serveStreams(http, { transport, authorise, arrive });
  await listen(server, options.port);
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : options.port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { transport, token }: { transport: RestTransport; token: string },
): Promise<void> {
  const url = new URL(incoming.url ?? "/", "https://localhost");
  if (!publicPaths.test(url.pathname)) checkToken(incoming, token);
  const stopped = new AbortController();
  outgoing.on("close", () => stopped.abort());
  const response = await transport({
    method: methodOf(incoming),
    path: url.pathname,
    query: url.searchParams,
    headers: headersOf(incoming),
    body: parseBody(await readBody(incoming), incoming.headers["content-type"]),
    signal: stopped.signal,
  });
  if (response.stream) await sendStream(outgoing, response);
  else send(outgoing, response);
}

function checkToken({ headers }: IncomingMessage, token: string): void {
  if (headers.authorization !== `Bearer ${token}`) {
    throw new ApiError("Unauthorized", "Unauthorized");
  }
}

function methodOf({ method }: IncomingMessage): RestRequest["method"] {
  if (method === "HEAD") return "GET"; // Node drops the content of an answer to HEAD
  if (["GET", "POST", "PUT", "PATCH", "DELETE"].includes(method ?? "")) {
    return method as RestRequest["method"];
  }
  throw new ApiError(
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  );
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) out[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return out;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) {
      throw new ApiError(
        "RequestEntityTooLarge",
        `Request entity too large: limit is ${bodyBytesMax}`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JSON of any flavour is parsed; everything else reaches the transport as it is. */
function parseBody(bytes: Buffer, contentType = "application/json"): unknown {
  if (bytes.length === 0) return undefined;
  const type = contentType.split(";")[0]!.trim();
  if (type === "application/apply-patch+yaml") return bytes.toString("utf8");
  if (type !== "application/json" && !type.endsWith("+json")) return new Uint8Array(bytes);
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiError("BadRequest", `couldn't get version/kind; json parse error: ${why}`);
  }
}

function failure(error: unknown): RestResponse {
  const known =
    error instanceof ApiError ? error : new ApiError("InternalError", `Internal error: ${error}`);
  return { status: known.code, headers: {}, warnings: [], body: known.toStatus() };
}

function writeHead(outgoing: ServerResponse, response: RestResponse): void {
  const warnings = response.warnings.map((text) => `299 - ${JSON.stringify(text)}`);
  outgoing.setHeader("content-type", "application/json");
  outgoing.setHeader("cache-control", "no-cache, private");
  for (const [name, value] of Object.entries(response.headers)) outgoing.setHeader(name, value);
  if (warnings.length > 0) outgoing.setHeader("warning", warnings);
  outgoing.writeHead(response.status);
}

function send(outgoing: ServerResponse, response: RestResponse): void {
  writeHead(outgoing, response);
  const { body } = response;
  if (body === undefined) outgoing.end();
  else if (typeof body === "string" || body instanceof Uint8Array) outgoing.end(body);
  else outgoing.end(`${JSON.stringify(body)}\n`);
}

/** A watch is one JSON value a line; a log is bytes. */
async function sendStream(outgoing: ServerResponse, response: RestResponse): Promise<void> {
  writeHead(outgoing, response);
  outgoing.flushHeaders();
  for await (const item of response.stream!) {
    if (outgoing.destroyed) break;
    const chunk =
      item instanceof Uint8Array || typeof item === "string" ? item : `${JSON.stringify(item)}\n`;
    if (!outgoing.write(chunk)) {
      await new Promise((resolve) => outgoing.once("drain", resolve).once("close", resolve));
    }
  }
  outgoing.end();
}
