// kubectl api-resources, api-versions, version, cluster-info.

import { printYaml } from "../../../../api/yaml.ts";
import type { Service } from "../../../../api/kinds/service.ts";
import { KubectlError } from "../errors.ts";
import { serverUrl } from "../config.ts";
import { printJson } from "../../../../api/gojson.ts";
import { printRows } from "../output/table.ts";
import { apiVersionOf } from "../rest.ts";
import type { Verb } from "../verb.ts";

/** The version that this kubectl says it is: the server's. */
const clientVersion = "v1.36.1";
const kustomizeVersion = "v5.7.1";

export const apiResources: Verb = {
  path: "api-resources",
  summary: "list the types that the server knows",
  flags: "api-group categories namespaced no-headers output sort-by verbs cached",
  completes: "none",
  example: "kubectl api-resources --namespaced=true",
  async run(kubectl, given) {
    const verbs = given.all("verbs");
    const categories = given.all("categories");
    const found = (await kubectl.discovery.all())
      .filter((one) => !given.given("api-group") || one.group === given.text("api-group"))
      .filter((one) => !given.given("namespaced") || one.namespaced === given.is("namespaced"))
      .filter((one) => verbs.every((verb) => one.verbs.includes(verb)))
      .filter((one) => categories.every((category) => one.categories.includes(category)));
    const key = given.text("sort-by");
    const sorted = [...found].sort((a, b) => {
      const [x, y] =
        key === "kind"
          ? [a.kind, b.kind]
          : key === "name"
            ? [a.plural, b.plural]
            : [`${a.group} ${a.plural}`, `${b.group} ${b.plural}`];
      return x < y ? -1 : x > y ? 1 : 0;
    });
    const output = given.text("output");
    if (output === "name") {
      for (const { plural, group } of sorted)
        kubectl.out(`${group === "" ? plural : `${plural}.${group}`}\n`);
      return;
    }
    if (output !== "" && output !== "wide")
      throw new KubectlError(`--output ${output} is not available`);
    const wide = output === "wide";
    const head = [
      "NAME",
      "SHORTNAMES",
      "APIVERSION",
      "NAMESPACED",
      "KIND",
      ...(wide ? ["VERBS", "CATEGORIES"] : []),
    ];
    const rows = sorted.map((one) => [
      one.plural,
      one.shortNames.join(","),
      apiVersionOf(one),
      String(one.namespaced),
      one.kind,
      ...(wide ? [one.verbs.join(","), one.categories.join(",")] : []),
    ]);
    printRows([given.is("no-headers") ? head.map(() => "") : head, ...rows], (text) =>
      kubectl.out(text),
    );
  },
};

export const apiVersions: Verb = {
  path: "api-versions",
  summary: "list the versions that the server knows",
  flags: "",
  completes: "none",
  async run(kubectl) {
    const versions = new Set((await kubectl.discovery.all()).map(apiVersionOf));
    for (const version of [...versions].sort()) kubectl.out(`${version}\n`);
  },
};

export const version: Verb = {
  path: "version",
  summary: "print the versions of kubectl and the server",
  flags: "client output",
  completes: "none",
  async run(kubectl, given) {
    const clientOnly = given.is("client");
    const server = clientOnly
      ? undefined
      : ((await kubectl.api.send("GET", "/version")).body as { gitVersion: string });
    const output = given.text("output");
    if (output === "") {
      kubectl.out(`Client Version: ${clientVersion}\nKustomize Version: ${kustomizeVersion}\n`);
      if (server) kubectl.out(`Server Version: ${server.gitVersion}\n`);
      return;
    }
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(clientVersion)!;
    const whole = {
      clientVersion: { major, minor, gitVersion: clientVersion, platform: "browser/any" },
      kustomizeVersion,
      ...(server && { serverVersion: server }),
    };
    if (output === "json") kubectl.out(printJson(whole));
    else if (output === "yaml") kubectl.out(`${printYaml(whole)}\n`);
    else throw new KubectlError("--output must be 'yaml' or 'json'");
  },
};

export const clusterInfo: Verb = {
  path: "cluster-info",
  summary: "say where the cluster's own services are",
  flags: "",
  completes: "none",
  async run(kubectl) {
    kubectl.out(`Kubernetes control plane is running at ${serverUrl}\n`);
    const services = await kubectl.discovery.find("services");
    const query = { labelSelector: "kubernetes.io/cluster-service=true" };
    const { items } = await kubectl.api.list(services, "kube-system", query);
    for (const { metadata, spec } of items as readonly Service[]) {
      const name = metadata.labels?.["kubernetes.io/name"] ?? metadata.name;
      const port = spec.ports?.[0]?.name;
      const target = port ? `${metadata.name}:${port}` : metadata.name;
      kubectl.out(
        `${name} is running at ${serverUrl}/api/v1/namespaces/kube-system/services/${target}/proxy\n`,
      );
    }
    kubectl.out(
      "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n",
    );
  },
};
