// Bytes that are cut, merged, changed, reordered or made up: an alert and the end, never a hang,
// never an exception out of the engine.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, text, utf8 } from "../../../src/base/bytes.ts";
import { alertCodes } from "../../../src/net/tls/alerts.ts";
import { TlsClient } from "../../../src/net/tls/client.ts";
import type { TlsEngine } from "../../../src/net/tls/contract.ts";
import { TlsServer } from "../../../src/net/tls/server.ts";
import { clientDefaults, serverDefaults, talk } from "./pair.ts";

const versions = [["TLSv1.3"], ["TLSv1.2"]] as const;

/** Cuts bytes at places drawn from `cuts`. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((one) => one % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, i) => bytes.subarray(places[i - 1] ?? 0, end));
}

describe.each(versions)("%s", (version) => {
  const versions = [version];

  test("is the same however the bytes are cut", () => {
    const whole = talk({ versions });
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        const pieces = talk({ versions }, {}, (bytes) => cut(bytes, cuts));
        pieces.take("client", pieces.client.engine.send(utf8("hello")));
        pieces.settle();
        expect(text(pieces.server.data)).toBe("hello");
        expect(concat(...pieces.server.sent)).toEqual(concat(...whole.server.sent));
      }),
      { numRuns: 8 },
    );
  });

  test("any changed byte ends the handshake with an alert, or changes nothing", () => {
    const flights = talk({ versions });
    const lengths = { client: flights.client.sent, server: flights.server.sent };
    for (const from of ["client", "server"] as const) {
      const total = concat(...lengths[from]).length;
      fc.assert(
        fc.property(fc.nat(total - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          let passed = 0;
          const talking = talk({ versions }, {}, (bytes, sender) => {
            if (sender !== from) return [bytes];
            const changed = bytes.slice();
            const place = at - passed;
            passed += bytes.length;
            if (place >= 0 && place < bytes.length) changed[place]! ^= change;
            return [changed];
          });
          const both = talking.client.engine.session && talking.server.engine.session;
          const waits = talking.alerts().length === 0;
          // A longer length makes the other side wait for bytes; a socket's timeout ends that.
          if (!both && !waits) expect(talking.alerts().join()).toMatch(/sent/);
        }),
        { numRuns: 25 },
      );
    }
  });

  test("a changed record after the handshake is refused", () => {
    const talking = talk({ versions });
    const record = talking.client.engine.send(utf8("secret")).bytes.slice();
    record[record.length - 1]! ^= 1;
    const output = talking.server.engine.receive(record);
    expect(output.alert?.alert).toBe("bad_record_mac");
    expect(output).toMatchObject({ closed: true, data: new Uint8Array(0) });
    expect(output.bytes.length).toBeGreaterThan(0);
  });

  test("records that are swapped, repeated or left out are refused", () => {
    for (const order of [[1, 0], [0, 0], [1]]) {
      const talking = talk({ versions });
      const records = ["one", "two"].map((word) => talking.client.engine.send(utf8(word)).bytes);
      const outputs = order.map((i) => talking.server.engine.receive(records[i]!));
      expect(outputs.at(-1)!.alert?.alert).toBe("bad_record_mac");
    }
  });
});

/** What an engine makes of bytes, in pieces of some size. */
function fed(engine: TlsEngine, bytes: Uint8Array, size = Infinity): string {
  for (let at = 0; at < bytes.length; at += size) {
    const output = engine.receive(bytes.subarray(at, Math.min(at + size, bytes.length)));
    expect(output.data.length).toBe(0);
    if (output.alert) return output.alert.alert;
  }
  return "waits";
}

const server = (): TlsServer => new TlsServer(serverDefaults());
const client = (): TlsClient => {
  const made = new TlsClient(clientDefaults());
  made.start();
  return made;
};

describe("made up", () => {
  test("random bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        (bytes, size) => {
          expect(fed(server(), bytes, size)).toBe(fed(server(), bytes));
          fed(client(), bytes);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("random handshake messages", () => {
    const message = fc.tuple(fc.nat(25), fc.uint8Array({ maxLength: 120 })).map(([type, body]) => {
      const handshake = concat(Uint8Array.of(type, 0, 0, body.length), body);
      return concat(Uint8Array.of(22, 3, 3, 0, handshake.length), handshake);
    });
    fc.assert(
      fc.property(message, (bytes) => {
        expect(["waits", ...Object.keys(alertCodes)]).toContain(fed(server(), bytes));
        fed(client(), bytes);
      }),
      { numRuns: 150 },
    );
  });

  test("ClientHellos with anything in them", () => {
    const hello = new TlsClient(clientDefaults()).start().bytes;
    const change = fc.tuple(fc.integer({ min: 5, max: hello.length - 1 }), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = hello.slice();
        for (const [at, octet] of changes) bytes[at] = octet;
        const output = server().receive(bytes);
        expect(output.alert?.alert).not.toBe("internal_error");
        expect(output.closed).toBe(output.alert !== undefined);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["plain HTTP", "GET / HTTP/1.1\r\n\r\n", "unexpected_message"],
    ["a record that is too long", "\x16\x03\x01\xff\xff", "record_overflow"],
    ["a record of another major version", "\x16\x02\x01\x00\x05", "protocol_version"],
    ["data before the handshake", "\x17\x03\x03\x00\x01x", "unexpected_message"],
    ["an empty handshake record", "\x16\x03\x03\x00\x00", "unexpected_message"],
    ["a message that is too long", "\x16\x03\x03\x00\x04\x01\xff\xff\xff", "illegal_parameter"],
    ["change_cipher_spec first", "\x14\x03\x03\x00\x01\x01", "unexpected_message"],
    ["an alert of one byte", "\x15\x03\x03\x00\x01\x02", "decode_error"],
    ["a fatal alert", "\x15\x03\x03\x00\x02\x02\x28", "handshake_failure"],
    ["a Finished first", "\x16\x03\x03\x00\x04\x14\x00\x00\x00", "unexpected_message"],
  ])("%s", (_name, bytes, alert) => {
    expect(
      fed(
        server(),
        Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
      ),
    ).toBe(alert);
  });

  test("an old client is told the version", () => {
    const hello = new TlsClient({ ...clientDefaults(), versions: ["TLSv1.2"] })
      .start()
      .bytes.slice();
    hello[10] = 2; // the last octet of legacy_version: TLS 1.1
    // The list of versions says otherwise; an old client has none.
    const at = hello.findIndex(
      (_octet, i) => hello[i] === 0 && hello[i + 1] === 43 && hello[i + 3] === 3,
    );
    hello[at + 1] = 99;
    expect(fed(server(), hello)).toBe("protocol_version");
  });
});
