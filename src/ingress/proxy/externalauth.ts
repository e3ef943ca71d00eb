// External authentication: before a request goes on, another server is asked with its head. 2xx
// lets it in, 401 and 403 are its answer too (access.ts makes 401 a redirect to the sign-in page).
// Models the auth locations of ingress-nginx' nginx.tmpl and ngx_http_auth_request_module.

import type { Clock } from "../../base/clock.ts";
import type { HeaderField } from "../../net/http/message.ts";
import { header, headerValues } from "../../net/http/message.ts";
import { HttpClient } from "../../net/http/client.ts";
import { NetError } from "../../net/errors.ts";
import { HttpError } from "../../net/http/message.ts";
import type { Host, Network } from "../../net/network.ts";
import type { ExternalCheck } from "../filters.ts";
import type { Exchange } from "./exchange.ts";
import { without } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { expand } from "./variables.ts";

/** Fields that are not the asked server's business. */
const dropped = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "expect",
  "upgrade",
  "content-length",
  "x-forwarded-proto",
]);

/** An answer, as far as it matters. */
interface Said {
  readonly status: number;
  readonly headers: readonly HeaderField[];
}

/** Remembered answers; the oldest ones go first. */
const cacheMax = 1000;

export class ExternalAuth {
  readonly #network: Network;
  readonly #host: Host;
  readonly #clock: Clock;
  readonly #cache = new Map<string, Said & { readonly untilMs: number }>();

  constructor(o: { network: Network; host: Host; clock: Clock }) {
    this.#network = o.network;
    this.#host = o.host;
    this.#clock = o.clock;
  }

  /** The refusal, or undefined for who may pass. */
  async ask(check: ExternalCheck, x: Exchange): Promise<Outcome | undefined> {
    const url = expand(check.urlTemplate, x);
    let said: Said;
    try {
      said = await this.#answer(check, x, url);
    } catch (error) {
      if (!(error instanceof NetError) && !(error instanceof HttpError)) throw error;
      return {
        status: 500,
        why: `the authentication server ${url} cannot be asked: ${error.message}`,
        error: `auth request unexpected status: 502 while sending to client`,
      };
    }
    const { status, headers } = said;
    const cookies = headerValues(headers, "set-cookie");
    if (status >= 200 && status < 300) {
      for (const name of check.responseHeaders) {
        x.toUpstream.push([name, header(headers, name) ?? ""]);
      }
      const list = check.alwaysSetCookie ? x.added : x.addedToGood;
      for (const cookie of cookies) list.push(["Set-Cookie", cookie]);
      return undefined;
    }
    if (check.alwaysSetCookie) for (const cookie of cookies) x.added.push(["Set-Cookie", cookie]);
    if (status === 401 || status === 403) {
      const asked = header(headers, "www-authenticate");
      return {
        status,
        why: `the authentication server ${url} answered ${status}`,
        ...(asked !== undefined && { headers: [["WWW-Authenticate", asked]] }),
      };
    }
    return {
      status: 500,
      why: `the authentication server ${url} answered ${status}`,
      error: `auth request unexpected status: ${status} while sending to client`,
    };
  }

  /** What the server says, or said not long ago: remembered for each location by itself. */
  async #answer(check: ExternalCheck, x: Exchange, url: string): Promise<Said> {
    if (!check.cache) return this.#send(check, x, url);
    const nowMs = this.#clock.now();
    const { host = "", path } = x.route ?? {};
    const place = path && "path" in path ? path.path : "/";
    const key = JSON.stringify([host, place, expand(check.cache.keyTemplate, x)]);
    const known = this.#cache.get(key);
    if (known && known.untilMs > nowMs) return known;
    const said = await this.#send(check, x, url);
    const seconds = check.cache.secondsOf[said.status];
    if (seconds === undefined) return said;
    if (this.#cache.size >= cacheMax) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(key, { ...said, untilMs: nowMs + 1000 * seconds });
    return said;
  }

  async #send(check: ExternalCheck, x: Exchange, url: string): Promise<Said> {
    const parts = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url);
    if (!parts || parts[1]!.toLowerCase() === "https") {
      throw new NetError("unreachable", "only http:// authentication servers are reached here");
    }
    const [name = "", port = "80"] = parts[2]!.split(":");
    const [ip] = await this.#network.resolve(this.#host, name, x.trace);
    const address = { ip: ip!, port: Number(port) };
    const connection = await this.#network.dial(this.#host, address, x.trace, { timeoutMs: 5000 });
    const client = new HttpClient(connection);
    const target = parts[3] === "" ? "/" : parts[3]!.replace(/^\?/, "/?");
    const method = check.method === "" ? "GET" : check.method;
    const headers = this.#headers(check, x, name);
    const response = await client.send({ method, target, headers });
    await response.body.bytes();
    client.close();
    return response;
  }

  #headers(check: ExternalCheck, x: Exchange, name: string): HeaderField[] {
    const redirect = check.requestRedirect === "" ? x.uri.raw : expand(check.requestRedirect, x);
    const fields: HeaderField[] = [
      ["Host", name],
      ["X-Request-ID", x.id],
      ["X-Original-URL", `${x.scheme}://${x.httpHost}${x.uri.raw}`],
      ["X-Original-Method", x.request.method],
      ["X-Sent-From", "nginx-ingress-controller"],
      ["X-Real-IP", x.remoteAddr],
      ["X-Forwarded-For", x.remoteAddr],
      ["X-Auth-Request-Redirect", redirect],
      ...Object.entries(check.requestHeaders).map(([field, value]): HeaderField => [
        field,
        expand(value, x),
      ]),
    ];
    const set = new Set(fields.map(([field]) => field.toLowerCase()));
    const passed = without(without(x.request.headers, dropped), set);
    return [...fields, ...passed, ["Connection", "close"]];
  }
}
