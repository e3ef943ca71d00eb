// Bytes that a peer could send and should not: whatever comes, an engine answers with an alert and
// closes, or waits for more. It never throws, never hangs, never fails in a way of its own.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat } from "../../../src/base/bytes.ts";
import { Random } from "../../../src/base/random.ts";
import { TlsClient } from "../../../src/net/tls/client.ts";
import type { TlsClientConfig, TlsEngine, TlsOutput } from "../../../src/net/tls/contract.ts";
import { TlsServer } from "../../../src/net/tls/server.ts";
import { clientDefaults, serverDefaults, talk } from "./pair.ts";

const seed = Number(process.env["SEED"] ?? 20_261_123);

/** What an output says; fails when it is none that an engine may give. */
function verdict({ alert, closed, bytes }: TlsOutput): string {
  if (!alert) return closed ? "closed" : "waits";
  if (alert.alert === "internal_error" || !closed || (alert.from === "here" && bytes.length < 7)) {
    throw new Error(`not an answer: ${alert.message}, closed ${closed}, ${bytes.length} bytes`);
  }
  return alert.alert;
}

/** One to four changes: octets, lengths, slices left out, repeated or moved. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  let out: Uint8Array = bytes.slice();
  for (let changes = 1 + random.int(4); changes > 0; changes--) {
    const at = random.int(out.length);
    const length = 1 + random.int(Math.min(40, out.length - at));
    const [before, slice, after] = [
      ...[out.subarray(0, at), out.subarray(at, at + length), out.subarray(at + length)],
    ] as const;
    const kind = random.int(6);
    if (kind <= 2) out[at] = kind === 0 ? random.int(256) : kind === 1 ? 0 : 0xff;
    else if (kind === 3) out = concat(before, after).slice();
    else if (kind === 4) out = concat(before, slice, slice, after);
    else out = concat(before, after, slice);
    if (out.length < 2) break;
  }
  return out;
}

/** The lengths of record and message made right again, so that more than the frame is read. */
function reframed(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  if (out.length < 9) return out;
  out.set([22, 3, 1, (out.length - 5) >> 8, (out.length - 5) & 0xff, 1, 0]);
  out.set([(out.length - 9) >> 8, (out.length - 9) & 0xff], 7);
  return out;
}

test("100,000 changed ClientHellos", () => {
  const ticketKey = new Uint8Array(32).fill(7);
  const first = talk({}, { ticketKey });
  const ticket = first.client.events.find((event) => event.type === "ticket")!;
  const said: Partial<TlsClientConfig>[] = [
    { alpn: ["h2", "http/1.1"] },
    { versions: ["TLSv1.2"] },
    { resume: ticket.session },
    { groups: ["P-384"] },
  ];
  const hellos = said.map((one) => new TlsClient({ ...clientDefaults(), ...one }).start().bytes);
  // Nobody's certificate is found, so nothing is signed: it is the reading that is tried.
  const config = { ...serverDefaults(), certificate: () => undefined, ticketKey };
  const random = new Random(seed);
  const seen = new Map<string, number>();
  for (let i = 0; i < 100_000; i++) {
    const changed = mutated(hellos[i % hellos.length]!, random);
    const bytes = i % 3 === 0 ? changed : reframed(changed);
    const what = verdict(new TlsServer(config).receive(bytes));
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  for (const what of ["unrecognized_name", "decode_error", "illegal_parameter", "waits"]) {
    expect(seen.get(what), `${what}, seed ${seed}`).toBeGreaterThan(100);
  }
}, 60_000);

/** Whole records of a stream. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes[at + 3]! * 256 + bytes[at + 4]!;
    out.push(bytes.subarray(at, end));
    at = end;
  }
  return out;
}

const oversized = (record: Uint8Array): Uint8Array =>
  concat(record.subarray(0, 3), Uint8Array.of(0x48, 0x01), new Uint8Array(0x4801));

describe.each([["TLSv1.3"], ["TLSv1.2"]] as const)("%s", (version) => {
  const versions = [version];
  const honest = talk({ versions });
  const flights = {
    client: recordsOf(concat(...honest.client.sent)),
    server: recordsOf(concat(...honest.server.sent)),
  };
  /** An engine that says what it said in the honest talk, as far as it is let. */
  const listener = (from: "client" | "server"): TlsEngine => {
    if (from === "client") return new TlsServer({ ...serverDefaults() });
    const client = new TlsClient({ ...clientDefaults(), versions });
    client.start();
    return client;
  };
  const fed = (from: "client" | "server", pieces: readonly Uint8Array[]): string => {
    const engine = listener(from);
    let last = "waits";
    for (const piece of pieces) {
      last = verdict(engine.receive(piece));
      if (last !== "waits") break;
    }
    if (last !== "waits") expect(engine.receive(flights[from][0]!).bytes.length).toBe(0);
    return engine.session && last === "waits" ? "agreed" : last;
  };
  const harm = fc.record({
    from: fc.constantFrom("client" as const, "server" as const),
    at: fc.nat(),
    how: fc.constantFrom("left out", "twice", "moved", "oversized", "cut", "changed"),
    octet: fc.integer({ min: 1, max: 255 }),
    place: fc.nat(),
  });

  test("the honest records are agreed to, whole or merged", () => {
    for (const from of ["client", "server"] as const) {
      expect(fed(from, flights[from])).toBe("agreed");
      expect(fed(from, [concat(...flights[from])])).toBe("agreed");
      expect(
        fed(
          from,
          recordsOf(concat(...flights[from])).flatMap((one) =>
            [...one].map((octet) => Uint8Array.of(octet)),
          ),
        ),
      ).toBe("agreed");
    }
  });

  test("a record left out, repeated, moved, cut, changed or too long is never agreed to", () => {
    fc.assert(
      fc.property(harm, ({ from, at, how, octet, place }) => {
        const records = [...flights[from]];
        const index = at % records.length;
        const record = records[index]!;
        const compatible = version === "TLSv1.3" && record[0] === 20; // it says nothing there
        if (compatible) return;
        if (how === "left out") records.splice(index, 1);
        else if (how === "twice") records.splice(index, 0, record);
        else if (how === "moved") records.push(...records.splice(index, 1));
        else if (how === "oversized") records[index] = oversized(record);
        else if (how === "cut") records[index] = record.subarray(0, place % record.length);
        else {
          records[index] = record.slice();
          // Its version is the one part of a header that nobody looks at closely.
          const where = place % record.length;
          if (where === 1 || where === 2) return;
          records[index][where]! ^= octet;
        }
        if (how === "moved" && index === flights[from].length - 1) return;
        expect(fed(from, records)).not.toBe("agreed");
      }),
      { numRuns: 60, seed },
    );
  });
});
