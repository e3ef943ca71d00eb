// A program that serves HTTP: what most images are.
//
//   httpProgram({ ports: () => [80], handle: async (request) => ({ status: 200, body: "hi" }) })
//
// SIGTERM drains it: nothing new is accepted, idle connections end, requests under way are
// answered with `Connection: close`, and then the program exits with 0.

import type { Connection } from "../../net/connection.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import { serveHttp } from "../../net/http/server.ts";
import type { Answer } from "../../net/http/server.ts";
import type { Listener } from "../../net/network.ts";
import type { Process, Program, ProgramContext } from "../program.ts";

/** A request as a handler gets it. */
export interface Visit {
  readonly context: ProgramContext;
  readonly connection: Connection;
  /** The port that the program listens on. */
  readonly port: number;
}

export interface HttpProgramOptions {
  ports(context: ProgramContext): readonly number[];
  handle(request: Request, visit: Visit): Promise<Answer>;
  /** Lines that the program writes once it listens. */
  banner?(context: ProgramContext, ports: readonly number[]): readonly string[];
  /** The line that it writes about a request, if it does. */
  access?(request: Request, answer: Answer, visit: Visit): string;
  /** Fields that every answer carries; default `Date`. */
  headers?(context: ProgramContext): readonly HeaderField[];
}

export function httpProgram(options: HttpProgramOptions): Program {
  return { start: (context) => new HttpServer(options, context) };
}

/** "Mon, 23 Nov 2026 09:00:00 GMT" (RFC 9110 section 5.6.7). */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** The first containerPort, or `otherwise`. */
export function firstPort({ container }: ProgramContext, otherwise: number): number {
  return container.ports?.[0]?.containerPort ?? otherwise;
}

class HttpServer implements Process {
  readonly #options: HttpProgramOptions;
  readonly #context: ProgramContext;
  readonly #listeners: Listener[] = [];
  readonly #open = new Set<Connection>();
  readonly #busy = new Set<Connection>();
  #stopping = false;

  constructor(options: HttpProgramOptions, context: ProgramContext) {
    this.#options = options;
    this.#context = context;
    const ports = options.ports(context);
    for (const port of ports) {
      const accept = (connection: Connection): void => void this.#serve(connection, port);
      this.#listeners.push(context.network.listen(context.host, port, accept));
    }
    for (const line of options.banner?.(context, ports) ?? []) context.log(line);
  }

  terminate(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const listener of this.#listeners) listener.close();
    for (const connection of this.#open) if (!this.#busy.has(connection)) connection.end();
    this.#exitWhenDrained();
  }

  kill(): void {
    this.#stopping = true;
    for (const listener of this.#listeners) listener.close();
    for (const connection of this.#open) connection.destroy();
  }

  async #serve(connection: Connection, port: number): Promise<void> {
    this.#open.add(connection);
    const visit: Visit = { context: this.#context, connection, port };
    await serveHttp(connection, {
      by: this.#context.host.actor,
      handle: (request) => this.#handle(request, visit),
      onError: (error) => this.#context.log(`error: ${String(error)}`),
    });
    this.#open.delete(connection);
    this.#busy.delete(connection);
    if (this.#stopping) this.#exitWhenDrained();
  }

  async #handle(request: Request, visit: Visit): Promise<Answer> {
    const { handle, access, headers = dated } = this.#options;
    this.#busy.add(visit.connection);
    try {
      const answer = await handle(request, visit);
      const line = visit.connection.trace.quiet ? undefined : access?.(request, answer, visit);
      if (line !== undefined) this.#context.log(line);
      const fields = [...headers(this.#context), ...(answer.headers ?? [])];
      if (this.#stopping) fields.push(["Connection", "close"]);
      return { ...answer, headers: fields };
    } finally {
      this.#busy.delete(visit.connection);
    }
  }

  #exitWhenDrained(): void {
    if (this.#busy.size > 0) return;
    // Once what was answered is on its way.
    this.#context.clock.after(0, () => this.#context.exit(0));
  }
}

function dated({ clock }: ProgramContext): readonly HeaderField[] {
  return [["Date", httpDate(clock.now())]];
}

/** An answer with a type and a length. */
export function content(status: number, type: string, body: string, why: string): Answer {
  return { status, headers: [["Content-Type", type]], body, why };
}

export function json(status: number, value: unknown, why: string): Answer {
  return content(status, "application/json", `${JSON.stringify(value, null, 2)}\n`, why);
}

/** Path and query of a request's target. */
export function targetOf(request: Request): { path: string; query: URLSearchParams } {
  const { target } = request;
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
