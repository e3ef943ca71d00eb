// The virtual network: dialling, forwarding, names, and what each leaves on the trace.

import { describe, expect, test } from "vitest";
import { text, utf8 } from "../../src/base/bytes.ts";
import { VirtualClock } from "../../src/base/clock.ts";
import { Random } from "../../src/base/random.ts";
import type { Connection } from "../../src/net/connection.ts";
import { NetError } from "../../src/net/errors.ts";
import type { Host } from "../../src/net/network.ts";
import { hopsMax, Trace } from "../../src/net/trace.ts";
import type { Hop } from "../../src/net/trace.ts";
import { VirtualNetwork, forwardingsMax } from "../../src/net/virtual.ts";

const laptop: Host = { actor: "client/laptop", ip: "198.51.100.7" };
const web: Host = { actor: "pod/default/web-1", ip: "10.244.1.7" };
const api: Host = { actor: "pod/default/api-1", ip: "10.244.2.8" };

function street() {
  const clock = new VirtualClock({ startMs: 0 });
  const network = new VirtualNetwork({ clock, random: new Random(1) });
  const places = [laptop, web, api].map((host) => network.attach(host));
  const trace = new Trace({ id: "t", now: () => clock.now() });
  return { clock, network, trace, places };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const seen = await work.then(
    () => "none",
    (error: unknown) => error,
  );
  return seen instanceof NetError ? seen.fault : String(seen);
}

/** `forward cloud/lb 203.0.113.10:80 → 10.0.0.11:30080`, and so on. */
function told(hop: Hop): string {
  switch (hop.did) {
    case "forward":
      return `${hop.at} forward ${hop.by} ${hop.from.ip}:${hop.from.port} → ${hop.to.ip}:${hop.to.port}`;
    case "connect":
      return `${hop.at} connect ${hop.by} → ${hop.to.ip}:${hop.to.port}`;
    case "refuse":
      return `${hop.at} refuse ${hop.by} ${hop.fault}: ${hop.why}`;
    case "resolve":
      return `${hop.at} resolve ${hop.by} ${hop.name} = ${hop.ips.join(",")}: ${hop.why}`;
    default:
      return hop.did;
  }
}

describe("dial", () => {
  test("bytes arrive one latency later, in order and together", async () => {
    const { clock, network, trace } = street();
    const seen: string[] = [];
    network.listen(web, 80, (connection) => void note(connection, seen, clock));
    const connection = await clock.finish(network.dial(laptop, { ip: web.ip, port: 80 }, trace));
    expect(clock.now()).toBe(16);
    void connection.write(utf8("one "));
    void connection.write(utf8("two"));
    await clock.advance(3);
    void connection.write(utf8("three"));
    connection.end();
    await clock.advance(100);
    expect(seen).toEqual(["24 one two", "27 three", "27 end"]);
    expect(trace.hops.map(told)).toEqual(["8 connect client/laptop → 10.244.1.7:80"]);
  });

  test("inside the cluster a round trip takes 0.4 ms", async () => {
    const { clock, network, trace } = street();
    network.listen(web, 80, () => {});
    await clock.finish(network.dial(api, { ip: web.ip, port: 80 }, trace));
    expect(clock.now()).toBeCloseTo(0.4);
  });

  test("both ends see the other's address and share the trace", async () => {
    const { clock, network, trace } = street();
    const accepted: Connection[] = [];
    network.listen(web, 80, (connection) => accepted.push(connection));
    const client = await clock.finish(network.dial(laptop, { ip: web.ip, port: 80 }, trace));
    expect(accepted[0]!.remote).toEqual(client.local);
    expect(accepted[0]!.local).toEqual({ ip: web.ip, port: 80 });
    const next = new Trace({ id: "next", now: () => 0 });
    client.trace = next;
    expect(accepted[0]!.trace).toBe(next);
  });

  test("every forwarding is a hop, and the dialler keeps the address that it dialled", async () => {
    const { clock, network, trace } = street();
    const sources: string[] = [];
    network.listen(web, 8080, ({ remote }) => sources.push(remote.ip));
    network.forward(({ ip, port }) =>
      ip === "203.0.113.10" && port === 80
        ? { to: { ip: "10.0.0.11", port: 30080 }, by: "cloud/lb", why: "" }
        : undefined,
    );
    network.forward(({ port }) =>
      port === 30080
        ? { to: { ip: web.ip, port: 8080 }, by: "node/node-1", why: "", source: "10.0.0.11" }
        : undefined,
    );
    const client = await clock.finish(
      network.dial(laptop, { ip: "203.0.113.10", port: 80 }, trace),
    );
    expect(client.remote).toEqual({ ip: "203.0.113.10", port: 80 });
    expect(sources).toEqual(["10.0.0.11"]);
    expect(trace.hops.map(told)).toEqual([
      "0 forward cloud/lb 203.0.113.10:80 → 10.0.0.11:30080",
      "0 forward node/node-1 10.0.0.11:30080 → 10.244.1.7:8080",
      "8 connect client/laptop → 10.244.1.7:8080",
    ]);
  });

  test.each([
    ["10.244.1.7", "refused", 16, "8 refuse pod/default/web-1 refused: nobody listens on port 80"],
    [
      "10.244.9.9",
      "timeout",
      5000,
      "8 refuse client/laptop timeout: no host answers at 10.244.9.9",
    ],
    ["10.1.1.1", "unreachable", 8, "0 refuse client/laptop unreachable: no such street"],
    ["10.2.2.2", "unreachable", 8, `forwarded ${forwardingsMax} times`],
    ["10.3.3.3", "timeout", 5000, "0 refuse client/laptop timeout: dropped"],
  ])("a dial to %s ends as %s after %i ms", async (ip, fault, afterMs, hop) => {
    const { clock, network, trace } = street();
    network.forward((to) => {
      if (to.ip === "10.1.1.1") return new NetError("unreachable", "no such street");
      if (to.ip === "10.2.2.2") return { to, by: "node/node-1", why: "again" };
      if (to.ip === "10.3.3.3") return new NetError("timeout", "dropped");
      return undefined;
    });
    const dial = network.dial(laptop, { ip, port: 80 }, trace, { timeoutMs: 5000 });
    expect(await clock.finish(faultOf(dial))).toBe(fault);
    expect(clock.now()).toBe(afterMs);
    expect(told(trace.hops.at(-1)!)).toContain(hop);
  });

  test("127.0.0.1 is the dialler itself, and no forwarder is asked", async () => {
    const { clock, network, trace } = street();
    network.forward(() => new NetError("refused", "never asked"));
    const locals: string[] = [];
    network.listen(web, 80, ({ local }) => locals.push(local.ip));
    await clock.finish(network.dial(web, { ip: "127.0.0.1", port: 80 }, trace));
    expect(locals).toEqual([web.ip]);
  });
});

test("a trace that goes round in circles stays bounded", () => {
  const { trace } = street();
  for (let i = 0; i < 2 * hopsMax; i++) {
    trace.add(laptop.actor, {
      did: "connect",
      from: { ip: "a", port: 1 },
      to: { ip: "b", port: 1 },
    });
  }
  expect(trace.hops).toHaveLength(hopsMax);
});

describe("hosts", () => {
  test("a host that leaves resets its connections, and its address is free again", async () => {
    const { clock, network, trace, places } = street();
    network.listen(web, 80, () => {});
    const client = await clock.finish(network.dial(api, { ip: web.ip, port: 80 }, trace));
    places[1]!.detach();
    expect(await clock.finish(faultOf(client.read()))).toBe("reset");
    expect(network.connections).toBe(0);
    network.attach(web);
  });

  test("an address or a port is given out once", () => {
    const { network } = street();
    const listener = network.listen(web, 80, () => {});
    expect(() => network.listen(web, 80, () => {})).toThrow("10.244.1.7:80");
    expect(() => network.attach({ actor: "x", ip: web.ip })).toThrow("already");
    listener.close();
    network.listen(web, 80, () => {});
    expect(() => network.listen({ actor: "x", ip: "10.9.9.9" }, 1, () => {})).toThrow("not on");
  });
});

describe("names", () => {
  test.each([
    ["example.com", "203.0.113.10", "16 resolve dns/public example.com = 203.0.113.10: a record"],
    ["gone.example", "unresolved", "16 resolve dns/public gone.example = : no such name"],
    ["nobody.test", "unresolved", "16 resolve client/laptop nobody.test = : no name server knows"],
  ])("%s → %s", async (name, answer, hop) => {
    const { clock, network, trace } = street();
    const by = "dns/public";
    network.serveNames((asked) => {
      if (asked === "example.com") return { ips: ["203.0.113.10"], by, why: "a record" };
      return asked === "gone.example" ? { ips: [], by, why: "no such name" } : undefined;
    });
    const asked = network.resolve(laptop, name, trace).then((ips) => ips.join());
    const seen = await clock.finish(asked.catch((error: NetError) => error.fault));
    expect(seen).toBe(answer);
    expect(told(trace.hops[0]!)).toContain(hop);
  });

  test("an address is its own answer, and no hop", async () => {
    const { network, trace } = street();
    expect(await network.resolve(laptop, "10.0.0.1", trace)).toEqual(["10.0.0.1"]);
    expect(trace.hops).toEqual([]);
  });
});

async function note(connection: Connection, seen: string[], clock: VirtualClock): Promise<void> {
  for (;;) {
    const bytes = await connection.read();
    seen.push(`${clock.now()} ${bytes ? text(bytes) : "end"}`);
    if (!bytes) return;
  }
}
