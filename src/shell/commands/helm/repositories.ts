// Chart repositories: which of the museum's the learner has added. They are there from the
// start, so that a lesson needs no line about them; `helm repo add` works as anywhere.

import { text, utf8 } from "../../../base/bytes.ts";
import { parseYaml, printYaml } from "../../../api/yaml.ts";
import type { Chart } from "../../charts/chart.ts";
import { museum, repositories } from "../../charts/museum.ts";
import { notHere, type Call } from "../../command.ts";
import { joinPath, parentOf } from "../../path.ts";
import { valueOf } from "../../session.ts";
import { HelmError } from "./errors.ts";

export interface Repository {
  readonly name: string;
  readonly url: string;
}

function fileOf(call: Call): string {
  return joinPath(valueOf(call.session, "HOME"), ".config/helm/repositories.yaml");
}

/** The repositories that have been added. */
export function addedRepositories(call: Call): Repository[] {
  const path = fileOf(call);
  if (call.world.files.kind(path) !== "file") {
    return [...repositories].map(([name, url]) => ({ name, url }));
  }
  const [document] = parseYaml(text(call.world.files.read(path)));
  const list = (document?.value as { repositories?: unknown } | undefined)?.repositories;
  return (Array.isArray(list) ? list : []).filter(
    (one): one is Repository => typeof one?.name === "string" && typeof one?.url === "string",
  );
}

export function saveRepositories(call: Call, list: readonly Repository[]): void {
  const path = fileOf(call);
  if (call.world.files.kind(parentOf(path)) === undefined) {
    call.world.files.makeFolder(parentOf(path));
  }
  const content = { apiVersion: "", generated: "0001-01-01T00:00:00Z", repositories: list };
  call.world.files.write(path, utf8(printYaml(content)));
}

/**
 * Finds a chart by "repo/chart", or by its name with --repo.
 * Throws HelmError in helm's words.
 */
export function findChart(call: Call, o: { chart: string; repo: string; version: string }): Chart {
  const { chart, repo, version } = o;
  if (chart.startsWith(".") || chart.startsWith("/") || chart.startsWith("oci://")) {
    throw new HelmError(notHere(`charts from ${chart} (only those of helm search repo)`));
  }
  const slash = chart.indexOf("/");
  if (repo === "" && slash < 0) {
    throw new HelmError(
      `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${chart}`,
    );
  }
  const url = repo || urlOf(call, chart.slice(0, slash));
  const name = repo ? chart : chart.slice(slash + 1);
  const found = museum.find((one) => sameUrl(one.repoUrl, url) && one.name === name);
  const repoName = repo ? repo : chart.slice(0, slash);
  if (!found) {
    if (repo !== "" && !museum.some((one) => sameUrl(one.repoUrl, url))) throw unreachable(url);
    throw new HelmError(
      `chart "${name}" matching ${version} not found in ${repoName} index. (try 'helm repo update'): no chart name found`,
    );
  }
  if (version !== "" && version !== found.version && version !== `v${found.version}`) {
    throw new HelmError(
      `chart "${name}" matching ${version} not found in ${repoName} index. (try 'helm repo update'): no chart version found for ${name}-${version}`,
    );
  }
  return found;
}

function urlOf(call: Call, name: string): string {
  const added = addedRepositories(call).find((one) => one.name === name);
  if (!added) throw new HelmError(`repo ${name} not found`);
  return added.url;
}

export function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/+$/, "") === b.replace(/\/+$/, "");
}

/** The real helm would fetch it; nothing here reaches the outside. */
export function unreachable(url: string): HelmError {
  return new HelmError(
    notHere(
      `the repository ${url} (nothing leaves this page; helm search repo lists what is here)`,
    ),
  );
}
