// What a claim is judged by: the cluster, requests sent for the purpose, and what the learner
// has done and seen since the lesson began.

import { EndpointSlice, serviceNameLabel } from "../api/kinds/endpointslice.ts";
import type { Client } from "../api/client.ts";
import type { Key } from "../api/object.ts";
import type { HeaderField } from "../net/http/message.ts";
import type { Hop } from "../net/trace.ts";
import type { Ending, Order } from "./visit.ts";

/** A finished request as the lesson remembers it. */
export interface Visit {
  readonly method: string;
  /** Normalised: always with a path. */
  readonly url: string;
  /** Cluster time, milliseconds. */
  readonly finishedAt: number;
  /** "200", or the fault: "refused". */
  readonly ending: string;
  readonly hops: readonly Hop[];
  /** The Services whose Pod answered, "namespace/name". */
  readonly services: readonly Key[];
  /** What came back, of a check's own requests. */
  readonly answer?: { readonly headers: readonly HeaderField[]; readonly body: string };
}

export interface Evidence {
  readonly client: Client;
  now(): number;
  /** The learner's requests since the lesson began, oldest first. */
  readonly visits: readonly Visit[];
  /** What the learner looked at: "ingressclasses", "pods -A", "log default/web-1". */
  readonly seen: ReadonlySet<string>;
  /** Command lines, oldest first. */
  readonly commands: readonly string[];
  /** Ids of the questions answered. */
  readonly answered: ReadonlySet<string>;
  /** Sends a request of the lesson's own, which is no guest, and waits so long for an answer. */
  probe(order: Order, patienceMs: number): Promise<Visit>;
  /** Whether an object (by uid) was there when the step began. */
  wasThere(uid: string): boolean;
}

/** The Pod that gave the answer, "namespace/name": the innermost one that responded. */
function answeringPod(hops: readonly Hop[]): Key | undefined {
  const first = hops.find((hop) => hop.did === "respond");
  return first?.by.startsWith("pod/") ? first.by.slice("pod/".length) : undefined;
}

/**
 * The object whose rule led the request: "Ingress default/simple-fanout". Undefined when no rule
 * fitted: the controller's own default backend stands in no field of any object.
 */
export function leadingRule(hops: readonly Hop[]): string | undefined {
  const winner = hops.find((hop) => hop.did === "match")?.winner;
  return winner && winner.field !== "" ? winner.object : undefined;
}

/** The Services that have this Pod among their endpoints, now. */
async function servicesOf(client: Client, pod: Key | undefined): Promise<Key[]> {
  if (pod === undefined) return [];
  const [namespace = "", name] = pod.split("/");
  const { items } = await client.list(EndpointSlice, { namespace });
  const found = items
    .filter((slice) => slice.endpoints.some((one) => one.targetRef?.name === name))
    .flatMap((slice) => slice.metadata.labels?.[serviceNameLabel] ?? [])
    .map((service) => `${namespace}/${service}`);
  return [...new Set(found)];
}

/** What the lesson remembers of a request that has ended. */
export async function remember(
  client: Client,
  { method, url, finishedAt, hops }: Omit<Visit, "ending" | "services" | "answer">,
  ending: Ending,
): Promise<Visit> {
  return {
    method,
    finishedAt,
    hops,
    url: URL.canParse(url) ? new URL(url).href : url,
    ending: "status" in ending ? String(ending.status) : ending.fault,
    services: await servicesOf(client, answeringPod(hops)),
    ...("status" in ending && { answer: { headers: ending.headers, body: ending.body } }),
  };
}
