// A request told in one sentence or two, from its hops: for the eye and for screen readers.

import { printAddress } from "../net/address.ts";
import type { NetFault } from "../net/errors.ts";
import type { Deed, Hop } from "../net/trace.ts";

type Did<D extends Deed["did"]> = Hop & { did: D };

export interface Told {
  readonly number: number;
  readonly method: string;
  readonly url: string;
  readonly hops: readonly Hop[];
  readonly done: boolean;
  /** Why there is no answer, when the client itself gave up. */
  readonly error?: string | undefined;
}

/** "Guest 3: GET http://example.com/api. Line … of simple-fanout led to backend-service; …" */
export function storyOf(guest: Told): string {
  const begin = `Guest ${guest.number}: ${guest.method} ${guest.url}`;
  if (!guest.done) return `${begin} is on the way.`;
  return `${begin}. ${outcomeOf(guest)}`;
}

function outcomeOf({ hops, url, error }: Told): string {
  const match = hops.findLast((hop): hop is Did<"match"> => hop.did === "match");
  const answer = lastAnswer(hops);
  if (!answer) return failureOf(hops, url, error);
  const said = `${answer.status}`;
  const who = whoOf(answer.by);
  if (!match) return `${who} answered ${said}.`;
  if (!match.winner || match.winner.field === "") {
    return `No line of any card fits ${match.host}${match.path}; the concierge answered ${said}.`;
  }
  const line = `${lineOf(match.winner.rule)} on ${nameOf(match.winner.object)}`;
  const inner = hops.find((hop): hop is Did<"respond"> => hop.did === "respond");
  if (inner && inner.by !== match.by) {
    return `The line ${line} led to ${whoOf(inner.by)}, which answered ${said}.`;
  }
  const why = answer.why === "" ? "" : ` (${answer.why})`;
  return `The line ${line} fits, but the concierge answered ${said}${why}.`;
}

function failureOf(hops: readonly Hop[], url: string, error: string | undefined): string {
  const refused = hops.findLast((hop): hop is Did<"refuse"> => hop.did === "refuse");
  const name = hops.findLast((hop): hop is Did<"resolve"> => hop.did === "resolve");
  if (name && name.ips.length === 0) return `Nobody in the street knows the name ${name.name}.`;
  if (refused) return `${faultWords[refused.fault]} at ${printAddress(refused.to)}.`;
  if (error !== undefined) return sentence(error);
  return `No answer came back from ${URL.canParse(url) ? new URL(url).host : url}.`;
}

/** "the desk is closed" → "The desk is closed." */
function sentence(words: string): string {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

const faultWords: Record<NetFault, string> = {
  refused: "Connection refused: nobody listens",
  timeout: "No answer: nobody is there",
  unreachable: "No way leads there: no route",
  reset: "The connection was cut",
  closed: "The connection was closed",
  taken: "The address is taken",
  ended: "The connection ended without a word",
  unresolved: "No such name",
};

/** The status that the client saw: the outermost answer. */
export function lastAnswer(hops: readonly Hop[]): Did<"respond"> | undefined {
  return hops.findLast((hop): hop is Did<"respond"> => hop.did === "respond");
}

/** For a failure without a status, curl's words; undefined when there was an answer. */
export function curlWords(hops: readonly Hop[], typed: string): string | undefined {
  if (lastAnswer(hops)) return undefined;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  const host = url?.hostname ?? typed;
  const port = url?.port || (url?.protocol === "https:" ? "443" : "80");
  const name = hops.findLast((hop): hop is Did<"resolve"> => hop.did === "resolve");
  if (name && name.ips.length === 0) return `(6) Could not resolve host: ${host}`;
  const refused = hops.findLast((hop): hop is Did<"refuse"> => hop.did === "refuse");
  const afterMs = Math.round((hops.at(-1)?.at ?? 0) - (hops[0]?.at ?? 0));
  if (refused) {
    const code = refused.fault === "timeout" ? 28 : 7;
    const words = `Failed to connect to ${host} port ${port} after ${afterMs} ms`;
    return `(${code}) ${words}: Couldn't connect to server`;
  }
  return "(52) Empty reply from server";
}

/** "pod/default/backend-7c" → "Pod backend-7c" */
function whoOf(actor: string): string {
  const [kind = "", ...rest] = actor.split("/");
  return kind === "pod" ? `Pod ${rest.at(-1)}` : actor;
}

function lineOf(rule: string): string {
  return `“${rule}”`;
}

/** "Ingress default/simple-fanout" → "simple-fanout" */
function nameOf(object: string): string {
  return object.slice(object.lastIndexOf("/") + 1);
}
