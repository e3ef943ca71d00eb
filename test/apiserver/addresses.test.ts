import { describe, expect, test } from "vitest";
import { Service } from "../../src/api/kinds/service.ts";
import type { ServiceSpec } from "../../src/api/kinds/service.ts";
import { refusal, service, world } from "./world.ts";

/** "10.96.x.x 80:3xxxx" */
function seen({ spec }: Service): string {
  const ports = spec.ports?.map((port) => (port.nodePort ? `${port.port}:N` : `${port.port}`));
  const ip = spec.clusterIP?.replace(/^10\.96\.\d+\.\d+$/, "IP");
  return [ip ?? "-", ...(ports ?? [])].join(" ");
}

describe("Service addresses", () => {
  test.each<[string, Partial<ServiceSpec>, string]>([
    ["ClusterIP", {}, "IP 80"],
    ["headless", { clusterIP: "None" }, "None 80"],
    ["NodePort", { type: "NodePort" }, "IP 80:N"],
    ["LoadBalancer", { type: "LoadBalancer" }, "IP 80:N"],
    [
      "LoadBalancer without node ports",
      { type: "LoadBalancer", allocateLoadBalancerNodePorts: false },
      "IP 80",
    ],
    ["ExternalName", { type: "ExternalName", externalName: "x.org" }, "- 80"],
    [
      "two ports",
      {
        type: "NodePort",
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 443 },
        ],
      },
      "IP 80:N 443:N",
    ],
  ])("a Service of type %s", async (_, spec, expected) => {
    expect(seen(await world().client.create(Service, service("a", spec)))).toBe(expected);
  });

  test("ranges: addresses above the ones for own choice, ports likewise", async () => {
    const { client } = world();
    for (let i = 0; i < 200; i++) {
      const { spec } = await client.create(Service, service(`s${i}`, { type: "NodePort" }));
      expect(spec.clusterIP).toMatch(/^10\.96\.([1-9]\d*)\.\d+$/);
      expect(spec.clusterIPs).toEqual([spec.clusterIP]);
      expect(spec.ports![0]!.nodePort).toBeGreaterThanOrEqual(30_086);
      expect(spec.ports![0]!.nodePort).toBeLessThanOrEqual(32_767);
    }
    const { items } = await client.list(Service);
    expect(new Set(items.map(({ spec }) => spec.clusterIP)).size).toBe(items.length);
  });

  test.each<[string, Partial<ServiceSpec>, string]>([
    [
      "a taken address",
      { clusterIP: "10.96.0.10" },
      'spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: ' +
        "provided IP is already allocated",
    ],
    [
      "an address out of range",
      { clusterIP: "10.97.0.1" },
      'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: ' +
        "the provided IP (10.97.0.1) is not in the valid range. " +
        "The range of valid IPs is 10.96.0.0/16",
    ],
    [
      "a taken port",
      { type: "NodePort", ports: [{ port: 80, nodePort: 30_080 }] },
      "spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated",
    ],
    [
      "a port out of range",
      { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] },
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. " +
        "The range of valid ports is 30000-32767",
    ],
  ])("refuses %s", async (_, spec, message) => {
    const { client } = world();
    const first = { clusterIP: "10.96.0.10", ports: [{ port: 80, nodePort: 30_080 }] };
    await client.create(Service, service("a", { ...first, type: "NodePort" }));
    const refused = await refusal(client.create(Service, service("b", spec)));
    expect(refused).toBe(`Invalid: Service "b" is invalid: ${message}`);
    await client.remove(Service, "default/a");
    if (!message.includes("range")) await client.create(Service, service("b", spec));
  });

  test("a manifest that names neither address nor ports keeps both", async () => {
    const { client } = world();
    const made = await client.create(Service, service("a", { type: "NodePort" }));
    const spec = { type: "NodePort", ports: [{ port: 80, targetPort: 8080 }] } as const;
    const updated = await client.update(Service, service("a", { ...spec, ports: [...spec.ports] }));
    expect(updated.spec.clusterIP).toBe(made.spec.clusterIP);
    expect(updated.spec.ports![0]!.nodePort).toBe(made.spec.ports![0]!.nodePort);
    expect(updated.spec.ports![0]!.targetPort).toBe(8080);
  });

  test("a change of type takes and gives back", async () => {
    const { client } = world();
    const made = await client.create(Service, service("a", { type: "NodePort" }));
    const nodePort = made.spec.ports![0]!.nodePort!;
    const inside = await client.update(Service, {
      ...made,
      spec: { ...made.spec, type: "ClusterIP" },
    });
    expect(seen(inside)).toBe("IP 80");
    expect(inside.spec.externalTrafficPolicy).toBeUndefined();
    const ports = [{ port: 80, nodePort }];
    await client.create(Service, service("b", { type: "NodePort", ports }));
    const outside = await client.update(Service, {
      ...inside,
      spec: { ...inside.spec, type: "LoadBalancer" },
    });
    expect(seen(outside)).toBe("IP 80:N");
    expect(outside.spec.clusterIP).toBe(made.spec.clusterIP);
  });

  test("the same seed gives the same addresses", async () => {
    const run = async (): Promise<string | undefined> =>
      (await world().client.create(Service, service("a"))).spec.clusterIP;
    expect(await run()).toBe(await run());
  });
});
