// kubectl create role, clusterrole, rolebinding, clusterrolebinding.
// Models kubectl pkg/cmd/create/create_role.go and its kin.

import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject } from "./objects.ts";

const group = "rbac.authorization.k8s.io";
const version = `${group}/v1`;

export const createRbac: readonly Verb[] = [
  generator({
    name: "role",
    summary: "create a Role",
    flags: "verb resource resource-name",
    example: "kubectl create role reader --verb=get,list --resource=ingresses",
    async make(name, given, kubectl) {
      const rules = await resourceRules(given, kubectl);
      return newObject(version, "Role", { metadata: newMeta(name), rules });
    },
  }),
  generator({
    name: "clusterrole",
    summary: "create a ClusterRole",
    flags: "verb resource resource-name non-resource-url aggregation-rule",
    example: "kubectl create clusterrole reader --verb=get,list --resource=nodes",
    async make(name, given, kubectl) {
      const metadata = newMeta(name);
      if (given.given("aggregation-rule")) {
        const asked = ["verb", "resource", "resource-name", "non-resource-url"];
        if (asked.some((flag) => given.given(flag))) {
          throw new KubectlError(
            "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames",
          );
        }
        const pairs = given
          .text("aggregation-rule")
          .split(",")
          .map((one) => one.split("="));
        const matchLabels = Object.fromEntries(pairs);
        const aggregationRule = { clusterRoleSelectors: [{ matchLabels }] };
        return newObject(version, "ClusterRole", { aggregationRule, metadata, rules: null });
      }
      const urls = given.all("non-resource-url");
      if (given.all("verb").length === 0)
        throw new KubectlError("at least one verb must be specified");
      if (given.all("resource").length + urls.length === 0) {
        throw new KubectlError("one of resource or nonResourceURL must be specified");
      }
      const rules = given.given("resource") ? await resourceRules(given, kubectl) : [];
      if (urls.length > 0) rules.push(urlRule(given, urls));
      return newObject(version, "ClusterRole", { metadata, rules });
    },
  }),
  generator({
    name: "rolebinding",
    summary: "give a Role to somebody",
    flags: "role clusterrole user group serviceaccount",
    example: "kubectl create rolebinding read --role=reader --serviceaccount=default:web",
    make(name, given) {
      const [role, clusterRole] = [given.text("role"), given.text("clusterrole")];
      if ((role === "") === (clusterRole === "")) {
        throw new KubectlError("exactly one of clusterrole or role must be specified");
      }
      return binding("RoleBinding", name, given, {
        kind: role === "" ? "ClusterRole" : "Role",
        name: role || clusterRole,
      });
    },
  }),
  generator({
    name: "clusterrolebinding",
    summary: "give a ClusterRole to somebody everywhere",
    flags: "clusterrole user group serviceaccount",
    example: "kubectl create clusterrolebinding read --clusterrole=reader --user=jane",
    make(name, given) {
      if (!given.given("clusterrole"))
        throw new KubectlError('required flag(s) "clusterrole" not set');
      return binding("ClusterRoleBinding", name, given, {
        kind: "ClusterRole",
        name: given.text("clusterrole"),
      });
    },
  }),
];

function binding(
  kind: string,
  name: string,
  given: Arguments,
  role: { kind: string; name: string },
): ReturnType<typeof newObject> {
  const subject = (subjectKind: string) => (one: string) => ({
    apiGroup: group,
    kind: subjectKind,
    name: one,
  });
  const accounts = given.all("serviceaccount").map((one) => {
    const [namespace, account, ...more] = one.split(":");
    if (!namespace || !account || more.length > 0) {
      throw new KubectlError("serviceaccount must be <namespace>:<name>");
    }
    return { kind: "ServiceAccount", name: account, namespace };
  });
  const subjects = [
    ...given.all("user").map(subject("User")),
    ...given.all("group").map(subject("Group")),
    ...accounts,
  ];
  return newObject(version, kind, {
    metadata: newMeta(name),
    roleRef: { apiGroup: group, ...role },
    ...(subjects.length > 0 && { subjects }),
  });
}

const resourceVerbs = new Set(
  "* get list watch create update patch delete deletecollection use bind escalate impersonate".split(
    " ",
  ),
);

async function resourceRules(given: Arguments, kubectl: Kubectl): Promise<object[]> {
  const all = [...new Set(given.all("verb"))];
  const verbs = all.includes("*") ? ["*"] : all;
  if (verbs.length === 0) throw new KubectlError("at least one verb must be specified");
  for (const verb of verbs) {
    if (!resourceVerbs.has(verb)) {
      kubectl.err(`Warning: '${verb}' is not a standard resource verb\n`);
    }
  }
  const words = given.all("resource");
  if (words.length === 0) throw new KubectlError("at least one resource must be specified");
  const byGroup = new Map<string, string[]>();
  for (const word of words) {
    const [type = "", subresource] = word.split("/");
    if (type === "") {
      throw new KubectlError("resource must be specified if apiGroup/subresource specified");
    }
    const found = type === "*" ? { group: "", plural: "*" } : await kubectl.discovery.lookup(type);
    if (found === undefined) {
      throw new KubectlError(`the server doesn't have a resource type "${type.split(".")[0]}"`);
    }
    const resources = byGroup.get(found.group) ?? [];
    byGroup.set(found.group, resources);
    resources.push(subresource ? `${found.plural}/${subresource}` : found.plural);
  }
  const resourceNames = [...new Set(given.all("resource-name"))];
  return [...byGroup].sort().map(([apiGroup, resources]) => ({
    apiGroups: [apiGroup],
    ...(resourceNames.length > 0 && { resourceNames }),
    resources,
    verbs,
  }));
}

const urlVerbs = new Set(["*", "get", "put", "post", "head", "options", "delete", "patch"]);

function urlRule(given: Arguments, urls: readonly string[]): object {
  const verbs = [...new Set(given.all("verb"))];
  const wrong = verbs.find((verb) => !urlVerbs.has(verb));
  if (wrong !== undefined) throw new KubectlError(`invalid verb: '${wrong}' for nonResourceURL`);
  for (const url of urls) {
    if (url !== "*" && !url.startsWith("/")) {
      throw new KubectlError("nonResourceURL should start with /");
    }
    if (/\*(?=.)/.test(url)) {
      throw new KubectlError(
        "nonResourceURL only supports wildcard matches when '*' is at the end",
      );
    }
  }
  return { nonResourceURLs: [...urls], verbs };
}
