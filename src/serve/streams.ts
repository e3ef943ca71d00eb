// `kubectl exec` and `kubectl attach` on a real socket: a WebSocket whose messages begin with the
// number of a channel.
//
//   0 stdin   1 stdout   2 stderr   3 how it ended, a Status   4 the screen's size   255 close one
//
// v5 can close channel 0 and so end stdin, v4 cannot. SPDY, which kubectl falls back to, is not
// spoken here. Models apimachinery pkg/util/remotecommand and apiserver pkg/util/proxy.

import { Buffer } from "node:buffer";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { ApiError } from "../api/errors.ts";
import type { ExecIo, ExitStatus, TerminalSize } from "../api/exec.ts";
import type { RestResponse, RestTransport } from "../api/transport.ts";
import { Channel } from "../apiserver/rest/channel.ts";
import { text } from "../base/bytes.ts";

const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4, close: 255 } as const;

export interface StreamOptions {
  readonly transport: RestTransport;
  /** Throws ApiError Unauthorized. */
  authorise(request: IncomingMessage): void;
  /** Brings cluster time up to now; awaited before input is handed on. */
  arrive(): Promise<void>;
}

/** Answers the upgrade requests of a server. */
export function serveStreams(server: Server, options: StreamOptions): void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => protocols.find((one) => offered.has(one)) ?? false,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    upgraded(request, options)
      .then(({ response, session }) => {
        if (response.exit === undefined) return refuse(socket, response);
        sockets.handleUpgrade(request, socket, head, (webSocket) =>
          session.open(webSocket, response.exit!),
        );
      })
      .catch((error: unknown) => {
        if (error instanceof ApiError) refuse(socket, answerOf(error));
        else socket.destroy();
      });
  });
}

async function upgraded(
  request: IncomingMessage,
  { transport, authorise, arrive }: StreamOptions,
): Promise<{ response: RestResponse; session: Session }> {
  authorise(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(/, */);
  const spoken = protocols.some((one) => offered.includes(one));
  const session = new Session(searchParams, arrive);
  const response = await transport({
    method: "GET",
    path: pathname,
    query: searchParams,
    headers: {},
    ...(spoken && { io: session.io }), // without it the answer is a refusal, and says what is wrong
  });
  return { response, session };
}

function answerOf(error: ApiError): RestResponse {
  return { status: error.code, headers: {}, warnings: [], body: error.toStatus() };
}

/** An answer in place of an upgrade, and the end of the connection. */
function refuse(socket: Duplex, { status, body }: RestResponse): void {
  const content = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(content)}\r\nconnection: close\r\n\r\n${content}`,
  );
}

/** One command's streams. What it writes before the socket is open waits for it. */
class Session {
  readonly io: ExecIo;
  readonly #stdin = new Channel<Uint8Array>();
  readonly #sizes = new Channel<TerminalSize>();
  readonly #gone = new AbortController();
  readonly #arrive: () => Promise<void>;
  #waiting: Buffer[] = [];
  #socket: WebSocket | undefined;

  constructor(query: URLSearchParams, arrive: () => Promise<void>) {
    const asks = (name: string): boolean => ["true", "1"].includes(query.get(name) ?? "");
    this.#arrive = arrive;
    this.io = {
      ...(asks("stdin") && { stdin: this.#stdin }),
      stdout: (bytes) => asks("stdout") && this.#send(channels.stdout, bytes),
      stderr: (bytes) => asks("stderr") && this.#send(channels.stderr, bytes),
      tty: asks("tty"),
      ...(asks("tty") && { sizes: this.#sizes }),
      signal: this.#gone.signal,
    };
  }

  open(socket: WebSocket, exit: Promise<ExitStatus>): void {
    this.#socket = socket;
    for (const message of this.#waiting.splice(0)) socket.send(message);
    let order = Promise.resolve();
    socket.on("message", (data: Buffer) => {
      order = order.then(this.#arrive).then(() => this.#take(data));
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#gone.abort();
      this.#stdin.close();
      this.#sizes.close();
    });
    void exit
      .catch((error: unknown): ExitStatus => {
        return new ApiError(
          "InternalError",
          `Internal error occurred: ${String(error)}`,
        ).toStatus();
      })
      .then((status) => {
        this.#send(channels.status, Buffer.from(JSON.stringify(status)));
        socket.close(1000);
      });
  }

  #send(channel: number, bytes: Uint8Array): void {
    const message = Buffer.concat([Buffer.from([channel]), bytes]);
    if (this.#socket === undefined) this.#waiting.push(message);
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(message);
  }

  #take(data: Buffer): void {
    const rest = new Uint8Array(data.subarray(1));
    if (data[0] === channels.stdin && rest.length > 0) this.#stdin.push(rest);
    if (data[0] === channels.close && rest[0] === channels.stdin) this.#stdin.close();
    if (data[0] === channels.size) {
      const size = sizeIn(rest);
      if (size) this.#sizes.push(size);
    }
  }
}

function sizeIn(bytes: Uint8Array): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(text(bytes)) as Partial<TerminalSize>;
    if (typeof Width === "number" && typeof Height === "number") return { Width, Height };
  } catch {
    // A size that cannot be read changes nothing.
  }
  return undefined;
}
