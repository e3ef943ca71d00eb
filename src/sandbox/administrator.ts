// Who sets a hotel up: kubectl apply and helm install by hand, without either around them. What
// is in the cluster afterwards is the same to the letter (a test compares); but nobody watches,
// and the page is spared YAML, REST and every command until somebody opens a terminal.

import { kinds, Namespace, Secret } from "../api/kinds/index.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { keyOf, type Obj } from "../api/object.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { StartFile } from "../lesson/lesson.ts";
import type { Values } from "../shell/charts/chart.ts";
import { charts } from "../shell/charts/charts.ts";
import {
  namespaceOf,
  prepared,
  recordOf,
  rendered,
  renderManifest,
  secretOf,
  withOwner,
} from "../shell/commands/helm/release.ts";
import { withLastApplied } from "../shell/commands/kubectl/lastapplied.ts";

/** Setting up failed: content of the project is wrong, or the cluster is. */
export class HotelError extends Error {
  override name = "HotelError";
}

export class Administrator {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** kubectl apply -f, one file after the other. Throws HotelError. */
  async apply(files: readonly StartFile[]): Promise<void> {
    for (const file of files) {
      await this.#run(`kubectl apply -f ${file.name}`, () => this.#applyFile(file));
    }
  }

  /**
   * helm install CHART CHART/CHART -n CHART --create-namespace. Throws HotelError.
   * @param chart its name; settings as after --set may follow: "traefik deployment.replicas=2"
   */
  async install(chart: string): Promise<void> {
    await this.#run(`helm install ${chart}`, () => this.#install(chart));
  }

  /** Objects known beforehand and not there yet need no kubectl to be created. */
  async #applyFile(file: StartFile): Promise<void> {
    const { server, clock } = this.#cluster;
    const client = server.client("kubernetes-admin", "kubectl-client-side-apply");
    const objects = file.objects?.map((object) => placed(object, "default"));
    const there = await Promise.all(
      objects?.map((object) => client.get(kindOf(object), keyOf(object))) ?? [],
    );
    if (objects === undefined || there.some((one) => one !== undefined)) {
      const { kubectlApply } = await clock.during(import("./kubectlapply.ts"));
      return kubectlApply(this.#cluster, file);
    }
    for (const object of objects) await client.create(kindOf(object), withLastApplied(object));
  }

  /** In helm's order of writes. */
  async #install(what: string): Promise<void> {
    const [name = "", ...settings] = what.split(" ");
    const { server, clock } = this.#cluster;
    const client = server.client("kubernetes-admin", "helm");
    if (!Object.hasOwn(charts, name)) throw new Error(`repo ${name} not found`);
    const chart = await clock.during(charts[name]!());
    const release = { name, namespace: name, revision: 1 };
    const config: Values = {};
    let { values } = chart;
    if (settings.length > 0) {
      const { mergeValues, setValues } = await clock.during(
        import("../shell/commands/helm/values.ts"),
      );
      for (const setting of settings) setValues(config, setting);
      values = mergeValues(values, config);
    }
    const all = await prepared(chart, values, release, { random: this.#cluster.random, clock });
    const manifest = renderManifest(chart, all, release);
    const now = clock.now();
    const time = new Date(now).toISOString();
    const times = { firstDeployed: time, lastDeployed: time };
    const record = { chart, release, values, config, manifest, ...times };
    const begun = recordOf({
      ...record,
      status: "pending-install",
      description: "Initial install underway",
    });
    const done = recordOf({ ...record, status: "deployed", description: "Install complete" });
    const secret = secretOf(begun, now);
    if (await client.get(Secret, keyOf(secret))) {
      throw new Error("cannot re-use a name that is still in use");
    }
    if (!(await client.get(Namespace, name))) await client.create(Namespace, namespaceOf(name));
    await client.create(Secret, secret);
    if (chart.crds) await this.#define(await clock.during(chart.crds()));
    for (const { object } of rendered(chart, all, release)) {
      const owned = placed(withOwner(object, release), name);
      await client.create(kindOf(owned), owned);
    }
    await client.update(Secret, secretOf(done, clock.now()));
  }

  /** A chart's definitions; the kind of definitions itself comes with the first request. */
  async #define(definitions: readonly Obj[]): Promise<void> {
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for (const body of definitions) {
      const query = new URLSearchParams({ fieldManager: "helm" });
      const { status } = await this.#cluster.api({
        method: "POST",
        path,
        query,
        headers: {},
        body,
      });
      const there = status === 409;
      if (status >= 300 && !there) throw new Error(`${body.metadata.name} was refused: ${status}`);
    }
  }

  async #run(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await this.#cluster.clock.finish(work());
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new HotelError(`${what}: ${words.trim()}`, { cause: error });
    }
  }
}

function kindOf({ apiVersion, kind }: Obj): Kind {
  const found = kinds.find((one) => one.apiVersion === apiVersion && one.kind === kind);
  if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
  return found;
}

/** The object in a namespace, when its kind wants one and it names none. */
function placed(object: Obj, namespace: string): Obj {
  if (!kindOf(object).namespaced || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}
