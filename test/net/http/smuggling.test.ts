// What a request decoder makes of requests that two servers could read differently, each with
// what RFC 9112 says about it. Notation: \r\n is written as "|"; the answer is the status of the
// refusal, or the messages read.

import { describe, expect, test } from "vitest";
import { latin1 } from "../../../src/base/bytes.ts";
import { RequestDecoder } from "../../../src/net/http/decoder.ts";
import { HttpError } from "../../../src/net/http/message.ts";
import { fromLatin1 } from "./street.ts";

type Row = readonly [name: string, request: string, answer: string, rfc: string];

const framing: readonly Row[] = [
  ["a length", "POST / HTTP/1.1|Host: a|Content-Length: 2||hi", "POST / [hi]", "6.2"],
  [
    "leading zeros",
    "POST / HTTP/1.1|Host: a|Content-Length: 0002||hi",
    "POST / [hi]",
    "9110 8.6: 1*DIGIT",
  ],
  [
    "no length",
    "GET / HTTP/1.1|Host: a||GET /b HTTP/1.1|Host: a||",
    "GET / [] GET /b []",
    "6.3 (7): no content",
  ],
  [
    "CL.TE",
    "POST / HTTP/1.1|Host: a|Content-Length: 3|Transfer-Encoding: chunked||0||",
    "400",
    "6.1: MAY reject",
  ],
  [
    "TE.CL",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 3||0||",
    "400",
    "6.1: MAY reject",
  ],
  [
    "differing lengths",
    "POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 2||hi",
    "400",
    "6.3 (5): MUST",
  ],
  [
    "equal lengths",
    "POST / HTTP/1.1|Host: a|Content-Length: 2|Content-Length: 2||hi",
    "400",
    "9110 8.6: reject or replace",
  ],
  [
    "a list of lengths",
    "POST / HTTP/1.1|Host: a|Content-Length: 2, 2||hi",
    "400",
    "9110 8.6: reject or replace",
  ],
  ["negative length", "POST / HTTP/1.1|Host: a|Content-Length: -1||", "400", "6.3 (5): MUST"],
  ["signed length", "POST / HTTP/1.1|Host: a|Content-Length: +2||hi", "400", "6.3 (5): MUST"],
  ["hexadecimal length", "POST / HTTP/1.1|Host: a|Content-Length: 0x2||hi", "400", "6.3 (5): MUST"],
  ["fractional length", "POST / HTTP/1.1|Host: a|Content-Length: 2.0||hi", "400", "6.3 (5): MUST"],
  ["empty length", "POST / HTTP/1.1|Host: a|Content-Length:||", "400", "6.3 (5): MUST"],
  ["spaced length", "POST / HTTP/1.1|Host: a|Content-Length: 1 2||", "400", "6.3 (5): MUST"],
  [
    "overflowing length",
    "POST / HTTP/1.1|Host: a|Content-Length: 18446744073709551618||hi",
    "400",
    "9110 8.6: MUST anticipate",
  ],
  [
    "vertical tab before chunked",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: \x0bchunked||0||",
    "400",
    "9110 5.5: invalid value",
  ],
  [
    "foreign coding last",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, gzip||0||",
    "400",
    "6.3 (4): MUST",
  ],
  [
    "foreign coding alone",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||",
    "400",
    "6.3 (4): MUST",
  ],
  [
    "foreign coding first",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||",
    "501",
    "6.1: SHOULD",
  ],
  [
    "foreign coding on a line of its own",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip|Transfer-Encoding: chunked||0||",
    "501",
    "6.1: SHOULD",
  ],
  ["identity", "POST / HTTP/1.1|Host: a|Transfer-Encoding: identity||", "400", "6.3 (4): MUST"],
  [
    "chunked twice",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked||0||",
    "400",
    "7.1: MUST NOT be sent",
  ],
  [
    "chunked with a parameter",
    "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked;q=1||0||",
    "400",
    "7.1: SHOULD",
  ],
  ["no coding at all", "POST / HTTP/1.1|Host: a|Transfer-Encoding:||", "400", "6.3 (4): MUST"],
  [
    "capitals",
    "POST / HTTP/1.1|Host: a|TRANSFER-ENCODING: Chunked||0||",
    "POST / []",
    "7: case-insensitive",
  ],
  [
    "chunks for HTTP/1.0",
    "POST / HTTP/1.0|Transfer-Encoding: chunked||0||",
    "400",
    "6.1: MUST treat as faulty",
  ],
  [
    "upgrade and length",
    "GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: x|Content-Length: 2||hi",
    "GET / [hi]",
    "9110 7.8",
  ],
];

const chunks: readonly Row[] = [
  ["two chunks", "2|hi|3|all|0||", "[hi][all]", "7.1"],
  ["capitals and zeros", "00A|0123456789|000||", "[0123456789]", "7.1"],
  ["extensions", '2;a;b=c; d = "e;\\"f" |hi|0;x||', "400", "7.1.1: no white space before CRLF"],
  ["well-formed extensions", '2;a;b=c ; d = "e;\\"f"|hi|0;x||', "[hi]", "7.1.1: MUST ignore"],
  [
    "trailers",
    "0|X-Sum: 1|Content-Length: 9||",
    "[] X-Sum: 1, Content-Length: 9",
    "7.1.2: kept apart",
  ],
  ["a folded trailer", "0|X: 1| 2||", "400", "5.2"],
  ["negative size", "-2|hi|0||", "400", "7.1"],
  ["0x size", "0x2|hi|0||", "400", "7.1"],
  ["no size", "|hi|0||", "400", "7.1"],
  ["a space behind", "2 |hi|0||", "400", "7.1.1: BWS only before a semicolon"],
  ["a space in front", " 2|hi|0||", "400", "7.1"],
  ["overflowing size", "fffffffffffffffff|hi|0||", "400", "7.1: MUST anticipate"],
  ["longer than said", "2|high|0||", "400", "7.1"],
  ["LF only behind the size", "2\nhi|0||", "400", "7.1 and 2.2"],
  ["LF only behind the data", "2|hi\n0||", "400", "7.1 and 2.2"],
  ["CR only behind the size", "2\rhi|0||", "400", "2.2"],
  ["an extension with a LF", "2;\nxx|hi|0||", "400", "7.1.1"],
  ["a control character in an extension", "2;a=\x01|hi|0||", "400", "7.1.1"],
  ["an endless extension", `2;${"a".repeat(2000)}|hi|0||`, "400", "7.1.1: limit"],
  ["many extensions", `${`1;${"a".repeat(900)}|x|`.repeat(20)}0||`, "400", "7.1.1: limit"],
];

const lines: readonly Row[] = [
  ["a space before the colon", "GET / HTTP/1.1|Host : a||", "400", "5.1: MUST"],
  ["a tab before the colon", "GET / HTTP/1.1|Host: a|Content-Length\t: 1||x", "400", "5.1: MUST"],
  [
    "a folded line",
    "GET / HTTP/1.1|Host: a|X: 1| Content-Length: 1||",
    "400",
    "5.2: MUST reject or replace",
  ],
  [
    "space before the first field",
    "GET / HTTP/1.1| Host: a||",
    "400",
    "2.2: MUST reject or ignore",
  ],
  ["a name with a control character", "GET / HTTP/1.1|Ho\x01st: a||", "400", "9110 5.1"],
  ["a name with high bytes", "GET / HTTP/1.1|Host: a|H\xe4: b||", "400", "9110 5.1"],
  ["an empty name", "GET / HTTP/1.1|Host: a|: b||", "400", "9110 5.1"],
  ["no colon", "GET / HTTP/1.1|Host: a|Content-Length 5||", "400", "5"],
  ["NUL in a value", "GET / HTTP/1.1|Host: a|X: a\x00b||", "400", "9110 5.5"],
  ["CR in a value", "GET / HTTP/1.1|Host: a|X: a\rb||", "400", "2.2: MUST"],
  ["LF for CRLF", "GET / HTTP/1.1\nHost: a\n\n", "400", "2.2: MAY accept"],
  ["LF after a field", "GET / HTTP/1.1|Host: a\nX: y||", "400", "2.2: MAY accept"],
  ["CR CR LF", "GET / HTTP/1.1|Host: a\r||", "400", "2.2: MUST"],
  ["one empty line in front", "|GET / HTTP/1.1|Host: a||", "GET / []", "2.2: SHOULD ignore"],
  ["two empty lines in front", "||GET / HTTP/1.1|Host: a||", "400", "2.2: at least one"],
  ["no Host", "GET / HTTP/1.1|X: y||", "400", "3.2: MUST"],
  ["two Hosts", "GET / HTTP/1.1|Host: a|Host: a||", "400", "3.2: MUST"],
  ["two Hosts, HTTP/1.0", "GET / HTTP/1.0|Host: a|Host: b||", "400", "3.2: MUST"],
  ["no Host, HTTP/1.0", "GET / HTTP/1.0||", "GET / []", "3.2"],
  ["an empty Host", "GET / HTTP/1.1|Host:||", "GET / []", "3.2: MUST be sent so"],
  ["a Host with a slash", "GET / HTTP/1.1|Host: a/b||", "400", "3.2: MUST"],
  ["a Host with a user", "GET / HTTP/1.1|Host: u@a||", "400", "3.2: MUST"],
  ["a Host with a port", "GET / HTTP/1.1|Host: a_b.c:8080||", "GET / []", "3.2"],
  ["a Host with a bad port", "GET / HTTP/1.1|Host: a:99999||", "400", "3.2: MUST"],
  ["an IPv6 Host", "GET / HTTP/1.1|Host: [::1]:80||", "GET / []", "3.2"],
  ["two Hosts in one", "GET / HTTP/1.1|Host: a, b||", "400", "3.2: MUST"],
];

const starts: readonly Row[] = [
  ["two spaces", "GET  / HTTP/1.1|Host: a||", "400", "3: SP"],
  ["a tab", "GET\t/ HTTP/1.1|Host: a||", "400", "3: SP"],
  ["a space in the target", "GET /a b HTTP/1.1|Host: a||", "400", "3.2: SHOULD"],
  ["a space behind", "GET / HTTP/1.1 |Host: a||", "400", "3"],
  ["a space in front", " GET / HTTP/1.1|Host: a||", "400", "3"],
  ["no version", "GET /||", "400", "3"],
  ["a method that is no token", "G(T / HTTP/1.1|Host: a||", "400", "3.1"],
  ["an unknown method", "BREW / HTTP/1.1|Host: a||", "BREW / []", "3.1: the handler's matter"],
  ["small letters in the version", "GET / http/1.1|Host: a||", "400", "2.3: case-sensitive"],
  ["HTTP/2", "PRI * HTTP/2.0||SM||", "505", "9110 15.6.6"],
  ["HTTP/0.9", "GET / HTTP/0.9||", "505", "9110 15.6.6"],
  ["HTTP/1.2", "GET / HTTP/1.2|Host: a||", "GET / []", "9110 2.5: as 1.1"],
  ["HTTP/1.10", "GET / HTTP/1.10|Host: a||", "400", "2.3: one digit"],
  ["absolute form", "GET http://b/c HTTP/1.1|Host: a||", "GET http://b/c []", "3.2.2: MUST accept"],
  ["absolute form without a host", "GET http:///c HTTP/1.1|Host: a||", "400", "9110 4.2.1"],
  ["no slash", "GET a HTTP/1.1|Host: a||", "400", "3.2"],
  ["asterisk", "OPTIONS * HTTP/1.1|Host: a||", "OPTIONS * []", "3.2.4"],
  ["asterisk for GET", "GET * HTTP/1.1|Host: a||", "400", "3.2.4"],
  ["authority", "CONNECT a:443 HTTP/1.1|Host: a:443||", "CONNECT a:443 []", "3.2.3"],
  ["a path for CONNECT", "CONNECT /a HTTP/1.1|Host: a||", "400", "3.2.3"],
  ["a fragment", "GET /a#b HTTP/1.1|Host: a||", "400", "3.2.1"],
  [
    "raw UTF-8",
    "GET /\xc3\xa9 HTTP/1.1|Host: a||",
    "GET /\xc3\xa9 []",
    "3.2: SHOULD refuse; nginx takes it",
  ],
  ["NUL in the target", "GET /\x00 HTTP/1.1|Host: a||", "400", "3.2"],
  ["a target too long", `GET /${"a".repeat(9000)} HTTP/1.1|Host: a||`, "414", "3: MUST"],
  ["fields too long", `GET / HTTP/1.1|Host: a|X: ${"a".repeat(40_000)}||`, "431", "6585 5"],
  ["too many fields", `GET / HTTP/1.1|Host: a|${"X: y|".repeat(300)}|`, "431", "6585 5"],
  ["TLS on the wrong door", "\x16\x03\x01\x02\x00\x01\x00", "400", "3"],
];

describe.each([
  ["framing", framing],
  ["lines", lines],
  ["start lines", starts],
])("%s", (_name, rows) => {
  test.each(rows)("%s", (_row, request, answer) => {
    expect(told(request)).toBe(answer);
    expect(told(request, 1)).toBe(answer);
  });
});

describe("chunks", () => {
  test.each(chunks)("%s", (_row, body, answer) => {
    const request = `POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||${body}`;
    const wanted = answer === "400" ? answer : `POST / ${answer.replaceAll("][", "")}`;
    expect(told(request)).toBe(wanted);
    expect(told(request, 1)).toBe(wanted);
  });
});

test.each([
  ["in its head", "GET / HTTP/1.1|Host: a|"],
  ["in its content", "POST / HTTP/1.1|Host: a|Content-Length: 5||hi"],
  ["in a chunk", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||5|hi"],
  ["before the last chunk", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||2|hi|"],
  ["in the trailers", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|X: y|"],
])("a message cut off %s is told", (_where, request) => {
  expect(told(request)).toBe("400");
});

/** `METHOD TARGET [content] trailers` of each message, or the status of the refusal. */
function told(request: string, pieceBytes = Infinity): string {
  const bytes = fromLatin1(request.replaceAll("|", "\r\n"));
  const decoder = new RequestDecoder();
  const out: string[] = [];
  let content = "";
  try {
    for (let at = 0; ; at += pieceBytes) {
      if (at < bytes.length)
        decoder.push(bytes.subarray(at, Math.min(at + pieceBytes, bytes.length)));
      else decoder.finish();
      for (let event; (event = decoder.next());) {
        if (event.type === "head") out.push(event.head.method, event.head.target);
        if (event.type === "data") content += latin1(event.bytes);
        if (event.type !== "end") continue;
        out.push(`[${content}]`);
        content = "";
        const trailers = event.trailers.map(([name, value]) => `${name}: ${value}`);
        if (trailers.length > 0) out.push(trailers.join(", "));
      }
      if (at >= bytes.length) return out.join(" ");
    }
  } catch (error) {
    if (error instanceof HttpError) return String(error.status);
    throw error;
  }
}
