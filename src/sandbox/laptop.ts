// The learner's laptop as the shell sees it, with the sandbox looking over the shoulder: which
// requests are guests, and what of the cluster the learner has looked at.

import type { RestTransport } from "../api/transport.ts";
import type { Shell } from "../shell/shell.ts";
import type { HotelControls, World } from "../shell/world.ts";
import type { Guests } from "./guests.ts";
import type { Hotel } from "./hotel.ts";

export interface LaptopOptions {
  readonly hotel: Hotel;
  readonly guests: Guests;
  /** The learner read something of the cluster: see `lookedAt`. */
  noticed(what: string): void;
  openEditor(path: string): Promise<boolean>;
  readonly controls: HotelControls | undefined;
}

export function laptopWorld(o: LaptopOptions): World {
  const { hotel, guests } = o;
  const { cluster, files } = hotel;
  return {
    clock: cluster.clock,
    random: cluster.random.fork("laptop"),
    api: observed(cluster.api, (what) => o.noticed(what)),
    network: cluster.network,
    laptop: cluster.laptop,
    files,
    startTrace: (request) => guests.start(request),
    finishTrace: (trace, error) => guests.finish(trace, { ...(error !== undefined && { error }) }),
    openEditor: o.openEditor,
    ...(o.controls && { hotel: o.controls }),
  };
}

/** Tells the command lines that a shell is given. */
export function watched(shell: Shell, did: (command: string) => void): Shell {
  const execute = shell.execute.bind(shell);
  shell.execute = (line, io) => {
    did(line);
    return execute(line, io);
  };
  return shell;
}

function observed(api: RestTransport, noticed: (what: string) => void): RestTransport {
  return (request) => {
    const what = request.method === "GET" ? lookedAt(request.path) : undefined;
    if (what !== undefined) noticed(what);
    return api(request);
  };
}

/**
 * What a GET looks at, as lessons name it: "ingressclasses", "pods -A", "pods default",
 * "pods default/web-1", "log default/web-1". Undefined for discovery.
 */
export function lookedAt(path: string): string | undefined {
  const match =
    /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(\/log)?$/.exec(
      path,
    );
  if (!match) return undefined;
  const [, namespace, plural = "", name, log] = match;
  if (log) return `log ${namespace}/${name}`;
  if (namespace !== undefined) return `${plural} ${namespace}${name ? `/${name}` : ""}`;
  if (name !== undefined) return `${plural} ${name}`;
  return clusterScoped.has(plural) ? plural : `${plural} -A`;
}

const clusterScoped: ReadonlySet<string> = new Set(["ingressclasses", "nodes", "namespaces"]);
