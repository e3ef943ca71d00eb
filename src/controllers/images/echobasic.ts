// The conformance suites' echo server, fetched with the first container of its: HTTP on port 3000
// (HTTP_PORT), the same over TLS on 8443 when TLS_SERVER_CERT names a file, and bare TCP in the
// place of HTTP with TCP_ECHO_SERVER. Not here: gRPC and HTTP/2 on port 3001.
//
// Under /retry/ requests are counted by their uuid: the first `succeedAfter` of them fail.

import { text, utf8 } from "../../base/bytes.ts";
import type { Connection } from "../../net/connection.ts";
import { NetError } from "../../net/errors.ts";
import { header } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Listener } from "../../net/network.ts";
import type { Process, Program, ProgramContext } from "../program.ts";
import { assertions, bodyBytesMax } from "./echo.ts";
import { content, httpProgram, json, targetOf } from "./httpprogram.ts";
import type { Visit } from "./httpprogram.ts";

export const echoBasic: Program = {
  start(context) {
    const failures = new Map<string, number>();
    const { env } = context;
    const port = Number(env["HTTP_PORT"]) || 3000;
    const streams = env["TCP_ECHO_SERVER"] !== undefined && env["TCP_ECHO_SERVER"] !== "";
    const handle = (request: Request, visit: Visit): Promise<Answer> =>
      answer(request, visit, failures);
    const serve = streams
      ? (connection: Connection, tls: unknown) => echoStream(connection, context, tls)
      : undefined;
    const plain = serve
      ? streamServer(context, port, serve)
      : httpProgram({
          ports: () => [port],
          banner: () => [`Starting server, listening on port ${port} (http)`],
          access: ({ method, target }) =>
            `Echoing back request made to ${target} to client (${method})`,
          handle,
        }).start(context);
    return env["TLS_SERVER_CERT"] ? withTls(plain, context, handle, serve) : plain;
  },
};

/** The process, and TLS beside it: fetched, as most echo servers speak none. */
function withTls(
  plain: Process,
  context: ProgramContext,
  handle: (request: Request, visit: Visit) => Promise<Answer>,
  serve: StreamHandler | undefined,
): Process {
  let close: (() => void) | undefined;
  let over = false;
  const open = async (): Promise<void> => {
    const { openEchoTls } = await import("./echotls.ts");
    const files = await context.mounts();
    if (!over) close = openEchoTls(context, files, handle, serve);
  };
  context.clock.during(open()).catch((error: unknown) => {
    context.log(error instanceof Error ? error.message : String(error));
  });
  const stop = (): void => {
    over = true;
    close?.();
  };
  return {
    terminate: () => {
      stop();
      plain.terminate();
    },
    kill: () => {
      stop();
      plain.kill();
    },
  };
}

async function answer(
  request: Request,
  visit: Visit,
  failures: Map<string, number>,
): Promise<Answer> {
  const { path, query } = targetOf(request);
  if (path === "/health") return content(200, "text/plain; charset=utf-8", "OK", "health check");
  const delay = query.get("delay");
  if (delay !== null) await visit.context.clock.sleep(goDurationMs(delay));
  await request.body.bytes(bodyBytesMax);
  const failure = path.startsWith("/retry/") ? await fails(query, visit, failures) : undefined;
  if (failure) return failure;
  const status = Number(/^\/status\/(\d{3})$/.exec(path)?.[1] ?? 200);
  const echoed = json(status, assertions(request, visit), "echo answers with what it received");
  const headers: HeaderField[] = [["X-Content-Type-Options", "nosniff"]];
  for (const one of (header(request.headers, "x-echo-set-header") ?? "").split(",")) {
    const [name, value] = one.split(/:(.*)/s).map((part) => part.trim());
    if (name && value !== undefined) headers.push([name, value]);
  }
  return { ...echoed, headers: [...echoed.headers!, ...headers] };
}

/** The failure of a request that is to be repeated: a status, or the connection's reset. */
async function fails(
  query: URLSearchParams,
  { context, connection }: Visit,
  failures: Map<string, number>,
): Promise<Answer | undefined> {
  const uuid = query.get("uuid") ?? "";
  const count = (failures.get(uuid) ?? 0) + 1;
  failures.set(uuid, count);
  if (count > Number(query.get("succeedAfter") ?? 0)) return undefined;
  const delay = query.get("delayRetry");
  if (delay !== null) await context.clock.sleep(goDurationMs(delay));
  const status = Number(query.get("responseCode") ?? 0);
  if (status === 0) connection.destroy();
  const why = `request ${count} of ${uuid} is to fail`;
  return content(status || 500, "text/plain; charset=utf-8", `${why}\n`, why);
}

/** Serves a connection that is no HTTP; `tls` tells of the handshake, if there was one. */
export type StreamHandler = (connection: Connection, tls: unknown) => Promise<void>;

function streamServer(context: ProgramContext, port: number, serve: StreamHandler): Process {
  const { network, host } = context;
  const listener: Listener = network.listen(host, port, (one) => void serve(one, undefined));
  context.log(`Starting server, listening on port ${port} (tcp)`);
  return {
    terminate: () => {
      listener.close();
      context.clock.after(0, () => context.exit(0));
    },
    kill: () => listener.close(),
  };
}

/** Answers each piece with who got it; never throws. */
async function echoStream(
  connection: Connection,
  { env, pod }: ProgramContext,
  tls: unknown,
): Promise<void> {
  try {
    for (let bytes; (bytes = await connection.read()) !== null;) {
      const told = {
        request: text(bytes),
        ...(tls !== undefined && { tls }),
        namespace: env["NAMESPACE"] ?? pod.metadata.namespace ?? "",
        pod: env["POD_NAME"] ?? pod.metadata.name,
      };
      await connection.write(utf8(`${JSON.stringify(told)}\n`));
    }
    connection.end();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
  }
}

/** "250ms", "1.5s", "2m"; 0 for anything else. */
export function goDurationMs(duration: string): number {
  const [, amount, unit = "s"] = /^([\d.]+)(ms|s|m|h)?$/.exec(duration) ?? [];
  const ms = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 0;
  return Number(amount ?? 0) * ms;
}
