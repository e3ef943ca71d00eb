// get, list and watch. Models apiserver pkg/endpoints/handlers/{get,watch}.go.

import { ApiError } from "../../api/errors.ts";
import type { WatchEvent } from "../../api/client.ts";
import { makeKey } from "../../api/object.ts";
import type { Kind } from "../../api/kinds/kind.ts";
import type { Obj } from "../../api/object.ts";
import type { RestRequest, RestResponse } from "../../api/transport.ts";
import type { Exchange } from "../rest.ts";
import { tooLarge } from "../changelog.ts";
import { badRequest, notFound } from "../refusals.ts";
import { selection } from "../selection.ts";
import { listAnswer, objectAnswer, transformed } from "./answers.ts";
import { Channel } from "./channel.ts";
import { formOf } from "./negotiate.ts";
import type { Form } from "./negotiate.ts";
import { pageOf } from "./paging.ts";
import type { Resource } from "./paths.ts";
import { tableOf } from "./table.ts";

/** How often an idle watch says how far it is, when asked to. */
const bookmarkMs = 60_000;

export async function reading(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { kind, namespace, name } = resource;
  checkRevision(exchange, revisionOf(exchange.request));
  const form = formOf(exchange.request);
  const object = exchange.verbs.get(kind, makeKey(namespace, name!));
  if (object === undefined) throw notFound(kind, name!);
  return objectAnswer(exchange, { kind, object, form });
}

export async function listing(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs } = exchange;
  const { kind } = resource;
  const form = formOf(request);
  checkRevision(exchange, revisionOf(request));
  const { items, metadata } = pageOf(verbs.store, kind, request.query, selected(resource, request));
  return listAnswer(exchange, { kind, items, metadata, form });
}

/** A stream of `{"type", "object"}`, from the resourceVersion given, or from now on. */
export async function watching(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, clock, warnings } = exchange;
  const form = formOf(request);
  const show = form.as === undefined ? await exchange.verbs.managedFields() : undefined;
  const stream = new Watching(exchange, resource, { form, show });
  const seconds = Number(request.query.get("timeoutSeconds") ?? 0);
  if (seconds > 0) {
    const timer = clock.after(1_000 * seconds, () => stream.events.close());
    stream.events.whenClosed(() => timer.cancel());
  }
  const close = (): void => stream.events.close();
  if (request.signal?.aborted) close();
  else request.signal?.addEventListener("abort", close, { once: true });
  stream.start();
  const headers = { "content-type": "application/json" };
  return { status: 200, headers, warnings, stream: stream.events };
}

class Watching {
  readonly events = new Channel<{ type: string; object: unknown }>();
  readonly #exchange: Exchange;
  readonly #resource: Resource;
  readonly #form: Form;
  /** Puts managedFields in; absent where nobody sees them. */
  readonly #show: (<T extends Obj>(kind: Kind, object: T) => T) | undefined;
  /** Column definitions come with the first Table only. */
  #first = true;

  constructor(
    exchange: Exchange,
    resource: Resource,
    { form, show }: { form: Form; show: (<T extends Obj>(kind: Kind, object: T) => T) | undefined },
  ) {
    this.#exchange = exchange;
    this.#resource = resource;
    this.#form = form;
    this.#show = show;
  }

  start(): void {
    const { request, verbs } = this.#exchange;
    const { kind } = this.#resource;
    const options = selected(this.#resource, request);
    const wanted = revisionOf(request);
    const { items, resourceVersion } = verbs.list(kind, options);
    const initial = wanted === 0 || request.query.get("sendInitialEvents") === "true";
    if (initial) for (const object of items) this.#send({ type: "ADDED", object });
    if (request.query.get("sendInitialEvents") === "true") this.#bookmark(resourceVersion, true);
    const since = initial ? resourceVersion : String(wanted);
    const watch = verbs.watch(
      kind,
      { ...options, since },
      (event) => this.#send(event),
      (error) => this.#fail(error),
    );
    this.events.whenClosed(() => watch.stop());
    if (request.query.get("allowWatchBookmarks") === "true") this.#bookmarkLater();
  }

  #send(event: WatchEvent<Obj>): void {
    if (event.type === "BOOKMARK") return;
    const { request, clock } = this.#exchange;
    const { kind } = this.#resource;
    const given = this.#show?.(kind, event.object) ?? event.object;
    const object = transformed(kind, given, this.#form, request, clock, this.#first);
    this.#first = false;
    this.events.push({ type: event.type, object });
  }

  #fail(error: Error): void {
    if (!(error instanceof ApiError)) throw error;
    this.events.push({ type: "ERROR", object: error.toStatus() });
    this.events.close();
  }

  #bookmarkLater(): void {
    const { clock, verbs } = this.#exchange;
    const timer = clock.after(bookmarkMs, () => {
      this.#bookmark(String(verbs.store.revision), false);
      if (!this.events.closed) this.#bookmarkLater();
    });
    this.events.whenClosed(() => timer.cancel());
  }

  #bookmark(resourceVersion: string, initialEnd: boolean): void {
    const { kind } = this.#resource;
    const annotations = { "k8s.io/initial-events-end": "true" };
    const metadata = { resourceVersion, ...(initialEnd && { annotations }) };
    const options = { nowMs: 0, metadata, include: "None", definitions: false } as const;
    const object =
      this.#form.as === "Table"
        ? tableOf(kind, [], options)
        : { kind: kind.kind, apiVersion: kind.apiVersion, metadata };
    this.events.push({ type: "BOOKMARK", object });
  }
}

/** The query's selection; a name in the path of a watch selects as well. */
function selected(
  resource: Resource,
  { query }: RestRequest,
): {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
} {
  const { kind, namespace, name } = resource;
  const labelSelector = query.get("labelSelector") ?? "";
  const fields = [query.get("fieldSelector") ?? "", name ? `metadata.name=${name}` : ""];
  const fieldSelector = fields.filter((one) => one !== "").join(",");
  const options = {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== "" && { labelSelector }),
    ...(fieldSelector !== "" && { fieldSelector }),
  };
  selection(kind, options); // refuses what cannot be parsed before a stream is opened
  return options;
}

function revisionOf({ query }: RestRequest): number {
  const wanted = query.get("resourceVersion") ?? "";
  if (!/^\d*$/.test(wanted)) throw badRequest(`Invalid value: "${wanted}": must be a number`);
  return Number(wanted);
}

function checkRevision({ verbs }: Exchange, wanted: number): void {
  if (wanted > verbs.store.revision) throw tooLarge(wanted, verbs.store.revision);
}
