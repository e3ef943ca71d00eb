// What holds for all messages and all bytes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, latin1 } from "../../../src/base/bytes.ts";
import { RequestDecoder, ResponseDecoder } from "../../../src/net/http/decoder.ts";
import type { MessageEvent } from "../../../src/net/http/decoder.ts";
import { Encoder } from "../../../src/net/http/encoder.ts";
import type { HeaderField, RequestHead, ResponseHead } from "../../../src/net/http/message.ts";
import { HttpError } from "../../../src/net/http/message.ts";

const encoder = new Encoder();
const tokenChars = [..."!#$%&'*+-.^_`|~0129AZaz"];
const token = fc.string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 12 });
const value = fc
  .array(fc.integer({ min: 0x20, max: 0xff }), { maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x7f)).trim());
const framingNames = ["host", "content-length", "transfer-encoding", "connection", "upgrade"];
const field = fc
  .tuple(token, value)
  .map(([name, text]): HeaderField => [name, text.replace(/^[\t ]+|[\t ]+$/g, "")])
  .filter(([name]) => !framingNames.includes(name.toLowerCase()));
const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 });
const target = fc
  .string({ unit: fc.constantFrom(..."abc/?&=%.;~\u00e9"), maxLength: 20 })
  .map((text) => `/${text}`);

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderField[];
  readonly by: "length" | "chunks";
  readonly pieces: readonly Uint8Array[];
}

const message = fc.record({
  method: token,
  target,
  headers: fc.array(field, { maxLength: 6 }),
  by: fc.constantFrom("length" as const, "chunks" as const),
  pieces,
});

/** The framing field that fits, then content the same way. */
function framed({ by, pieces, headers }: Sent): { headers: HeaderField[]; content: Uint8Array } {
  const content = concat(...pieces);
  if (by === "length") {
    return { headers: [...headers, ["Content-Length", String(content.length)]], content };
  }
  const chunks = concat(...pieces.map((piece) => encoder.chunk(piece)), encoder.lastChunk());
  return { headers: [...headers, ["Transfer-Encoding", "chunked"]], content: chunks };
}

/** Feeds bytes cut at `cuts`, and gives every message: head as JSON, and its content. */
function read(
  decoder: RequestDecoder | ResponseDecoder,
  bytes: Uint8Array,
  cuts: readonly number[],
): string[] {
  const out: string[] = [];
  let content = "";
  const take = (): void => {
    for (;;) {
      const event: MessageEvent<RequestHead | ResponseHead> | undefined = decoder.next();
      if (event === undefined) return;
      if (event.type === "head") out.push(JSON.stringify(event.head));
      else if (event.type === "data") content += latin1(event.bytes);
      else {
        out.push(content);
        content = "";
      }
    }
  };
  let at = 0;
  for (const cut of [...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)) {
    decoder.push(bytes.subarray(at, cut));
    at = cut;
    take();
  }
  decoder.push(bytes.subarray(at));
  decoder.finish();
  take();
  return out;
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe("decode ∘ encode", () => {
  test("requests come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 3 }), cuts, (sent, at) => {
        fc.pre(sent.every(({ method }) => method !== "CONNECT"));
        const wanted: string[] = [];
        const bytes = sent.map((one) => {
          const { headers, content } = framed(one);
          const all: HeaderField[] = [["Host", "a"], ...headers];
          const { method, target } = one;
          wanted.push(JSON.stringify({ method, target, version: "HTTP/1.1", headers: all }));
          wanted.push(latin1(concat(...one.pieces)));
          return concat(encoder.requestHead(method, target, all), content);
        });
        expect(read(new RequestDecoder(), concat(...bytes), at)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test("responses come out as they went in, however the stream is cut", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 3 }), cuts, (sent, at) => {
        const decoder = new ResponseDecoder();
        const wanted: string[] = [];
        const bytes = sent.map((one) => {
          decoder.expect("GET");
          const { headers, content } = framed(one);
          const head = { status: 200, reason: "Fine", version: "HTTP/1.1", headers };
          wanted.push(JSON.stringify(head), latin1(concat(...one.pieces)));
          return concat(encoder.responseHead(200, "Fine", headers), content);
        });
        expect(read(decoder, concat(...bytes), at)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

describe("anything else", () => {
  /** Bytes that are almost HTTP: a request, changed in places. */
  const nearly = fc
    .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 }))
    .map(([one, changes]) => {
      const { headers, content } = framed(one);
      const head = encoder.requestHead(one.method, one.target, [["Host", "a"], ...headers]);
      const bytes = concat(head, content).slice();
      for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
      return bytes;
    });

  test.each([
    ["random bytes", fc.uint8Array({ maxLength: 300 })],
    ["requests changed in places", nearly],
  ])("%s are read or refused, alike however they are cut", (_name, bytes) => {
    fc.assert(
      fc.property(bytes, cuts, (input, at) => {
        const whole = outcome(() => read(new RequestDecoder(), input, []));
        expect(outcome(() => read(new RequestDecoder(), input, at))).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  test("random bytes as a response are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (input) => {
        const decoder = new ResponseDecoder();
        decoder.expect("GET");
        outcome(() => read(decoder, input, []));
      }),
    );
  });

  test("what would break the framing is not encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), (text) => {
        const bytes = outcome(() => [latin1(encoder.responseHead(200, "", [["X", text]]))]);
        if (typeof bytes === "number") return;
        expect(bytes[0]).toBe(`HTTP/1.1 200 \r\nX: ${text}\r\n\r\n`);
        expect(text).not.toMatch(/[\r\n\0]/);
      }),
    );
  });
});

/** The result, or the status of the HttpError; anything else is thrown on. */
function outcome(work: () => string[]): string[] | number {
  try {
    return work();
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}
