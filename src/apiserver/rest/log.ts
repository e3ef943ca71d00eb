// GET …/pods/NAME/log: text as the container wrote it. Models registry/core/pod/rest/log.go.

import type { LogOptions } from "../../api/client.ts";
import { makeKey } from "../../api/object.ts";
import type { RestResponse } from "../../api/transport.ts";
import type { Exchange } from "../rest.ts";
import type { Resource } from "./paths.ts";

export async function podLog(exchange: Exchange, resource: Resource): Promise<RestResponse> {
  const { request, verbs, warnings } = exchange;
  const { query } = request;
  const container = query.get("container");
  const tailLines = query.get("tailLines");
  const sinceSeconds = query.get("sinceSeconds");
  const options: LogOptions = {
    follow: query.get("follow") === "true",
    previous: query.get("previous") === "true",
    timestamps: query.get("timestamps") === "true",
    ...(container && { container }),
    ...(tailLines && { tailLines: Number(tailLines) }),
    ...(sinceSeconds && { sinceSeconds: Number(sinceSeconds) }),
  };
  const chunks = verbs.log(makeKey(resource.namespace, resource.name!), options);
  const iterator = chunks[Symbol.asyncIterator]();
  const aborted = abortOf(request.signal);
  // A refusal comes with the first read: it is an answer of its own, not a broken stream.
  const first = await Promise.race([iterator.next(), aborted]);
  const headers = { "content-type": "text/plain" };
  return { status: 200, headers, warnings, stream: rest(first, iterator, aborted) };
}

const ended: IteratorResult<Uint8Array> = { done: true, value: undefined };

function abortOf(signal: AbortSignal | undefined): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(ended);
    else signal?.addEventListener("abort", () => resolve(ended), { once: true });
  });
}

async function* rest(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
  aborted: Promise<IteratorResult<Uint8Array>>,
): AsyncIterable<Uint8Array> {
  try {
    for (let next = first; !next.done;) {
      yield next.value;
      next = await Promise.race([iterator.next(), aborted]);
    }
  } finally {
    void iterator.return?.(); // may wait for a read that never ends
  }
}
