import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as bytes from "../../src/base/bytes.ts";
import { Heap } from "../../src/base/heap.ts";
import { Random } from "../../src/base/random.ts";
import { inRange, ipNumber } from "../../src/net/address.ts";

describe("bytes", () => {
  test("base64 and hexadecimal come back as they went", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(bytes.fromBase64(bytes.base64(data))).toEqual(data);
        expect(bytes.fromHex(bytes.hex(data))).toEqual(data);
        expect(bytes.base64(data)).toBe(Buffer.from(data).toString("base64"));
      }),
    );
  });

  test("parts join to the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (parts) => {
        expect([...bytes.concat(...parts)]).toEqual(parts.flatMap((part) => [...part]));
      }),
    );
  });

  test.each(["", "plain", "Grüße 🏨", "\u00ff"])("base64 of the text %j", (text) => {
    expect(bytes.base64OfText(text)).toBe(Buffer.from(text).toString("base64"));
  });

  test.each(["abc=d", "%", "a"])("base64 refuses %j", (wrong) => {
    expect(() => bytes.fromBase64(wrong)).toThrow(new TypeError("illegal base64 data"));
  });

  test.each(["abc", "0x", "zz"])("hexadecimal refuses %j", (wrong) => {
    expect(() => bytes.fromHex(wrong)).toThrow("even number of hexadecimal digits");
  });
});

describe("Heap", () => {
  test("gives items in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (items) => {
        const heap = new Heap<number>((a, b) => a < b);
        for (const item of items) heap.push(item);
        const out = items.map(() => heap.pop()!);
        expect(out).toEqual([...items].sort((a, b) => a - b));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe("Random", () => {
  test("the same seed gives the same stream; another seed another", () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.uint32());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  test("a fork does not depend on how much its parent has drawn", () => {
    const parent = new Random(3);
    const before = parent.fork("pods").uint32();
    parent.bytes(100);
    expect(parent.fork("pods").uint32()).toBe(before);
    expect(parent.fork("nodes").uint32()).not.toBe(before);
  });

  test("is even enough: 64 buckets of 64,000 draws", () => {
    const random = new Random(1);
    const buckets = new Array<number>(64).fill(0);
    for (let i = 0; i < 64_000; i++) buckets[random.int(64)]!++;
    const chiSquare = buckets.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(115); // 63 degrees of freedom, p ≈ 0.0001
  });

  test("a UUID looks like one", () => {
    expect(new Random(5).uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe("addresses", () => {
  test.each([
    ["10.0.0.1", 0x0a000001],
    ["255.255.255.255", 0xffffffff],
    ["1.2.3", undefined],
    ["1.2.3.256", undefined],
    ["01.2.3.4", undefined],
    ["a.b.c.d", undefined],
  ])("%s is %s", (ip, number) => expect(ipNumber(ip)).toBe(number));

  test.each([
    ["10.244.1.7", "10.244.0.0/16", true],
    ["10.245.0.1", "10.244.0.0/16", false],
    ["203.0.113.10", "0.0.0.0/0", true],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.0/33", false],
    ["10.0.0.1", "rubbish", false],
  ])("%s in %s: %s", (ip, cidr, inside) => expect(inRange(ip, cidr)).toBe(inside));
});
