// The API server as HTTP sees it: path, query and headers in; status, headers and JSON out.
// The bytes are somebody else's: the shell's kubectl calls this in process, `serve` from a
// socket. Models apiserver pkg/endpoints.
//
//   rest/paths      what a path names                rest/negotiate  Accept → JSON, YAML, Table
//   rest/reads      get, list, watch, log            rest/writes     create … deletecollection
//   rest/reviews    may I, who am I                  rest/protobuf   what kubectl create sends
//   rest/discovery  /api, /apis and what is in them  rest/openapi    /openapi/v3
//   rest/health     /livez, /readyz, /version        rest/metrics    /metrics

import { ApiError } from "../api/errors.ts";
import type { RestRequest, RestResponse, RestTransport } from "../api/transport.ts";
import type { Clock } from "../base/clock.ts";
import { administrator } from "./administrator.ts";
import type { User } from "./authorizer.ts";
import { contentType } from "./rest/body.ts";
import { discovery } from "./rest/discovery.ts";
import { health, version } from "./rest/health.ts";
import { RequestCounts } from "./rest/metrics.ts";
import { openapi } from "./rest/openapi.ts";
import { resourceAt } from "./rest/paths.ts";
import type { Resource } from "./rest/paths.ts";
import { deletion, deletionOfAll } from "./rest/deletes.ts";
import { creation, patching, replacement } from "./rest/writes.ts";
import { reviewAt } from "./rest/reviewkinds.ts";
import { listing, reading, watching } from "./rest/reads.ts";
import { podLog } from "./rest/log.ts";
import { podStreams } from "./rest/streams.ts";
import { readScale, writeScale } from "./rest/scale.ts";
import type { Verbs } from "./verbs.ts";

/** What a handler works with. */
export interface Exchange {
  readonly request: RestRequest;
  readonly verbs: Verbs;
  readonly clock: Clock;
  readonly user: User;
  readonly counts: RequestCounts;
  /** Sent as Warning headers; kubectl prints them. */
  readonly warnings: string[];
}

export function restTransport(o: { verbs: Verbs; clock: Clock }): RestTransport {
  const counts = new RequestCounts(o.verbs.store);
  return async (request) => {
    const response = await answerOrRefuse({
      ...o,
      request,
      user: administrator,
      counts,
      warnings: [],
    });
    counts.add(request, response.status);
    return response;
  };
}

async function answerOrRefuse(exchange: Exchange): Promise<RestResponse> {
  const { request, clock } = exchange;
  try {
    if (!isProtobuf(request)) return await answer(exchange);
    return await answer({ ...exchange, request: await asJson(request, clock) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusal(error, exchange.warnings);
  }
}

function isProtobuf(request: RestRequest): boolean {
  const sent = request.body instanceof Uint8Array;
  return sent && contentType(request) === "application/vnd.kubernetes.protobuf";
}

/** The same request with its body in JSON. Only `serve` has clients that send protobuf. */
async function asJson(request: RestRequest, clock: Clock): Promise<RestRequest> {
  const { protobufValue } = await clock.during(import("./rest/protobuf.ts"));
  const headers = { ...request.headers, "content-type": "application/json" };
  return { ...request, headers, body: protobufValue(request.body as Uint8Array) };
}

async function answer(exchange: Exchange): Promise<RestResponse> {
  const { request, verbs } = exchange;
  if (request.headers["impersonate-user"] !== undefined) exchange = await actingFor(exchange);
  const asked = reviewAt(request.path);
  if (asked !== undefined) return onReview(exchange, asked);
  const resource = resourceAt(request.path, verbs.store);
  if (resource !== undefined) return onResource(exchange, resource);
  await verbs.settle?.(); // what a definition makes is asked for right after it, by scripts
  const late = resourceAt(request.path, verbs.store);
  if (late !== undefined) return onResource(exchange, late);
  const known =
    version(request) ??
    health(request) ??
    exchange.counts.answer(request) ??
    discovery(exchange) ??
    (await openapi(exchange));
  if (known === undefined) return nowhere;
  if (request.method !== "GET") throw notAllowed();
  return known;
}

async function onResource(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request } = exchange;
  const { name, subresource } = resource;
  const watches = ["true", "1"].includes(request.query.get("watch") ?? "");
  if (subresource === "log" && request.method === "GET") return podLog(exchange, resource);
  if (subresource === "exec" || subresource === "attach") {
    if (request.method === "GET" || request.method === "POST")
      return podStreams(exchange, resource);
    throw notAllowed();
  }
  if (subresource === "eviction" || subresource === "binding") {
    if (request.method !== "POST") throw notAllowed();
    const actions = await exchange.clock.during(import("./rest/podactions.ts"));
    return actions[subresource === "eviction" ? "podEviction" : "podBinding"](exchange, resource);
  }
  if (subresource === "scale") {
    if (request.method === "GET") return readScale(exchange, resource);
    if (request.method === "PUT" || request.method === "PATCH") {
      return writeScale(exchange, resource);
    }
    throw notAllowed();
  }
  switch (request.method) {
    case "GET":
      if (watches && subresource === undefined) return watching(exchange, resource);
      return name === undefined ? listing(exchange, resource) : reading(exchange, resource);
    case "POST":
      if (name !== undefined) throw notAllowed();
      return creation(exchange, resource);
    case "PUT":
      if (name === undefined) throw notAllowed();
      return replacement(exchange, resource);
    case "PATCH":
      if (name === undefined) throw notAllowed();
      return patching(exchange, resource);
    case "DELETE":
      if (subresource !== undefined) throw notAllowed();
      return name === undefined ? deletionOfAll(exchange, resource) : deletion(exchange, resource);
  }
}

/** The exchange as that of the user named, once it is known to be allowed. */
async function actingFor(exchange: Exchange): Promise<Exchange> {
  const { request, verbs, clock } = exchange;
  const { checkAllowed, impersonated } = await clock.during(import("./rest/authorize.ts"));
  const as = { ...exchange, user: impersonated(request) };
  const asked = reviewAt(request.path);
  const resource = asked
    ? { kind: asked.review, namespace: asked.namespace, name: undefined, subresource: undefined }
    : resourceAt(request.path, verbs.store);
  checkAllowed(as, resource);
  return as;
}

async function onReview(
  exchange: Exchange,
  { review, namespace }: NonNullable<ReturnType<typeof reviewAt>>,
): Promise<RestResponse> {
  if (exchange.request.method !== "POST") throw notAllowed();
  const { reviewed } = await exchange.clock.during(import("./rest/reviews.ts"));
  return reviewed(exchange, review, namespace);
}

function notAllowed(): ApiError {
  const message = "the server does not allow this method on the requested resource";
  return new ApiError("MethodNotAllowed", message, {});
}

function refusal(error: ApiError, warnings: readonly string[]): RestResponse {
  const retry = error.details?.retryAfterSeconds;
  return {
    status: error.code,
    headers: {
      "content-type": "application/json",
      ...(retry !== undefined && { "retry-after": String(retry) }),
    },
    warnings,
    body: error.toStatus(),
  };
}

/** What Go's mux says about a path that nobody serves. */
const nowhere: RestResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  warnings: [],
  body: "404 page not found\n",
};
