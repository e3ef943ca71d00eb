// kubectl auth can-i, auth whoami, create token: what the server thinks of who asks.
// Models kubectl pkg/cmd/auth.

import { ApiError } from "../../../../api/errors.ts";
import { printYaml } from "../../../../api/yaml.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import { printJson } from "../../../../api/gojson.ts";
import { printRows } from "../output/table.ts";
import { alignTabs } from "../output/tabwriter.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const canI: Verb = {
  path: "auth can-i",
  summary: "say whether you may do something",
  flags: "all-namespaces quiet subresource list no-headers",
  completes: "none",
  example: "kubectl auth can-i create ingresses",
  run: (kubectl, given) => (given.is("list") ? listRules(kubectl, given) : mayI(kubectl, given)),
};

export const whoAmI: Verb = {
  path: "auth whoami",
  summary: "say who you are to the server",
  flags: "output",
  completes: "none",
  async run(kubectl, given) {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const review = await askServer(kubectl, path, body, () => {
      throw new KubectlError(
        "the selfsubjectreviews API is not enabled in the cluster\nenable APISelfSubjectReview feature gate and authentication.k8s.io/v1alpha1 or authentication.k8s.io/v1beta1 or authentication.k8s.io/v1 API",
      );
    });
    const output = given.text("output");
    if (output === "json") return kubectl.out(printJson(review));
    if (output === "yaml") return kubectl.out(printYaml(review));
    const { status } = review as {
      status?: {
        userInfo?: {
          username?: string;
          uid?: string;
          groups?: string[];
          extra?: Record<string, string[]>;
        };
      };
    };
    const { username, uid, groups, extra = {} } = status?.userInfo ?? {};
    printRows(
      [
        ["ATTRIBUTE", "VALUE"],
        ...(username ? [["Username", username]] : []),
        ...(uid ? [["UID", uid]] : []),
        ...(groups?.length ? [["Groups", `[${groups.join(" ")}]`]] : []),
        ...Object.entries(extra).map(([key, values]) => [`Extra: ${key}`, `[${values.join(" ")}]`]),
      ],
      (text) => kubectl.out(text),
    );
  },
};

async function mayI(kubectl: Kubectl, given: Arguments): Promise<number> {
  const [verb, word] = given.operands;
  if (given.is("no-headers")) {
    throw new KubectlError("--no-headers cannot be set without --list specified");
  }
  if (verb === undefined || word === undefined || given.operands.length > 2) {
    throw new KubectlError(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const spec = word.startsWith("/")
    ? { nonResourceAttributes: { path: word, verb } }
    : { resourceAttributes: await attributes(kubectl, given, verb, word) };
  const body = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", spec };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  // A server without authorization lets everybody do everything.
  const review = (await askServer(kubectl, path, body, () => ({ status: { allowed: true } }))) as {
    status?: { allowed?: boolean; reason?: string };
  };
  const { allowed = false, reason } = review.status ?? {};
  if (!given.is("quiet")) kubectl.out(allowed ? "yes\n" : `no${reason ? ` - ${reason}` : ""}\n`);
  return allowed ? 0 : 1;
}

async function attributes(
  kubectl: Kubectl,
  given: Arguments,
  verb: string,
  word: string,
): Promise<object> {
  const [type = "", name] = word.split("/");
  const resource = type === "*" ? undefined : await kubectl.discovery.lookup(type);
  if (resource === undefined && type !== "*") {
    const [plural, ...group] = type.split(".");
    const inGroup = group.length > 0 ? ` in group '${group.join(".")}'` : "";
    kubectl.err(`Warning: the server doesn't have a resource type '${plural}'${inGroup}\n\n`);
  } else if (resource && !resource.namespaced) {
    kubectl.err(
      `Warning: resource '${resource.plural}' is not namespace scoped${resource.group ? ` in group '${resource.group}'` : ""}\n\n`,
    );
  }
  const namespace = given.is("all-namespaces") ? "" : kubectl.namespace;
  return {
    ...(namespace !== "" && { namespace }),
    verb,
    group: resource?.group ?? (type === "*" ? "*" : ""),
    resource: resource?.plural ?? type,
    ...(name && { name }),
    ...(given.given("subresource") && { subresource: given.text("subresource") }),
  };
}

interface Rule {
  readonly resources?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface Rules {
  status?: { resourceRules?: readonly Rule[]; nonResourceRules?: readonly Rule[] };
}

interface SingleRule {
  readonly resource: string;
  readonly group: string;
  readonly url: string | undefined;
  readonly names: readonly string[];
  readonly verbs: readonly string[];
  /** kubectl prints the rules in the order of their Go texts. */
  readonly order: string;
}

/** A rule of one resource or one URL each. Models rbac validation's BreakdownRule. */
function singleRules({ verbs, resourceNames: names = [], ...rule }: Rule): SingleRule[] {
  const single = (resource: string, group: string, url: string | undefined): SingleRule => {
    const own = url === undefined;
    const parts = [verbs, own ? [group] : [], own ? [resource] : [], names, own ? [] : [url]];
    const order = parts.map((part) => `[${part.join(" ")}]`).join(",");
    return { resource, group, url, names, verbs, order };
  };
  const { resources = [], apiGroups = [""], nonResourceURLs = [] } = rule;
  return [
    ...resources.flatMap((resource) =>
      apiGroups.map((group) => single(resource, group, undefined)),
    ),
    ...nonResourceURLs.map((url) => single("", "", url)),
  ];
}

async function listRules(kubectl: Kubectl, given: Arguments): Promise<number> {
  const body = {
    kind: "SelfSubjectRulesReview",
    apiVersion: "authorization.k8s.io/v1",
    spec: { namespace: kubectl.namespace },
  };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
  const everything = {
    status: {
      resourceRules: [{ resources: ["*"], apiGroups: ["*"], verbs: ["*"] }],
      nonResourceRules: [{ nonResourceURLs: ["*"], verbs: ["*"] }],
    },
  };
  const { status } = (await askServer(kubectl, path, body, () => everything)) as Rules;
  const rules = [...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])];
  const list = (words: readonly string[] = []): string => `[${words.join(" ")}]`;
  const rows = rules
    .flatMap(singleRules)
    .toSorted((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ resource, group, url, names, verbs }) => [
      group === "" ? resource : `${resource}.${group}`,
      list(url === undefined ? [] : [url]),
      list(names),
      list(verbs),
    ]);
  const head = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
  const shown = given.is("no-headers") ? rows : [head, ...rows];
  kubectl.out(
    alignTabs(shown.map((row) => `${row.join("\t")}\n`).join(""), { minWidth: 6, padding: 3 }),
  );
  return 0;
}

async function askServer(
  kubectl: Kubectl,
  path: string,
  body: object,
  absent: () => unknown,
): Promise<unknown> {
  try {
    return (await kubectl.api.send("POST", path, { body })).body;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return absent();
    throw error;
  }
}
