// The data plane: one connection → requests → rule → filters → endpoint → answer. What rules and
// upstreams there are is swapped in whole with `use`, between two requests as it were.
//
//   const proxy = new Proxy({ network, host, clock, random, dialect, log });
//   proxy.use({ table, upstreams, passing });
//   network.listen(host, 80, (connection) => proxy.serve(connection, "http"));

import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { hex } from "../../base/bytes.ts";
import type { Connection } from "../../net/connection.ts";
import { HttpError } from "../../net/http/message.ts";
import type { HeaderField, Request } from "../../net/http/message.ts";
import { serveHttp } from "../../net/http/server.ts";
import type { Answer, ExchangeContext } from "../../net/http/server.ts";
import type { Host, Network } from "../../net/network.ts";
import type { Certificate } from "../../net/x509/certificate.ts";
import { unmet } from "../conditions.ts";
import { explain } from "../explain.ts";
import type { ErrorsFilter, Passing } from "../filters.ts";
import { hostOfRequest, match, serverFor } from "../match.ts";
import type { MatchRequest } from "../match.ts";
import { testPattern } from "../pattern/pattern.ts";
import type { Route, RouteTable } from "../table.ts";
import type { Upstream } from "../upstreams.ts";
import { accessTools } from "./access.ts";
import { Answers } from "./answers.ts";
import { Balancer } from "./balancer.ts";
import { UpstreamConnections } from "./connections.ts";
import type { Dialect } from "./dialect.ts";
import { Exchange } from "./exchange.ts";
import type { TlsFacts } from "./exchange.ts";
import { runFilters, tooExpensive } from "./filters.ts";
import type { FilterTools } from "./filters.ts";
import { Forwarder } from "./forward.ts";
import { Limits } from "./limits.ts";
import { onwardOf, TooLarge } from "./onward.ts";
import type { Outcome } from "./outcome.ts";
import type { Steps } from "./steps.ts";

/** What the proxy serves by. Plain data, replaced as a whole. */
export interface Configuration {
  readonly table: RouteTable;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  /** How requests are passed on where a route does not say. */
  readonly passing: Passing;
  /** The authorities of Secrets that client certificates are judged by. */
  authorities?(secret: string): readonly Certificate[];
}

/** What is known of a connection before its first request. */
export interface Arrival {
  readonly scheme: "http" | "https";
  readonly tls?: TlsFacts;
  /** Every request gets this status: plain HTTP at the HTTPS door, 497. */
  readonly refuseWith?: number;
}

export interface ProxyOptions {
  readonly network: Network;
  readonly host: Host;
  readonly clock: Clock;
  readonly random: Random;
  readonly dialect: Dialect;
  log(line: string): void;
}

/** The upstream that stands for "no rule": the controller answers 404 itself. */
const defaultUpstream = "upstream-default-backend";

export class Proxy {
  readonly #o: ProxyOptions;
  readonly #balancer: Balancer;
  readonly #connections: UpstreamConnections;
  readonly #forwarder: Forwarder;
  readonly #answers: Answers;
  readonly #tools: FilterTools;
  readonly #open = new Set<Connection>();
  #dialect: Dialect;
  #configuration: Configuration | undefined;
  #connectionCount = 0;
  #steps: Promise<Steps> | undefined;

  constructor(o: ProxyOptions) {
    this.#o = o;
    this.#dialect = o.dialect;
    const { clock, network, host } = o;
    this.#balancer = new Balancer(o);
    this.#connections = new UpstreamConnections(o);
    this.#tools = {
      ...accessTools(o),
      limits: new Limits(clock),
      steps: () => (this.#steps ??= clock.during(this.#fetchSteps())),
      notice: (message, x) => this.#error(message, x, undefined, "notice"),
    };
    this.#forwarder = new Forwarder({
      network,
      host,
      clock,
      balancer: this.#balancer,
      connections: this.#connections,
      error: (message, x, upstream) => this.#error(message, x, upstream),
    });
    this.#answers = new Answers({ clock, log: o.log, dialect: () => this.#dialect });
  }

  /** Serves by this from the next request on. */
  use(configuration: Configuration, dialect: Dialect = this.#dialect): void {
    this.#configuration = configuration;
    this.#dialect = dialect;
    this.#balancer.keep(configuration.upstreams);
    const addresses = new Set<string>();
    for (const { endpoints } of configuration.upstreams.values()) {
      for (const { host, port } of endpoints) addresses.add(`${host}:${port}`);
    }
    this.#connections.close((address) => addresses.has(address));
  }

  /** Serves a connection until either side closes it. */
  serve(connection: Connection, arrival: Arrival): void {
    const number = ++this.#connectionCount;
    this.#open.add(connection);
    void serveHttp(connection, {
      by: this.#o.host.actor,
      scheme: arrival.scheme,
      clock: this.#o.clock,
      handle: (request, context) => this.#handle(request, context, arrival, number),
      refuse: (error) => this.#answers.refusal(error.status, error.message),
    }).then(() => this.#open.delete(connection));
  }

  async #fetchSteps(): Promise<Steps> {
    const { Steps } = await import("./steps.ts");
    return new Steps(this.#o.random.fork("steps"));
  }

  /** Closes everything at once. */
  close(): void {
    for (const connection of this.#open) connection.destroy();
    this.#connections.close();
  }

  async #handle(
    request: Request,
    context: ExchangeContext,
    { scheme, tls, refuseWith }: Arrival,
    connection: number,
  ): Promise<Answer> {
    const uri = this.#dialect.parse(request.target);
    const configuration = this.#configuration;
    if (!uri || !configuration) {
      return this.#answers.refusal(uri ? 503 : 400, uri ? "not ready yet" : "malformed target");
    }
    const x = new Exchange({
      request,
      uri,
      scheme,
      context,
      host: "",
      startMs: this.#o.clock.now(),
      id: "",
      connection,
      tls,
    });
    x.host = hostOfRequest(x.httpHost);
    x.id = x.header("x-request-id") || hex(this.#o.random.bytes(16));
    if (refuseWith !== undefined) {
      x.upstreamName = "";
      return this.#outcome(x, { status: refuseWith, why: "plain HTTP came to the HTTPS port" });
    }
    try {
      return await this.#respond(x, configuration);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return this.#outcome(x, { status: error.status, why: error.message });
    }
  }

  async #respond(x: Exchange, configuration: Configuration): Promise<Answer> {
    x.server = serverFor(configuration.table, x.host)?.server;
    const blocked = this.#dialect.prepare(x);
    if (blocked) return this.#outcome(x, blocked);
    const anybody = x.tls === undefined && x.server?.clientAuth === undefined;
    const stranger = anybody ? undefined : await this.#checkClient(x, configuration);
    if (stranger) return this.#outcome(x, stranger);
    const route = this.#route(x, configuration.table);
    if (!route) return this.#outcome(x, this.#nothing(x));
    x.route = route;
    const exhausted = exhaustion(route, x.path);
    if (exhausted) return this.#outcome(x, exhausted);
    const passing = route.passing ?? configuration.passing;
    const length = Number(x.header("content-length") ?? 0);
    if (passing.bodyBytesMax > 0 && length > passing.bodyBytesMax) {
      return this.#outcome(x, tooLarge(length, passing.bodyBytesMax));
    }
    x.upstreamName = route.backend?.upstream ?? x.upstreamName;
    const outcome = await runFilters(route.filters, x, this.#tools);
    const errors = route.filters.find((one): one is ErrorsFilter => one.type === "errors");
    if (outcome) return this.#refused(x, outcome, errors, passing, configuration);
    return this.#pass(x, route, passing, configuration, errors);
  }

  /** Judges the client's certificate where its server wants one. */
  async #checkClient(
    x: Exchange,
    { table, authorities }: Configuration,
  ): Promise<Outcome | undefined> {
    const auth = x.server?.clientAuth;
    if (x.tls === undefined) {
      return auth && auth.error !== "" ? { status: 403, why: auth.error } : undefined;
    }
    const { serverName } = x.tls;
    const asked = serverName === undefined ? undefined : serverFor(table, serverName)?.server;
    if (asked?.clientAuth && asked !== x.server) {
      const why = "another server name was negotiated, and that one wants client certificates";
      return { status: 421, why };
    }
    if (!auth) return undefined;
    const { clock } = this.#o;
    const { clientFields, judge, refusal } = await clock.during(import("../tls/clientauth.ts"));
    const trusted = authorities?.(auth.secret) ?? [];
    const verdict = judge(x.tls.peerChain, auth, trusted, clock.now());
    x.toUpstream.push(...clientFields(x, auth, verdict).map(([n, v]): [string, string] => [n, v]));
    return refusal(x, auth, verdict);
  }

  /** The route of a request; on a trace that is on, the decision is told there. */
  #route(x: Exchange, table: RouteTable): Route | null {
    const request: MatchRequest = {
      host: x.host,
      path: x.path,
      ...(table.conditional && { unmet: (route) => unmet(route, x) }),
    };
    if (!x.trace.on) return match(table, request);
    const { route, steps, why, leftOut } = explain(table, request);
    const winner = steps.find((step) => step.verdict === "won");
    const more = leftOut > 0 ? `; ${leftOut} rules of other hosts are not listed` : "";
    x.trace.add(this.#o.host.actor, {
      did: "match",
      host: x.host,
      path: x.path,
      winner,
      steps,
      upstream: route?.backend?.upstream ?? defaultUpstream,
      why: why + more,
    });
    return route;
  }

  #nothing(x: Exchange): Outcome {
    x.upstreamName = defaultUpstream;
    return {
      status: 404,
      why: "no rule matched: the default backend answers",
      fromDefault: true,
    };
  }

  async #pass(
    x: Exchange,
    route: Route,
    passing: Passing,
    configuration: Configuration,
    errors: ErrorsFilter | undefined,
  ): Promise<Answer> {
    const { upstreams } = configuration;
    let primary = upstreams.get(x.upstreamName);
    if (!primary && x.upstreamName === defaultUpstream) return this.#outcome(x, this.#nothing(x));
    const fallback = passing.fallback === undefined ? undefined : upstreams.get(passing.fallback);
    if ((primary?.endpoints.length ?? 0) === 0 && fallback && fallback.endpoints.length > 0) {
      primary = fallback;
      x.upstreamName = fallback.name;
      for (const [name, value] of errorFields(x, 503)) x.toUpstream.push([name, value]);
    }
    if (!primary || primary.endpoints.length === 0) {
      const why = `no endpoint to pass on to: ${primary?.why ?? `no upstream ${x.upstreamName}`}`;
      return this.#refused(x, { status: 503, why }, errors, passing, configuration);
    }
    const { upstream, why } = this.#balancer.choose(primary, upstreams, x);
    if (upstream !== primary) x.alternativeName = upstream.name;
    const onward = await onwardOf(x, route, passing, this.#dialect).catch((error: unknown) => {
      if (error instanceof TooLarge) return error;
      throw error;
    });
    if (onward instanceof TooLarge) {
      return this.#outcome(x, tooLarge(onward.bytes, passing.bodyBytesMax));
    }
    for (const name of x.mirrors) {
      const copied = upstreams.get(name);
      if (copied) void this.#forwarder.mirror(x, copied, passing, onward);
    }
    x.context.onGone(() => x.leave());
    const forwarded = await this.#forwarder.forward(x, upstream, passing, onward);
    if (x.left && "status" in forwarded) return this.#abandoned(x, forwarded.why);
    if ("status" in forwarded) return this.#refused(x, forwarded, errors, passing, configuration);
    const { response, body, to } = forwarded;
    if (errors?.statuses.includes(response.status)) {
      for await (const _ of body); // its content is replaced
      const status = response.status;
      return this.#replaced(x, status, errors, passing, configuration);
    }
    const where = `${x.alternativeName || x.upstreamName} at ${to.host}:${to.port}`;
    return this.#answers.relay(x, response, body, why === "" ? where : `${where}: ${why}`);
  }

  /** The client has gone: it is logged, the connection closed, and nothing sent. */
  #abandoned(x: Exchange, why: string): Answer {
    x.context.connection.destroy();
    return this.#outcome(x, { status: this.#dialect.goneStatus ?? 499, why, body: "" });
  }

  /** An answer of our own, perhaps replaced by that of the custom error backend. */
  #refused(
    x: Exchange,
    outcome: Outcome,
    errors: ErrorsFilter | undefined,
    passing: Passing,
    configuration: Configuration,
  ): Answer | Promise<Answer> {
    if (outcome.error !== undefined) this.#error(outcome.error, x);
    const own = { ...outcome, error: undefined };
    if (!errors?.statuses.includes(outcome.status)) return this.#outcome(x, own);
    return this.#replaced(x, outcome.status, errors, passing, configuration);
  }

  /** Asks the backend for error pages instead (location @custom_UPSTREAM_CODE). */
  async #replaced(
    x: Exchange,
    status: number,
    errors: ErrorsFilter,
    passing: Passing,
    { upstreams }: Configuration,
  ): Promise<Answer> {
    x.upstreamName = errors.upstream;
    const upstream = upstreams.get(errors.upstream);
    if (!upstream || upstream.endpoints.length === 0) {
      return this.#outcome(x, {
        ...this.#nothing(x),
        why: `no backend for error pages (${status})`,
      });
    }
    const headers: HeaderField[] = [
      ["Host", x.bestHost],
      ...errorFields(x, status),
      ["X-Original-URI", x.uri.raw],
      ["X-Forwarded-For", x.remoteAddr],
    ];
    const sent = headers.filter(([, value]) => value !== "");
    const target = x.args === "" ? "/" : `/?${x.args}`;
    const { method } = x.request;
    const onward = { method: method === "HEAD" ? "HEAD" : "GET", target, headers: sent };
    const forwarded = await this.#forwarder.forward(x, upstream, passing, {
      ...onward,
      body: undefined,
    });
    if ("status" in forwarded) return this.#outcome(x, forwarded);
    const why = `a ${status}, replaced by the answer of ${errors.upstream}`;
    return this.#answers.relay(x, forwarded.response, forwarded.body, why);
  }

  #outcome(x: Exchange, outcome: Outcome): Answer {
    if (outcome.error !== undefined) this.#error(outcome.error, x);
    return this.#answers.own(x, outcome);
  }

  #error(message: string, x: Exchange, upstream?: string, level?: "error" | "notice"): void {
    if (x.trace.quiet) return;
    const line = this.#dialect.errorLine(message, x, this.#o.clock.now(), upstream, level);
    if (line !== undefined) this.#o.log(line);
  }
}

/** The answer for a path on which the route's own pattern gave up. */
function exhaustion({ path }: Route, uri: string): Outcome | undefined {
  if (path.type !== "Pattern" || testPattern(path.pattern, uri) !== "exhausted") return undefined;
  return tooExpensive(path.pattern.source, uri);
}

/** What a backend for error pages is told. */
function errorFields(x: Exchange, status: number): HeaderField[] {
  const { source, backend } = x.route ?? {};
  return [
    ["X-Code", String(status)],
    ["X-Format", x.header("accept") ?? ""],
    ["X-Namespace", source?.namespace ?? ""],
    ["X-Ingress-Name", source?.name ?? ""],
    ["X-Service-Name", backend?.service ?? ""],
    ["X-Service-Port", backend?.port ?? ""],
    ["X-Request-ID", x.id],
  ];
}

function tooLarge(bytes: number, bytesMax: number): Outcome {
  return {
    status: 413,
    why: `content of ${bytes} bytes, ${bytesMax} are allowed (proxy-body-size)`,
    error: `client intended to send too large body: ${bytes} bytes`,
  };
}
