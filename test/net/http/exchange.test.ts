// Requests and answers over the virtual network: what a client and a server see of each other.

import { describe, expect, test } from "vitest";
import { text, utf8 } from "../../../src/base/bytes.ts";
import { HttpError } from "../../../src/net/http/message.ts";
import type { Answer } from "../../../src/net/http/server.ts";
import { Trace } from "../../../src/net/trace.ts";
import { converse, street } from "./street.ts";

const host = [["Host", "example.com"]] as const;

async function* pieces(...texts: string[]): AsyncIterable<Uint8Array> {
  for (const piece of texts) yield utf8(piece);
}

describe("one exchange", () => {
  test("content goes there and back, and both are on the trace", async () => {
    const place = await street({
      handle: async ({ method, target, body }) => ({
        status: 201,
        headers: [["X-Seen", `${method} ${target}`]],
        body: `got ${text(await body.bytes())}`,
        why: "made",
      }),
    });
    const client = await place.client();
    const response = await place.clock.finish(
      client.send({ method: "POST", target: "/a?b=1", headers: host, body: "room" }),
    );
    expect(response.headers).toEqual([
      ["X-Seen", "POST /a?b=1"],
      ["Content-Length", "8"],
    ]);
    expect(`${response.status} ${response.reason}`).toBe("201 Created");
    expect(text(await place.clock.finish(response.body.bytes()))).toBe("got room");
    expect(client.reusable).toBe(true);
    expect(place.trace.hops.map((hop) => `${hop.by} ${hop.did}`)).toEqual([
      "pod/default/caller connect",
      "pod/default/web-1 request",
      "pod/default/web-1 respond",
    ]);
    expect(place.trace.hops[2]).toMatchObject({ status: 201, why: "made", bodyBytes: 8 });
  });

  test("streams travel in chunks, both ways", async () => {
    const place = await street({ handle: async ({ body }) => ({ status: 200, body }) });
    const client = await place.client();
    const response = await place.clock.finish(
      client.send({ method: "PUT", target: "/", headers: host, body: pieces("one ", "", "two") }),
    );
    expect(response.headers).toEqual([["Transfer-Encoding", "chunked"]]);
    expect(text(await place.clock.finish(response.body.bytes()))).toBe("one two");
    expect(client.reusable).toBe(true);
  });

  test("a further request on the same connection has a trace of its own", async () => {
    const place = await street({ handle: async () => ({ status: 204 }) });
    const connection = await place.dial();
    const { HttpClient } = await import("../../../src/net/http/client.ts");
    const client = new HttpClient(connection);
    await place.clock.finish(client.send({ method: "GET", target: "/1", headers: host }));
    const second = new Trace({ id: "2", now: () => 0 });
    connection.trace = second;
    await place.clock.finish(client.send({ method: "GET", target: "/2", headers: host }));
    expect(place.trace.hops.map(({ did }) => did)).toEqual(["connect", "request", "respond"]);
    expect(second.hops.map(({ did }) => did)).toEqual(["request", "respond"]);
  });
});

describe("a server's answers, as bytes", () => {
  const get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const answers: readonly (readonly [string, string, Answer, string])[] = [
    ["text", `${get}\r\n`, { status: 200, body: "hi" }, "200 OK|Content-Length: 2||hi"],
    ["nothing", `${get}\r\n`, { status: 200, body: "" }, "200 OK|Content-Length: 0||"],
    ["204", `${get}\r\n`, { status: 204, body: "no" }, "204 No Content||"],
    ["304", `${get}\r\n`, { status: 304, body: "no" }, "304 Not Modified|Content-Length: 2||"],
    [
      "own reason",
      `${get}\r\n`,
      { status: 200, reason: "Fine", body: "" },
      "200 Fine|Content-Length: 0||",
    ],
    ["unnamed status", `${get}\r\n`, { status: 299, body: "" }, "299 |Content-Length: 0||"],
    [
      "HEAD",
      "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
      { status: 200, body: "hi" },
      "200 OK|Content-Length: 2||",
    ],
    [
      "close asked for",
      `${get}Connection: close\r\n\r\n`,
      { status: 200, body: "" },
      "200 OK|Connection: close|Content-Length: 0||",
    ],
    [
      "HTTP/1.0",
      "GET / HTTP/1.0\r\n\r\n",
      { status: 200, body: "" },
      "200 OK|Connection: close|Content-Length: 0||",
    ],
    [
      "HTTP/1.0 kept alive",
      "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
      { status: 200, body: "" },
      "200 OK|Connection: keep-alive|Content-Length: 0||",
    ],
    [
      "split by a value",
      `${get}\r\n`,
      { status: 200, headers: [["Location", "/\r\nSet-Cookie: a=b"]], body: "" },
      `500 Internal Server Error|Content-Type: text/plain|Content-Length: 88||500 Internal Server Error: invalid value of header Location: "/\\r\\nSet-Cookie: a=b"\n`,
    ],
    [
      "a wrong length",
      `${get}\r\n`,
      { status: 200, headers: [["Content-Length", "7"]], body: "hi" },
      "500 Internal Server Error|Content-Type: text/plain|Content-Length: 84||500 Internal Server Error: Content-Length is 7, the content has 2 bytes\n",
    ],
  ];

  test.each(answers)("%s", async (_name, request, answer, wanted) => {
    const place = await street({ handle: async () => answer });
    const seen = await converse(place, request);
    const [head = "", body = ""] = seen.split("\r\n\r\n");
    expect(`${head.replace("HTTP/1.1 ", "").split("\r\n").join("|")}||${body}`).toBe(
      wanted.replace(/Content-Length: (\d\d)/, (_all, _n) => `Content-Length: ${body.length}`),
    );
    expect(place.network.connections).toBe(0);
  });

  test("streams to HTTP/1.0 end with the connection", async () => {
    const place = await street({ handle: async () => ({ status: 200, body: pieces("a", "b") }) });
    const seen = await converse(place, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    expect(seen).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab");
  });

  test("an HttpError from a handler is its answer, anything else 500", async () => {
    const place = await street({
      handle: async ({ target }) => {
        throw target === "/big" ? new HttpError(413, "too big") : new TypeError("oops");
      },
    });
    expect(await converse(place, `GET /big HTTP/1.1\r\nHost: a\r\n\r\n`)).toContain(" 413 ");
    expect(await converse(place, `${get}\r\n`)).toContain(" 500 ");
  });
});
