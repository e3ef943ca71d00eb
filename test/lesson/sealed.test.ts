// The guest desk over https: what a browser makes of a certificate.

import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { visit } from "../../src/lesson/visit.ts";
import type { Connection } from "../../src/net/connection.ts";
import { Trace } from "../../src/net/trace.ts";
import { acceptTls } from "../../src/net/tls/secure.ts";
import type { TlsServerConfig } from "../../src/net/tls/contract.ts";
import { VirtualNetwork } from "../../src/net/virtual.ts";
import { printCertificate } from "../../src/net/x509/certificate.ts";
import { authority, dayMs, nowMs, party, root, server, type Party } from "../net/x509/hotel.ts";

const host = { actor: "client/laptop", ip: "203.0.113.10" } as const;

async function see(
  url: string,
  shown: Party,
  o: { chain?: Party[]; proceed?: boolean; config?: Partial<TlsServerConfig>; nowMs?: number } = {},
): Promise<string> {
  const clock = new VirtualClock({ startMs: o.nowMs ?? nowMs });
  const random = new Random(4);
  const network = new VirtualNetwork({ clock, random });
  network.attach(host);
  const certificates = (o.chain ?? [authority]).map(({ certificate }) => certificate);
  const identity = { chain: [shown.certificate, ...certificates], key: shown.key } as const;
  const serve = async (connection: Connection): Promise<void> => {
    try {
      const secure = await acceptTls(
        connection,
        { random, now: () => clock.now(), certificate: () => identity, ...o.config },
        { by: host.actor },
      );
      await secure.read();
      void secure.write(utf8("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n"));
    } catch {
      return; // refused: the visitor says why
    }
  };
  network.listen(host, 443, (one) => void serve(one));
  const trusted = printCertificate(root.certificate);
  const street = { network, clock, from: host, userAgent: "x", patienceMs: 5000, random, trusted };
  const trace = new Trace({ id: "t", now: () => clock.now() });
  const order = { method: "GET", url, ...(o.proceed && { proceed: true }) };
  const ending = await clock.finish(visit(street, order, trace));
  const badge = ending.badge?.problem ?? (ending.badge ? "secure" : "");
  return "status" in ending ? `${ending.status} ${badge}` : `${ending.fault} ${ending.message}`;
}

const here = "https://203.0.113.10/";
const selfSigned = party("x", undefined, { ips: [host.ip] });

describe("a browser over https", () => {
  test.each<[string, string, Party, Parameters<typeof see>[2], string]>([
    ["believes", here, server, {}, "200 secure"],
    ["a stranger", here, selfSigned, { chain: [] }, "certificate NET::ERR_CERT_AUTHORITY_INVALID"],
    ["no intermediate", here, server, { chain: [] }, "certificate NET::ERR_CERT_AUTHORITY_INVALID"],
    [
      "another name",
      here,
      party("y", authority, { dns: ["y"] }),
      {},
      "certificate NET::ERR_CERT_COMMON_NAME_INVALID",
    ],
    [
      "expired",
      here,
      party("z", authority, { ips: [host.ip], notAfterMs: nowMs + dayMs }),
      { nowMs: nowMs + 2 * dayMs },
      "certificate NET::ERR_CERT_DATE_INVALID",
    ],
    [
      "all the same",
      here,
      selfSigned,
      { chain: [], proceed: true },
      "200 NET::ERR_CERT_AUTHORITY_INVALID",
    ],
    [
      "an unknown name",
      here,
      server,
      { config: { certificate: () => undefined } },
      "protocol ERR_SSL_UNRECOGNIZED_NAME_ALERT",
    ],
  ])("%s", async (_name, url, shown, o, wanted) => {
    expect(await see(url, shown, o)).toBe(wanted);
  });
});
