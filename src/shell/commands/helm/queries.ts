// helm list, status, get, history, show, search, repo: everything that only reads, and the
// repositories.

import { printYaml } from "../../../api/yaml.ts";
import type { Values } from "../../charts/chart.ts";
import { museum } from "../../charts/museum.ts";
import { notHere, type Call } from "../../command.ts";
import { HelmError } from "./errors.ts";
import type { HelmArguments } from "./flags.ts";
import type { Helm } from "./install.ts";
import { ansiTime, listTime, table } from "./print.ts";
import type { ReleaseRecord } from "./release.ts";
import { listReleases } from "./releases.ts";
import { releaseReport } from "./report.ts";
import {
  addedRepositories,
  findChart,
  sameUrl,
  saveRepositories,
  unreachable,
} from "./repositories.ts";
import { mergeValues } from "./values.ts";

export async function list(helm: Helm, given: HelmArguments): Promise<void> {
  const namespace = given.has("all-namespaces") ? undefined : helm.namespace;
  const all = await listReleases(helm.cluster.api, namespace);
  const newest = all.filter((one, i) => {
    const next = all[i + 1];
    return next?.name !== one.name || next.namespace !== one.namespace;
  });
  const pattern = given.text("filter");
  const shown = newest.filter(({ name }) => pattern === "" || name.includes(pattern));
  if (given.has("short"))
    return helm.call.stdout.write(shown.map(({ name }) => `${name}\n`).join(""));
  const rows = shown.map((one) => ({
    name: one.name,
    namespace: one.namespace,
    revision: String(one.version),
    updated: listTime(one.info.last_deployed),
    status: one.info.status,
    chart: `${one.chart.metadata.name}-${one.chart.metadata.version}`,
    app_version: one.chart.metadata.appVersion,
  }));
  print(helm.call, given, rows, "NAME NAMESPACE REVISION UPDATED STATUS CHART APP_VERSION");
}

export async function status(helm: Helm, given: HelmArguments): Promise<void> {
  const record = await loaded(helm, given);
  if (!structured(helm.call, given, record)) helm.call.stdout.write(releaseReport(record));
}

export async function history(helm: Helm, given: HelmArguments): Promise<void> {
  const name = one(given, "history RELEASE_NAME");
  const revisions = await listReleases(helm.cluster.api, helm.namespace, name);
  if (revisions.length === 0) throw new HelmError("release: not found");
  const rows = revisions.map(({ version, info, chart }) => [
    String(version),
    ansiTime(info.last_deployed),
    info.status,
    `${chart.metadata.name}-${chart.metadata.version}`,
    chart.metadata.appVersion,
    info.description,
  ]);
  const head = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"];
  helm.call.stdout.write(table([head, ...rows]));
}

export async function getValues(helm: Helm, given: HelmArguments): Promise<void> {
  const record = await loaded(helm, given);
  const chart = museum.find(({ name }) => name === record.chart.metadata.name);
  const all = given.has("all");
  const values: Values = all && chart ? mergeValues(chart.values, record.config) : record.config;
  if (structured(helm.call, given, values)) return;
  const title = all ? "COMPUTED VALUES:" : "USER-SUPPLIED VALUES:";
  const content = Object.keys(values).length > 0 ? printYaml(values) : "null\n";
  helm.call.stdout.write(`${title}\n${content}`);
}

export async function getManifest(helm: Helm, given: HelmArguments): Promise<void> {
  helm.call.stdout.write(`${(await loaded(helm, given)).manifest}\n`);
}

export async function getNotes(helm: Helm, given: HelmArguments): Promise<void> {
  helm.call.stdout.write(`NOTES:\n${(await loaded(helm, given)).info.notes}\n`);
}

export function showValues(helm: Helm, given: HelmArguments): void {
  helm.call.stdout.write(printYaml(shown(helm, given, "show values").values));
}

export function showChart(helm: Helm, given: HelmArguments): void {
  const { name, version, appVersion, description } = shown(helm, given, "show chart");
  helm.call.stdout.write(printYaml({ apiVersion: "v2", name, version, appVersion, description }));
}

export function searchRepo(helm: Helm, given: HelmArguments): void {
  const added = addedRepositories(helm.call);
  if (added.length === 0) throw new HelmError("no repositories configured");
  const word = (given.operands[0] ?? "").toLowerCase();
  const rows = museum.flatMap((chart) => {
    const repo = added.find(({ url }) => sameUrl(url, chart.repoUrl));
    const name = `${repo?.name}/${chart.name}`;
    const text = `${name} ${chart.description}`.toLowerCase();
    if (!repo || !text.includes(word)) return [];
    const { version, appVersion, description } = chart;
    return [{ name, chart_version: version, app_version: appVersion, description }];
  });
  if (rows.length === 0 && given.text("output") === "")
    return helm.call.stdout.write("No results found\n");
  print(helm.call, given, rows, "NAME CHART_VERSION APP_VERSION DESCRIPTION");
}

export function repoAdd(helm: Helm, given: HelmArguments): void {
  const [name = "", url = ""] = given.operands;
  if (given.operands.length !== 2) {
    throw new HelmError(
      `"helm repo add" requires 2 arguments\n\nUsage:  helm repo add [NAME] [URL] [flags]`,
    );
  }
  const added = addedRepositories(helm.call);
  const old = added.find((one) => one.name === name);
  if (old && sameUrl(old.url, url)) {
    return helm.call.stdout.write(
      `"${name}" already exists with the same configuration, skipping\n`,
    );
  }
  if (old && !given.has("force-update")) {
    throw new HelmError(
      `repository name (${name}) already exists, please specify a different name`,
    );
  }
  if (!museum.some((chart) => sameUrl(chart.repoUrl, url))) throw unreachable(url);
  saveRepositories(helm.call, [...added.filter((one) => one !== old), { name, url }]);
  helm.call.stdout.write(`"${name}" has been added to your repositories\n`);
}

export function repoUpdate(helm: Helm, given: HelmArguments): void {
  const added = addedRepositories(helm.call);
  if (added.length === 0)
    throw new HelmError("no repositories found. You must add one before updating");
  const wanted = given.operands.length > 0 ? given.operands : added.map(({ name }) => name);
  const unknown = wanted.filter((name) => !added.some((one) => one.name === name));
  if (unknown.length > 0) {
    throw new HelmError(
      `no repositories found matching '${unknown.join(" ")}'.  Nothing will be updated`,
    );
  }
  const lines = wanted.map(
    (name) => `...Successfully got an update from the "${name}" chart repository\n`,
  );
  helm.call.stdout.write(
    `Hang tight while we grab the latest from your chart repositories...\n${lines.join("")}Update Complete. ⎈Happy Helming!⎈\n`,
  );
}

export function repoList(helm: Helm, given: HelmArguments): void {
  const added = addedRepositories(helm.call);
  if (added.length === 0) throw new HelmError("no repositories to show");
  print(
    helm.call,
    given,
    added.map(({ name, url }) => ({ name, url })),
    "NAME URL",
  );
}

export function repoRemove(helm: Helm, given: HelmArguments): void {
  const added = addedRepositories(helm.call);
  for (const name of given.operands) {
    if (!added.some((one) => one.name === name))
      throw new HelmError(`no repo named "${name}" found`);
    saveRepositories(
      helm.call,
      added.filter((one) => one.name !== name),
    );
    helm.call.stdout.write(`"${name}" has been removed from your repositories\n`);
  }
}

function shown(helm: Helm, given: HelmArguments, command: string) {
  const chart = one(given, `${command} [CHART]`);
  return findChart(helm.call, { chart, repo: given.text("repo"), version: given.text("version") });
}

async function loaded(helm: Helm, given: HelmArguments): Promise<ReleaseRecord> {
  const name = one(given, "status RELEASE_NAME");
  const revisions = await listReleases(helm.cluster.api, helm.namespace, name);
  const wanted = given.text("revision");
  const found = wanted
    ? revisions.find(({ version }) => String(version) === wanted)
    : revisions.at(-1);
  if (!found) throw new HelmError("release: not found");
  return found;
}

function one(given: HelmArguments, usage: string): string {
  if (given.operands.length === 1) return given.operands[0]!;
  const command = usage.replace(/ [[A-Z].*$/, "");
  throw new HelmError(`"helm ${command}" requires 1 argument\n\nUsage:  helm ${usage} [flags]`);
}

/** -o json and -o yaml; false when a table is wanted. */
function structured(call: Call, given: HelmArguments, value: unknown): boolean {
  const output = given.text("output");
  if (output === "json") call.stdout.write(`${JSON.stringify(value)}\n`);
  else if (output === "yaml") call.stdout.write(printYaml(value));
  else if (output === "" || output === "table") return false;
  else
    throw new HelmError(
      `invalid argument "${output}" for "-o, --output" flag: invalid format type`,
    );
  return true;
}

function print(
  call: Call,
  given: HelmArguments,
  rows: readonly Record<string, string>[],
  head: string,
): void {
  if (structured(call, given, rows)) return;
  const names = head.split(" ");
  const body = rows.map((row) => names.map((name) => row[name.toLowerCase()] ?? ""));
  call.stdout.write(table([names.map((name) => name.replaceAll("_", " ")), ...body]));
}

export function version(helm: Helm, given: HelmArguments): void {
  const words = given.has("short")
    ? "v3.18.4"
    : 'version.BuildInfo{Version:"v3.18.4", GitCommit:"", GitTreeState:"clean", GoVersion:"go1.24.4"}';
  helm.call.stdout.write(`${words}\n`);
}

/** Words of helm's that have no counterpart here. */
export function absent(command: string): HelmError {
  return new HelmError(notHere(`helm ${command} (the real helm has it)`));
}
