// How an HTTP connection lives: pipelining, Expect, upgrade, refusals, who closes when.

import { describe, expect, test } from "vitest";
import { latin1, text, utf8 } from "../../../src/base/bytes.ts";
import type { Connection } from "../../../src/net/connection.ts";
import { NetError } from "../../../src/net/errors.ts";
import { HttpClient } from "../../../src/net/http/client.ts";
import { HttpError } from "../../../src/net/http/message.ts";
import type { ResponseHead } from "../../../src/net/http/message.ts";
import { answerer, caller, converse, fromLatin1, street } from "./street.ts";

const host = [["Host", "a"]] as const;

describe("a server", () => {
  test("answers pipelined requests in order, the slow one first", async () => {
    const place = await street({
      handle: async ({ target, body }) => {
        await body.bytes();
        if (target === "/slow") await place.clock.sleep(500);
        return { status: 200, body: target };
      },
    });
    const seen = await converse(
      place,
      "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" +
        "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" +
        "GET /c HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(seen.match(/HTTP\/1.1 200|\/(slow|b|c)/g)).toEqual([
      ...["HTTP/1.1 200", "/slow", "HTTP/1.1 200", "/b", "HTTP/1.1 200", "/c"],
    ]);
  });

  test.each([
    ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505],
    [`GET /${"x".repeat(10_000)} HTTP/1.1\r\n\r\n`, 414],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(40_000)}\r\n\r\n`, 431],
    ["GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br, chunked\r\n\r\n0\r\n\r\n", 501],
    ["GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n", 417],
    ["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\ncut off", 400],
  ])("refuses %j with %i, closes, and says why on the trace", async (request, status) => {
    const place = await street({
      handle: async ({ body }) => ({ status: 200, body: text(await body.bytes()) }),
    });
    const seen = await converse(place, `${request}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(seen).toContain(`HTTP/1.1 ${status} `);
    if (status !== 417) expect(seen.match(/HTTP\/1.1 \d/g)).toHaveLength(1);
    const hop = place.trace.hops.find(({ did }) => did === "respond");
    expect(hop).toMatchObject({ status });
    expect(hop && "why" in hop && hop.why).not.toBe("");
    expect(place.network.connections).toBe(0);
  });

  test("refuses content beyond what its handler takes, and closes", async () => {
    const place = await street({
      handle: async ({ body }) => ({ status: 200, body: await body.bytes(10) }),
    });
    const seen = await converse(
      place,
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world`,
    );
    expect(seen).toContain("HTTP/1.1 413 ");
    expect(seen).toContain("Connection: close");
  });

  test("reads small content that its handler left, and goes on", async () => {
    const place = await street({ handle: async ({ target }) => ({ status: 200, body: target }) });
    const post = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /";
    const seen = await converse(place, `${post}GET /2 HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(seen.match(/\/\d$|\/\d(?=HTTP)/g)).toEqual(["/1", "/2"]);
  });

  test("does not wait for large content that its handler left", async () => {
    const place = await street({ handle: async () => ({ status: 200, body: "no, thanks" }) });
    const post = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n";
    const seen = await converse(place, post);
    expect(seen).toContain("200 OK\r\nConnection: close");
  });

  test("a stream that fails cuts the answer off", async () => {
    async function* failing(): AsyncIterable<Uint8Array> {
      yield utf8("half");
      throw new Error("upstream died");
    }
    const place = await street({ handle: async () => ({ status: 200, body: failing() }) });
    const seen = await converse(place, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", { end: false });
    expect(seen).toMatch(/4\r\nhalf\r\n<NetError: .*>$/);
    expect(place.trace.hops.at(-1)).toMatchObject({ did: "respond", bodyBytes: 4 });
  });

  test("hands the connection over after an upgrade, with what came behind", async () => {
    const place = await street({
      handle: async () => ({
        status: 101,
        headers: [
          ["Connection", "Upgrade"],
          ["Upgrade", "echo"],
        ],
        upgrade: echo,
      }),
    });
    const client = new HttpClient(await place.dial());
    const headers = [...host, ["Connection", "upgrade"], ["Upgrade", "echo"]] as const;
    const response = await place.clock.finish(client.send({ method: "GET", target: "/", headers }));
    expect(response.status).toBe(101);
    const raw = response.upgraded!;
    void raw.write(utf8("anything"));
    expect(text((await place.clock.finish(raw.read()))!)).toBe("anything");
    raw.end();
    expect(await place.clock.finish(raw.read())).toBeNull();
    const early = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly";
    expect(await converse(place, early)).toMatch(/\r\n\r\nearly$/);
    const unasked = await converse(place, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(unasked).toContain("HTTP/1.1 500 ");
  });
});

describe("Expect: 100-continue", () => {
  const expecting = [...host, ["Expect", "100-continue"]] as const;
  const post = { method: "POST", target: "/", headers: expecting, body: "content" };

  test("content is sent when the handler asks for it", async () => {
    const place = await street({
      handle: async ({ body }) => ({ status: 200, body: text(await body.bytes()) }),
    });
    const client = await place.client();
    const interim: number[] = [];
    const onInterim = ({ status }: ResponseHead): void => void interim.push(status);
    const response = await place.clock.finish(client.send(post, { onInterim }));
    expect(text(await response.body.bytes())).toBe("content");
    expect(interim).toEqual([100]);
    expect(client.reusable).toBe(true);
  });

  test("content is not sent when the answer comes first", async () => {
    const place = await street({ handle: async () => ({ status: 403, body: "" }) });
    const client = await place.client();
    const response = await place.clock.finish(client.send(post));
    expect(response.status).toBe(403);
    expect(client.reusable).toBe(false);
    await place.clock.advance(50);
    expect(place.network.connections).toBe(0);
  });

  test("a client that waits long enough sends without being asked", async () => {
    const { clock, client, bytes } = await mute();
    const continueAfter = clock.sleep(1000);
    const sending = client.send(post, { continueAfter });
    sending.catch(() => {});
    await clock.advance(900);
    expect(bytes()).not.toContain("content");
    await clock.advance(200);
    expect(bytes()).toContain("content");
    client.close();
  });
});

describe("a client", () => {
  test.each([
    ["nothing", "", "ended"],
    ["half a head", "HTTP/1.1 200 OK\r\nConte", "502"],
    ["no HTTP", "SSH-2.0-OpenSSH_9.9\r\n", "502"],
    ["half the content", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "200 502"],
    ["half a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", "200 502"],
    ["until the end", "HTTP/1.1 200 OK\r\n\r\nall of it", "200 [all of it]"],
    ["a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\r\n", "200 [] X: a b"],
    ["a space before the colon", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "200 [] X: a"],
    [
      "both framings",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "502",
    ],
    [
      "an answer behind hints",
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 \r\n\r\n",
      "204 []",
    ],
    ["no reason", "HTTP/1.1 200\r\n\r\n", "200 []"],
    ["HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", "502"],
  ])("that gets %s", async (_name, bytes, wanted) => {
    const { clock, client, connection } = await mute();
    const seen = (async () => {
      const response = await client.send({ method: "GET", target: "/", headers: host });
      const fields = response.headers
        .filter(([name]) => name === "X")
        .map(([name, value]) => ` ${name}: ${value}`);
      return response.body.bytes().then(
        (content) => `${response.status} [${latin1(content)}]${fields.join("")}`,
        (error: unknown) => `${response.status} ${told(error)}`,
      );
    })().catch(told);
    await clock.advance(1);
    void connection().write(fromLatin1(bytes));
    connection().end();
    expect(await clock.finish(seen)).toBe(wanted);
    expect(client.reusable).toBe(false);
  });

  test("is not reusable once the server has gone, or said what nobody asked", async () => {
    for (const last of ["", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]) {
      const { clock, client, connection } = await mute();
      const sending = client.send({ method: "GET", target: "/", headers: host });
      await clock.advance(1);
      void connection().write(fromLatin1("HTTP/1.1 204 \r\n\r\n"));
      await clock.finish(sending);
      expect(client.reusable).toBe(true);
      if (last === "") connection().end();
      else void connection().write(fromLatin1(last));
      await clock.advance(1);
      expect(client.reusable).toBe(false);
    }
  });

  test("refuses what cannot be sent before it sends anything", async () => {
    const { client, bytes } = await mute();
    for (const [method, target, value] of [
      ["G ET", "/", "a"],
      ["GET", "/a b", "a"],
      ["GET", "/", "a\r\nX: b"],
    ] as const) {
      const headers = [["Host", value]] as const;
      await expect(client.send({ method, target, headers })).rejects.toThrow(HttpError);
    }
    expect(bytes()).toBe("");
    expect(client.reusable).toBe(true);
  });
});

/** A client whose server says nothing by itself. */
async function mute() {
  const place = await street({ handle: async () => ({ status: 204 }) });
  const { clock, network, trace } = place;
  const accepted: Connection[] = [];
  let seen = "";
  network.listen(answerer, 81, (connection) => {
    accepted.push(connection);
    void (async () => {
      for (let piece; (piece = await connection.read()) !== null;) seen += latin1(piece);
    })().catch(() => {});
  });
  const client = new HttpClient(
    await clock.finish(network.dial(caller, { ip: answerer.ip, port: 81 }, trace)),
  );
  return { clock, client, connection: () => accepted[0]!, bytes: () => seen };
}

async function echo(connection: Connection): Promise<void> {
  for (let piece; (piece = await connection.read()) !== null;) void connection.write(piece);
  connection.end();
}

function told(error: unknown): string {
  if (error instanceof HttpError) return String(error.status);
  return error instanceof NetError ? error.fault : String(error);
}
