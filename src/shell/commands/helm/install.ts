// helm install, upgrade, template, uninstall: everything that makes or ends a release.

import { text } from "../../../base/bytes.ts";
import { ApiError } from "../../../api/errors.ts";
import { parseYaml } from "../../../api/yaml.ts";
import type { Chart, Release, Values } from "../../charts/chart.ts";
import { notHere, pathOf, type Call } from "../../command.ts";
import { HelmError } from "./errors.ts";
import type { HelmArguments } from "./flags.ts";
import {
  applyObjects,
  installDefinitions,
  objectsOf,
  removeObjects,
  waitReady,
  type Cluster,
} from "./objects.ts";
import { namespaceOf, prepared, recordOf, renderManifest, type ReleaseRecord } from "./release.ts";
import { forgetRelease, lastRelease, listReleases, saveRelease } from "./releases.ts";
import { findChart } from "./repositories.ts";
import { isMap, mergeValues, setValues, unknownPaths } from "./values.ts";
import { releaseReport } from "./report.ts";

/** What a subcommand is given. */
export interface Helm {
  readonly call: Call;
  readonly cluster: Cluster;
  readonly namespace: string;
}

export async function install(helm: Helm, given: HelmArguments): Promise<void> {
  const { name, chart } = await named(helm, given);
  checkName(name);
  const before = await lastRelease(helm.cluster.api, helm.namespace, name);
  if (before && before.info.status !== "failed") {
    throw new HelmError("cannot re-use a name that is still in use");
  }
  await deploy(helm, given, {
    name,
    chart,
    before: undefined,
    revision: (before?.version ?? 0) + 1,
    description: "Install complete",
  });
}

export async function upgrade(helm: Helm, given: HelmArguments): Promise<void> {
  const [name = "", reference = ""] = operands(given, 2, "upgrade [RELEASE] [CHART]");
  const before = await lastRelease(helm.cluster.api, helm.namespace, name);
  if (!before && !given.has("install")) throw new HelmError(`"${name}" has no deployed releases`);
  const chart = findChart(helm.call, {
    chart: reference,
    repo: given.text("repo"),
    version: given.text("version"),
  });
  if (!before) {
    helm.call.stdout.write(`Release "${name}" does not exist. Installing it now.\n`);
    return deploy(helm, given, {
      name,
      chart,
      before,
      revision: 1,
      description: "Install complete",
    });
  }
  await deploy(helm, given, {
    name,
    chart,
    before,
    revision: before.version + 1,
    description: "Upgrade complete",
  });
}

export async function template(helm: Helm, given: HelmArguments): Promise<void> {
  const words = given.operands.length === 1 ? ["release-name", ...given.operands] : given.operands;
  const [name = "", reference = ""] = words;
  if (words.length !== 2)
    throw new HelmError(
      `"helm template" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]`,
    );
  const chart = findChart(helm.call, {
    chart: reference,
    repo: given.text("repo"),
    version: given.text("version"),
  });
  const release = { name, namespace: helm.namespace, revision: 1 };
  const { values } = chosenValues(helm.call, given, chart, {});
  helm.call.stdout.write(await manifestOf(helm.call, chart, values, release));
}

export async function uninstall(helm: Helm, given: HelmArguments): Promise<void> {
  const { api } = helm.cluster;
  if (given.operands.length === 0) {
    throw new HelmError(
      `"helm uninstall" requires at least 1 argument\n\nUsage:  helm uninstall RELEASE_NAME [...] [flags]`,
    );
  }
  for (const name of given.operands) {
    const revisions = await listReleases(api, helm.namespace, name);
    const last = revisions.at(-1);
    if (!last) {
      if (given.has("ignore-not-found")) continue;
      throw new HelmError(`uninstall: Release not loaded: ${name}: release: not found`);
    }
    const release = { name, namespace: helm.namespace, revision: last.version };
    await removeObjects(helm.cluster, release, objectsOf(last.manifest));
    for (const record of revisions) await forgetRelease(api, record);
    helm.call.stdout.write(`release "${name}" uninstalled\n`);
  }
}

async function deploy(
  helm: Helm,
  given: HelmArguments,
  o: {
    name: string;
    chart: Chart;
    before: ReleaseRecord | undefined;
    revision: number;
    description: string;
  },
): Promise<void> {
  const { call, cluster, namespace } = helm;
  const release: Release = { name: o.name, namespace, revision: o.revision };
  const kept = o.before && given.has("reuse-values") ? o.before.config : {};
  const { values, config } = chosenValues(call, given, o.chart, kept);
  const manifest = await manifestOf(call, o.chart, values, release);
  const now = new Date(call.world.clock.now()).toISOString();
  const record = (status: ReleaseRecord["info"]["status"], description: string): ReleaseRecord =>
    recordOf({
      chart: o.chart,
      release,
      values,
      config,
      manifest,
      status,
      description,
      firstDeployed: o.before?.info.first_deployed ?? now,
      lastDeployed: now,
    });
  if (given.has("dry-run")) {
    call.stdout.write(
      `${releaseReport(record("pending-install", "Dry run complete"))}\nHOOKS:\nMANIFEST:\n${manifest}`,
    );
    return;
  }
  await ensureNamespace(helm, given.has("create-namespace"));
  await saveRelease(
    cluster.api,
    record("pending-install", "Initial install underway"),
    call.world.clock.now(),
  );
  const objects = objectsOf(manifest);
  try {
    const before = o.before ? objectsOf(o.before.manifest) : [];
    if (!o.before && o.chart.crds) {
      await installDefinitions(cluster, await call.world.clock.during(o.chart.crds()));
    }
    await applyObjects(cluster, release, { objects, before });
    if (given.has("wait")) {
      await waitReady(call, cluster, release, {
        objects,
        timeoutMs: duration(given.text("timeout") || "5m0s"),
      });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    await saveRelease(cluster.api, record("failed", why), call.world.clock.now());
    throw error;
  }
  if (o.before) {
    const superseded = { ...o.before, info: { ...o.before.info, status: "superseded" as const } };
    await saveRelease(cluster.api, superseded, call.world.clock.now());
  }
  const done = record("deployed", o.description);
  await saveRelease(cluster.api, done, call.world.clock.now());
  if (o.before) call.stdout.write(`Release "${o.name}" has been upgraded. Happy Helming!\n`);
  call.stdout.write(releaseReport(done));
}

async function manifestOf(
  { world: { clock, random } }: Call,
  chart: Chart,
  values: Values,
  release: Release,
): Promise<string> {
  return renderManifest(chart, await prepared(chart, values, release, { random, clock }), release);
}

async function named(helm: Helm, given: HelmArguments): Promise<{ name: string; chart: Chart }> {
  const generate = given.has("generate-name");
  const words = given.operands;
  if (generate && words.length === 2) {
    throw new HelmError("cannot set --generate-name and also specify a name");
  }
  if (!generate && words.length === 1) {
    throw new HelmError("must either provide a name or specify --generate-name");
  }
  const [first = "", second = ""] = generate ? ["", ...words] : words;
  if (words.length !== (generate ? 1 : 2)) {
    throw new HelmError(
      `"helm install" requires at least 1 argument\n\nUsage:  helm install [NAME] [CHART] [flags]`,
    );
  }
  const chart = findChart(helm.call, {
    chart: second,
    repo: given.text("repo"),
    version: given.text("version"),
  });
  const name = generate ? `${chart.name}-${Math.floor(helm.call.world.clock.now() / 1000)}` : first;
  return { name, chart };
}

/** Throws helm's words for a name that no object could carry. */
function checkName(name: string): void {
  if (
    name.length <= 53 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
  )
    return;
  throw new HelmError(
    `release name "${name}": invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53`,
  );
}

/** The chart's defaults with -f, --set and --set-string laid over them, in their order. */
function chosenValues(
  call: Call,
  given: HelmArguments,
  chart: Chart,
  kept: Values,
): { values: Values; config: Values } {
  let config: Values = kept;
  // Files first, then --set, whatever their order on the line (helm's values.Options).
  for (const path of given.all("values")) config = mergeValues(config, readValues(call, path));
  config = structuredClone(config);
  for (const [flag, value] of given.ordered) {
    if (flag === "set" || flag === "set-string") setValues(config, value, flag === "set-string");
  }
  for (const path of unknownPaths(chart.values, config)) {
    call.stderr.write(`${notHere(`the value ${path} of ${chart.name} changes nothing`)}\n`);
  }
  return { values: mergeValues(chart.values, config), config };
}

function readValues(call: Call, argument: string): Values {
  const path = pathOf(call, argument);
  if (call.world.files.kind(path) !== "file") {
    throw new HelmError(`open ${argument}: no such file or directory`);
  }
  const [document] = parseYaml(text(call.world.files.read(path)));
  if (document?.error)
    throw new HelmError(`failed to parse ${argument}: ${document.error.message}`);
  const value = (document?.value ?? {}) as Values;
  if (!isMap(value)) {
    throw new HelmError(
      `failed to parse ${argument}: error unmarshaling JSON: json: cannot unmarshal into Go value of type map[string]interface {}`,
    );
  }
  return value;
}

async function ensureNamespace({ cluster, namespace }: Helm, create: boolean): Promise<void> {
  const path = `/api/v1/namespaces`;
  try {
    await cluster.api.send("GET", `${path}/${namespace}`);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    if (!create)
      throw new HelmError(`create: failed to create: namespaces "${namespace}" not found`);
    await cluster.api.send("POST", path, { body: namespaceOf(namespace) });
  }
}

/** A Go duration in milliseconds: "5m0s", "90s". */
function duration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== text) {
    throw new HelmError(
      `invalid argument "${text}" for "--timeout" flag: time: invalid duration "${text}"`,
    );
  }
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return parts.reduce((sum, [, amount, name]) => sum + Number(amount) * unit[name as "s"], 0);
}

function operands(given: HelmArguments, count: number, usage: string): readonly string[] {
  if (given.operands.length === count) return given.operands;
  const [command] = usage.split(" ");
  throw new HelmError(
    `"helm ${command}" requires ${count} arguments\n\nUsage:  helm ${usage} [flags]`,
  );
}
