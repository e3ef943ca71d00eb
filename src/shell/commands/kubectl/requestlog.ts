// -v=6 and more: each request to the API server on stderr, as klog and client-go's round
// trippers of kubectl 1.32 write it. Level 6 tells what was asked, 7 adds the headers, 8 the
// body (cut), 9 a curl line instead of the headers.

import type { RestRequest, RestResponse } from "../../../api/transport.ts";
import type { Clock } from "../../../base/clock.ts";
import { serverUrl } from "./config.ts";

/** How much of a body level 8 shows; 9 shows ten times that. */
const bodyCharsMax = 1024;

export class RequestLog {
  readonly #level: number;
  readonly #clock: Clock;
  readonly #write: (text: string) => void;

  constructor(o: { level: number; clock: Clock; write(text: string): void }) {
    this.#level = o.level;
    this.#clock = o.clock;
    this.#write = (text) => o.write(text);
  }

  /** Called once, before the first request. */
  config(path: string): void {
    if (this.#level >= 6) this.#line("loader.go:395", `Config loaded from file:  ${path}`);
  }

  request({ method, headers, body, ...request }: RestRequest): void {
    if (this.#level < 7) return;
    const url = urlOf(request);
    if (this.#level >= 8 && body !== undefined) this.#body("Request Body", body);
    if (this.#level >= 9) {
      const fields = Object.entries(headers).map(
        ([name, value]) => `-H "${nameOf(name)}: ${value}"`,
      );
      return this.#line(
        "round_trippers.go:473",
        `curl -v -X${method}  ${fields.join(" ")} '${url}'`,
      );
    }
    this.#line("round_trippers.go:470", `${method} ${url}`);
    this.#line("round_trippers.go:476", "Request Headers:");
    for (const [name, value] of Object.entries(headers).sort()) {
      this.#line("round_trippers.go:480", `    ${nameOf(name)}: ${value}`);
    }
  }

  response(request: RestRequest, { status, headers, body }: RestResponse, tookMs: number): void {
    if (this.#level < 6) return;
    const ended = `${status} ${statusWords[status] ?? ""}`.trim();
    const took = `in ${Math.round(tookMs)} milliseconds`;
    if (this.#level === 7 || this.#level === 8) {
      this.#line("round_trippers.go:581", `Response Status: ${ended} ${took}`);
    } else {
      const asked = `${request.method} ${urlOf(request)}`;
      this.#line("round_trippers.go:560", `${asked} ${ended} ${took}`);
    }
    if (this.#level < 8) return;
    this.#line("round_trippers.go:584", "Response Headers:");
    for (const [name, value] of Object.entries(headers)) {
      this.#line("round_trippers.go:587", `    ${nameOf(name)}: ${value}`);
    }
    if (body !== undefined) this.#body("Response Body", body);
  }

  #body(what: string, body: unknown): void {
    const whole = typeof body === "string" ? body : JSON.stringify(body);
    const charsMax = this.#level >= 10 ? Infinity : bodyCharsMax * (this.#level === 9 ? 10 : 1);
    const cut = whole.length > charsMax ? ` [truncated ${whole.length - charsMax} chars]` : "";
    this.#line("helper.go:246", `"${what}" body=${JSON.stringify(whole.slice(0, charsMax) + cut)}`);
  }

  #line(source: string, words: string): void {
    const stamp = new Date(this.#clock.now()).toISOString();
    const time = `${stamp.slice(5, 7)}${stamp.slice(8, 10)} ${stamp.slice(11, 23)}000`;
    this.#write(`I${time}    4242 ${source}] ${words}\n`);
  }
}

function urlOf({ path, query }: Pick<RestRequest, "path" | "query">): string {
  const text = query.toString();
  return `${serverUrl}${path}${text === "" ? "" : `?${text}`}`;
}

/** "content-type" → "Content-Type" */
function nameOf(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}

const statusWords: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
