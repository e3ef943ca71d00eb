// The machines of the cluster: node-1, node-2 … register themselves, ready, and say nothing
// more while nothing happens (upstream renews a Lease every ten seconds; here nobody waits for
// it, and an idle cluster writes nothing).

import type { Client } from "../api/client.ts";
import { isAlreadyExists } from "../api/errors.ts";
import { Node } from "../api/kinds/node.ts";
import type { NodeCondition } from "../api/kinds/node.ts";
import { timestamp } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Host, NameServer } from "../net/network.ts";

/** A machine: its name, its host on the network, and the range that its Pods' addresses are of. */
export interface Machine {
  readonly name: string;
  readonly host: Host;
  readonly podCidr: string;
}

/** The most machines that the address plan has room for. */
const machinesMax = 200;

/** Every address inside the cluster network: nodes 10.0.0/24, Pods 10.244/16, Services 10.96/16. */
export function machines(count: number): Machine[] {
  return Array.from({ length: Math.min(count, machinesMax) }, (_, i) => {
    const name = `node-${i + 1}`;
    return {
      name,
      host: { actor: `node/${name}`, ip: `10.0.0.${11 + i}` },
      podCidr: `10.244.${i + 1}.0/24`,
    };
  });
}

/** Machines by their own names, as everybody in this town knows them. */
export function nodeNames(all: readonly Machine[]): NameServer {
  const byName = new Map(all.map(({ name, host }) => [name, host.ip]));
  return (name) => {
    const ip = byName.get(name);
    const why = `${name} is a machine of the cluster`;
    return ip === undefined ? undefined : { ips: [ip], by: "dns/public", why };
  };
}

const kubeletVersion = "v1.36.1";

/** Registers a machine as a ready Node. */
export async function registerNode(
  machine: Machine,
  o: { client: Client; clock: Clock; random: Random },
): Promise<void> {
  try {
    await o.client.create(Node, nodeOf(machine, o.clock.now(), o.random.fork(machine.name)));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

function nodeOf({ name, host, podCidr }: Machine, now: number, random: Random): Node {
  const resources = {
    cpu: "8",
    "ephemeral-storage": "102350Mi",
    "hugepages-2Mi": "0",
    memory: "16374208Ki",
    pods: "110",
  };
  return {
    apiVersion: Node.apiVersion,
    kind: Node.kind,
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
      },
      annotations: { "node.alpha.kubernetes.io/ttl": "0" },
    },
    spec: { podCIDR: podCidr, podCIDRs: [podCidr], providerID: `grand://hotel/${name}` },
    status: {
      addresses: [
        { type: "InternalIP", address: host.ip },
        { type: "Hostname", address: name },
      ],
      capacity: resources,
      allocatable: { ...resources, memory: "16271808Ki" },
      conditions: conditions(timestamp(now)),
      nodeInfo: {
        machineID: random.uuid().replaceAll("-", ""),
        systemUUID: random.uuid(),
        bootID: random.uuid(),
        kernelVersion: "6.12.0-hotel",
        osImage: "Grand Linux 1 (Lobby)",
        containerRuntimeVersion: "containerd://2.1.4",
        kubeletVersion,
        kubeProxyVersion: "",
        operatingSystem: "linux",
        architecture: "amd64",
      },
    },
  };
}

/** Type, reason and message of what is well. */
const well: readonly (readonly [string, "True" | "False", string, string])[] = [
  [
    "MemoryPressure",
    "False",
    "KubeletHasSufficientMemory",
    "kubelet has sufficient memory available",
  ],
  ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
  ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
];

function conditions(at: string): NodeCondition[] {
  return well.map(([type, status, reason, message]) => ({
    type,
    status,
    lastHeartbeatTime: at,
    lastTransitionTime: at,
    reason,
    message,
  }));
}
