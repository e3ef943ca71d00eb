// Opens a hotel: a cluster with its rooms, brought to the state that a scene or a lesson starts
// from. Everything is set up with kubectl and helm, as an administrator would; virtual time runs
// until all is ready, so the first thing shown is a hotel at rest.

import { Informers } from "../client/informer.ts";
import { Cluster } from "../cluster/cluster.ts";
import { Deployment, Ingress } from "../api/kinds/index.ts";
import { keyOf } from "../api/object.ts";
import type { Start, StartFile } from "../lesson/lesson.ts";
import { etcFiles } from "../shell/etc.ts";
import { MemoryFiles } from "../shell/memoryfiles.ts";
import { Administrator, HotelError } from "./administrator.ts";
import { baseFiles } from "./base.ts";

export { HotelError };
export type { StartFile };

export const home = "/home/guest";

export interface Hotel {
  readonly cluster: Cluster;
  readonly informers: Informers;
  /** The learner's laptop. */
  readonly files: MemoryFiles;
  close(): void;
}

/** Cluster time that setting up may take. */
export const readyMsMax = 300_000;

/** What a broken hotel gets instead of becoming ready: time for every symptom to show. */
const brokenMs = 120_000;

/** What was just applied reaches the informers within this cluster time. */
const noticeMs = 50;

/**
 * Opens a hotel that is ready.
 * @param options.startMs the cluster's first moment; getting ready takes cluster time from then.
 * @param options.rooms false for a new cluster with nothing in it.
 */
export async function openHotel(options: {
  seed: number;
  start: Start;
  startMs?: number;
  rooms?: boolean;
}): Promise<Hotel> {
  const { seed, start, startMs, rooms = true } = options;
  const cluster = new Cluster({ seed, ...(startMs !== undefined && { startMs }) });
  const informers = new Informers({ client: cluster.client, clock: cluster.clock });
  const hotel: Hotel = {
    cluster,
    informers,
    files: new MemoryFiles(
      Object.fromEntries([
        ...Object.entries(etcFiles),
        [`${home}/.profile`, "# ~/.profile: read at login\n"],
        ...start.files.map(({ name, content }) => [`${home}/${name}`, content]),
      ]),
    ),
    close: () => {
      informers.stop();
      cluster.stop();
    },
  };
  cluster.start();
  for (const [name, ip] of Object.entries(start.names)) cluster.publicNames.set(name, ip);
  const administrator = new Administrator(cluster);
  if (rooms) await administrator.apply(baseFiles);
  for (const [i, chart] of start.install.entries()) {
    // One after the other, so that the first has the first public address.
    if (i > 0) await untilReady(hotel);
    await administrator.install(chart);
  }
  await untilReady(hotel);
  await administrator.apply(start.objects);
  if (start.faults) {
    await untilReady(hotel);
    const { drawFaults } = await cluster.clock.during(import("../lesson/faults.ts"));
    await administrator.apply(drawFaults(start.faults, cluster.random.fork("faults")));
  }
  if (start.broken) await cluster.clock.advance(brokenMs);
  else await untilReady(hotel);
  return hotel;
}

/** Runs virtual time until every Deployment is available, and every read card has its address. */
async function untilReady({ cluster, informers }: Hotel): Promise<void> {
  const deployments = informers.of(Deployment);
  const ingresses = informers.of(Ingress);
  const late = (): readonly string[] => {
    if (!deployments.synced || !ingresses.synced) return ["the first list of objects"];
    const starting = deployments.list().filter((one) => !isComplete(one));
    const controllers = deployments.list().filter(isController);
    const waiting = controllers.length === 0 ? [] : ingresses.list().filter(hasNoAddress);
    return [...starting, ...waiting].map((one) => `${one.kind} ${keyOf(one)}`);
  };
  await cluster.clock.advance(noticeMs);
  const ready = await cluster.clock.until(() => late().length === 0, { limitMs: readyMsMax });
  if (ready) return;
  throw new HotelError(
    `wanted a hotel at rest within ${readyMsMax / 1000} s, still waiting for ${late().join(", ")}`,
  );
}

function isComplete({ metadata, spec, status }: Deployment): boolean {
  const current = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  return current && (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1);
}

function isController({ metadata }: Deployment): boolean {
  return metadata.labels?.["app.kubernetes.io/component"] === "controller";
}

function hasNoAddress({ status }: Ingress): boolean {
  return (status?.loadBalancer?.ingress ?? []).length === 0;
}
