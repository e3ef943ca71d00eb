// What follows a handshake: tickets, new keys, much data, the end.

import { describe, expect, test } from "vitest";
import { hex, text, utf8 } from "../../../src/base/bytes.ts";
import type { TlsClient } from "../../../src/net/tls/client.ts";
import type { ResumableSession } from "../../../src/net/tls/contract.ts";
import { nowMs } from "../x509/hotel.ts";
import { talk, told } from "./pair.ts";
import type { Talk } from "./pair.ts";

const v12 = { versions: ["TLSv1.2"] } as const;
const v13 = { versions: ["TLSv1.3"] } as const;

describe("afterwards", () => {
  const tickets = (talking: Talk): ResumableSession[] =>
    talking.client.events.flatMap((event) => (event.type === "ticket" ? [event.session] : []));
  const ticketKey = new Uint8Array(32).fill(7);

  test("a session is resumed by ticket, with and without a retry", () => {
    const [first, second] = tickets(talk({}, { ticketKey }));
    expect(told(talk({ resume: first! }, { ticketKey }))).toMatch(/ resumed$/);
    expect(told(talk({ resume: second! }, { ticketKey, groups: ["P-256"] }))).toMatch(
      /P-256 - resumed$/,
    );
  });

  test("a ticket is of no use elsewhere, later or forged", () => {
    const [ticket] = tickets(talk({}, { ticketKey }));
    const later = (): number => nowMs + 3 * 3_600_000;
    const other = { ...ticket!, secret: new Uint8Array(ticket!.secret.length) };
    expect(told(talk({ resume: ticket! }, { ticketKey: new Uint8Array(32) }))).not.toMatch(
      /resumed/,
    );
    expect(told(talk({ resume: ticket! }, {}))).not.toMatch(/resumed/);
    expect(told(talk({ resume: ticket! }, { ticketKey, now: later }))).not.toMatch(/resumed/);
    expect(told(talk({ resume: ticket!, now: later }, { ticketKey }))).not.toMatch(/resumed/);
    expect(told(talk({ resume: other }, { ticketKey }))).toMatch(/^client: decrypt_error/);
  });

  test("keys change on both sides", () => {
    const talking = talk();
    talking.take("client", (talking.client.engine as TlsClient).updateKeys());
    expect(told(talking)).toMatch(/^TLSv1.3/);
    const updates = talking.server.events.filter(
      (event) => event.type === "message" && event.name === "key_update",
    );
    expect(updates).toHaveLength(2);
  });

  test.each([v12, v13])("either side closes without an alert that hurts", (version) => {
    const talking = talk(version);
    talking.take("client", talking.client.engine.close());
    talking.settle();
    expect(talking.server.last).toMatchObject({ closed: true, alert: undefined });
    talking.take("server", talking.server.engine.send(utf8("late words")));
    talking.take("server", talking.server.engine.close());
    talking.settle();
    expect(text(talking.client.data)).toBe("late words");
    expect(talking.client.last).toMatchObject({ closed: true, alert: undefined });
  });

  test.each([v12, v13])("much data goes in records of bounded size", (version) => {
    const talking = talk(version);
    const data = new Uint8Array(100_000).map((_zero, i) => i % 251);
    talking.take("client", talking.client.engine.send(data));
    talking.settle();
    expect(talking.server.data).toEqual(data);
  });

  test("the same seeds give the same bytes", () => {
    const once = talk({}, { ticketKey });
    const again = talk({}, { ticketKey });
    expect(again.client.sent.map(hex)).toEqual(once.client.sent.map(hex));
    expect(again.server.sent.map(hex)).toEqual(once.server.sent.map(hex));
  });
});
