// The check notation: one claim about the cluster, its traffic or what the learner has seen,
// written in a line and parsed into data.
//
//   GET http://example.com/web → 200 @frontend-service via Ingress
//   GET http://example.com/ → refused          (headers, bodies, shares: claim-request.ts)
//   obj Ingress default/simple-fanout
//   obj Ingress default/* status.loadBalancer.ingress[0].ip
//   obj Deployment default/backend spec.replicas == 3
//   ready Deployment ingress-nginx/ingress-nginx-controller
//   log ~ "Backend successfully reloaded" in controller
//   new Pod default/backend-*          (made since the step began)
//   guest GET http://example.com/web* → refused x2      (the learner's own requests)
//   last * http://example.com/* → 503  (the latest of them, just now)
//   ask lobby                 (the question "lobby" was answered)
//   seen ingressclasses       (the learner looked at it, whatever way)
//   did ~ "helm install"      (a command line; for wrong turns only, never for checks)
//   ! GET http://example.org/web → 200
//
// An outcome is a status (200), a class of them (4xx), or what happened instead of one:
// refused, timeout, unresolved, reset, served (2xx or 3xx), failed (all else).

import { parseRequest, parseShare, type RequestClaim, type ShareClaim } from "./claim-request.ts";
import { arrow, ClaimError, expected, key, outcomeOf, unquote, type Outcome } from "./notation.ts";

export type Claim = { readonly not: boolean; readonly text: string } & ClaimBody;

type ClaimBody =
  | RequestClaim
  | ShareClaim
  | {
      readonly claim: "object";
      readonly kind: string;
      /** "namespace/name", "name", each part with * as a wildcard. */
      readonly key: string;
      readonly field: FieldClaim | undefined;
    }
  | { readonly claim: "ready" | "new"; readonly kind: string; readonly key: string }
  | { readonly claim: "log"; readonly words: string; readonly source: string }
  | {
      readonly claim: "guest";
      readonly method: string;
      /** With * as a wildcard. */
      readonly url: string;
      readonly outcome: Outcome;
      readonly service: string | undefined;
      readonly times: number;
      /** Only the latest guest counts, and only shortly after it was answered. */
      readonly last: boolean;
    }
  | { readonly claim: "asked"; readonly question: string }
  | { readonly claim: "seen"; readonly what: string }
  | { readonly claim: "did"; readonly words: string };

export interface FieldClaim {
  /** "spec.rules[0].host"; [*] is any element, [type=Ready] the one with that field. */
  readonly path: string;
  readonly operator: "exists" | "==" | "!=" | ">=" | "<=" | "~";
  readonly value: string;
}

/** Parses one claim. Throws ClaimError, saying what was expected and what was seen. */
export function parseClaim(source: string): Claim {
  const text = source.trim().replace(/\s+/g, " ");
  const not = text.startsWith("!");
  const rest = not ? text.slice(1).trim() : text;
  return { not, text, ...parseBody(rest) };
}

function parseBody(text: string): ClaimBody {
  const [word = ""] = text.split(" ", 1);
  const rest = text.slice(word.length).trim();
  if (/^[A-Z]+$/.test(word)) return parseRequest(word, rest);
  switch (word) {
    case "obj":
      return parseObject(rest);
    case "ready":
    case "new": {
      const [kind, name] = kindAndKey(rest);
      return { claim: word, kind, key: name };
    }
    case "log":
      return parseLog(rest);
    case "share":
      return parseShare(rest);
    case "guest":
    case "last":
      return parseGuest(rest, word === "last");
    case "ask":
      return { claim: "asked", question: one(rest, "the id of a question") };
    case "seen":
      return { claim: "seen", what: some(rest, "what was looked at, e.g. ingressclasses") };
    case "did":
      return { claim: "did", words: quoted(rest.replace(/^~\s*/, ""), `~ "words"`) };
    default:
      throw new ClaimError(
        `expected a claim (GET URL → …, obj, ready, new, log, share, guest, last, ask, seen, did), saw "${text}"`,
      );
  }
}

function parseGuest(rest: string, last: boolean): ClaimBody {
  const [head, after] = arrow(rest);
  const [method = "", url = "", ...more] = head.split(" ");
  if (!/^([A-Z]+|\*)$/.test(method) || url === "" || more.length > 0) {
    throw expected("METHOD URL → outcome", rest);
  }
  const words = after.split(" ");
  const outcome = outcomeOf(words.shift() ?? "");
  let times = 1;
  let service: string | undefined;
  for (const word of words) {
    if (word.startsWith("@")) service = word.slice(1);
    else if (/^x\d+$/.test(word)) times = Number(word.slice(1));
    else throw expected(`"@service" or "xN"`, word);
  }
  return { claim: "guest", method, url, outcome, service, times, last };
}

function parseObject(rest: string): ClaimBody {
  const [kind, name, tail] = kindAndKey(rest);
  if (tail === "") return { claim: "object", kind, key: name, field: undefined };
  const match = /^(\S+)(?: (==|!=|>=|<=|~) (.+))?$/.exec(tail);
  if (!match) throw expected("field, or field == value (also != >= <= ~)", tail);
  const [, path = "", operator = "exists", value = ""] = match;
  return {
    claim: "object",
    kind,
    key: name,
    field: { path, operator: operator as FieldClaim["operator"], value: unquote(value) },
  };
}

function parseLog(rest: string): ClaimBody {
  const match = /^~ ("(?:[^"\\]|\\.)*") in (\S+)$/.exec(rest);
  if (!match) throw expected(`~ "words" in controller (or in NAMESPACE/DEPLOYMENT)`, rest);
  return { claim: "log", words: unquote(match[1]!), source: match[2]! };
}

function kindAndKey(rest: string): [kind: string, key: string, tail: string] {
  const [kind = "", name = "", ...tail] = rest.split(" ");
  if (!/^[A-Z][A-Za-z]+$/.test(kind)) throw expected("a kind such as Ingress", rest);
  if (!key.test(name)) throw expected("namespace/name, parts may be *", rest);
  return [kind, name, tail.join(" ")];
}

function quoted(text: string, wanted: string): string {
  if (!/^"(?:[^"\\]|\\.)+"$/.test(text)) throw expected(wanted, text);
  return unquote(text);
}

function one(text: string, wanted: string): string {
  if (!/^\S+$/.test(text)) throw expected(wanted, text);
  return text;
}

function some(text: string, wanted: string): string {
  if (text === "") throw expected(wanted, text);
  return text;
}
