// The claims about requests that a check sends itself:
//
//   GET http://example.com/web → 200 @frontend-service via Ingress
//   GET http://example.com/ [Canary: always] [Cookie: a=b] → 200 @backend-v2
//   POST http://example.com/upload sending 2m → 413
//   GET http://example.com/site.css → 200 with content-type ~ "text/css" without x-robots
//   GET http://example.com/ → 200 with body ~ "hello"
//   GET https://example.com/ trusting Secret default/my-site → 200   (or: trusting home)
//   GET https://example.com/ → untrusted
//   share GET http://example.com/ x200 → 6..14% @backend-v2

import type { HeaderField } from "../net/http/message.ts";
import { arrow, expected, key, outcomeOf, unquote, type Outcome } from "./notation.ts";

/** What is sent. */
export interface RequestOrder {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderField[];
  /** Size of the body, 0 for none. */
  readonly bodyBytes: number;
  /**
   * Whom the sender believes beside the laptop's authorities: "home" for all certificates in the
   * learner's home folder, "namespace/name" for those in that Secret.
   */
  readonly trusting?: string;
}

/** Something that the answer must have, or must not have. */
export interface AnswerPart {
  /** A header's name in lower case, or "body". */
  readonly name: string;
  readonly operator: "~" | "==" | "absent";
  readonly value: string;
}

export interface RequestClaim {
  readonly claim: "request";
  readonly order: RequestOrder;
  readonly outcome: Outcome;
  /** The Service whose Pod must have answered: "frontend-service" or "ns/name". */
  readonly service: string | undefined;
  /** Whether a rule of an Ingress must have sent it there; a key names which. */
  readonly via: string | undefined;
  readonly answer: readonly AnswerPart[];
}

export interface ShareClaim {
  readonly claim: "share";
  readonly order: RequestOrder;
  readonly times: number;
  /** Per cent, both included. */
  readonly from: number;
  readonly to: number;
  readonly service: string;
}

/** What follows the method: URL, headers, body, arrow, outcome and what else must be so. */
export function parseRequest(method: string, rest: string): RequestClaim {
  const [head, after] = arrow(rest);
  const order = parseOrder(method, head);
  const words = after.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const outcome = outcomeOf(words.shift() ?? "");
  let service: string | undefined;
  let via: string | undefined;
  const answer: AnswerPart[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.startsWith("@")) service = word.slice(1);
    else if (word === "via" && words[0] === "Ingress") {
      words.shift();
      via = isKey(words[0]) ? words.shift()! : "*";
    } else if (word === "with") answer.push(partOf(words));
    else if (word === "without" && words[0] !== undefined) {
      answer.push({ name: words.shift()!.toLowerCase(), operator: "absent", value: "" });
    } else {
      throw expected(
        `"@service", "via Ingress [namespace/name]", "with NAME ~ VALUE" or "without NAME"`,
        word,
      );
    }
  }
  return { claim: "request", order, outcome, service, via, answer };
}

/** What follows the word "share". */
export function parseShare(rest: string): ShareClaim {
  const [head, after] = arrow(rest);
  const match = /^([A-Z]+) (.+) x(\d+)$/.exec(head);
  const wanted = /^(\d+)\.\.(\d+)% @(\S+)$/.exec(after);
  if (!match || !wanted) throw expected("METHOD URL xN → FROM..TO% @service", rest);
  return {
    claim: "share",
    order: parseOrder(match[1]!, match[2]!),
    times: Number(match[3]),
    from: Number(wanted[1]),
    to: Number(wanted[2]),
    service: wanted[3]!,
  };
}

/** Whether an Ingress is named next; "with" and "without" go on to the answer. */
function isKey(word: string | undefined): boolean {
  return word !== undefined && key.test(word) && word !== "with" && word !== "without";
}

function partOf(words: string[]): AnswerPart {
  const [name = "", operator = "", value] = words.splice(0, 3);
  if (value === undefined || (operator !== "~" && operator !== "==")) {
    throw expected('with NAME ~ "words" (also ==)', `with ${name} ${operator} ${value ?? ""}`);
  }
  return { name: name.toLowerCase(), operator, value: unquote(value) };
}

function parseOrder(method: string, head: string): RequestOrder {
  const headers: HeaderField[] = [];
  let bodyBytes = 0;
  let trusting: string | undefined;
  const url = head
    .replace(/ trusting (home|Secret (\S+))$/, (_, whom: string, secret?: string) => {
      trusting = secret ?? whom;
      return "";
    })
    .replace(/ \[([\w-]+): ([^\]]*)\]/g, (_, name: string, value: string) => {
      headers.push([name, value]);
      return "";
    })
    .replace(/ sending (\d+)([km]?)$/, (_, size: string, unit: string) => {
      bodyBytes = Number(size) * { "": 1, k: 1_024, m: 1_048_576 }[unit as "" | "k" | "m"];
      return "";
    });
  if (!/^https?:\/\/[^\s/]+\S*$/.test(url)) {
    throw expected("a URL such as http://example.com/", url);
  }
  return { method, url, headers, bodyBytes, ...(trusting !== undefined && { trusting }) };
}
