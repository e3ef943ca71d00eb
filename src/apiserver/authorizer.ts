// Who may do what: Roles and ClusterRoles as far as RoleBindings and ClusterRoleBindings give
// them to a user or one of its groups. Every authenticated user may ask about itself and read
// discovery; the administrator of the cluster may do everything.
// Models kubernetes/plugin/pkg/auth/authorizer/rbac.

import type { Obj } from "../api/object.ts";
import type { Store } from "./store.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What somebody wants to do: to a resource or, with `path`, to a URL that is none. */
export interface Wish {
  readonly verb: string;
  readonly namespace?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly path?: string;
}

/** rbac/v1 PolicyRule. */
interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule and who gave it, as SubjectAccessReview's reason says it. */
export interface Granted {
  readonly rule: Rule;
  readonly by: string;
}

/** The groups that the API server itself adds. */
export function groupsOf(name: string, groups: readonly string[] = []): readonly string[] {
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  const own = account ? ["system:serviceaccounts", `system:serviceaccounts:${account[1]!}`] : [];
  return [...new Set([...groups, ...own, "system:authenticated"])];
}

/** The first grant that allows it; undefined when nobody does. */
export function grantFor(store: Store, user: User, wish: Wish): Granted | undefined {
  return grantsOf(store, user, wish.namespace).find(({ rule }) => covers(rule, wish));
}

/** All grants of a user, those of a namespace included. */
export function grantsOf(store: Store, user: User, namespace: string | undefined): Granted[] {
  const everywhere = stored<Binding>(store, "clusterrolebindings").flatMap((binding) =>
    granted(store, binding, user, "ClusterRoleBinding"),
  );
  const here = namespace
    ? stored<Binding>(store, "rolebindings", namespace).flatMap((binding) =>
        granted(store, binding, user, "RoleBinding"),
      )
    : [];
  return [...builtIn(user), ...everywhere, ...here];
}

interface Binding extends Obj {
  subjects?: readonly { kind: string; name: string; namespace?: string }[];
  roleRef: { kind: string; name: string };
}

interface Role extends Obj {
  rules?: readonly Rule[];
}

function granted(store: Store, binding: Binding, user: User, kind: string): Granted[] {
  const subject = binding.subjects?.find((one) => is(one, user));
  if (subject === undefined) return [];
  const { name, namespace } = binding.metadata;
  const { roleRef } = binding;
  const roles: readonly Role[] =
    roleRef.kind === "ClusterRole"
      ? stored(store, "clusterroles")
      : stored(store, "roles", namespace);
  const role = roles.find((one) => one.metadata.name === roleRef.name);
  const where = namespace === undefined ? name : `${name}/${namespace}`;
  const whom =
    subject.kind === "ServiceAccount"
      ? `ServiceAccount "${subject.name}/${subject.namespace ?? ""}"`
      : `${subject.kind} "${subject.name}"`;
  const by = `RBAC: allowed by ${kind} "${where}" of ${roleRef.kind} "${roleRef.name}" to ${whom}`;
  return (role?.rules ?? []).map((rule) => ({ rule, by }));
}

function is(subject: { kind: string; name: string; namespace?: string }, user: User): boolean {
  if (subject.kind === "User") return subject.name === user.name;
  if (subject.kind === "Group") return user.groups.includes(subject.name);
  return user.name === `system:serviceaccount:${subject.namespace ?? ""}:${subject.name}`;
}

/** RBAC's kinds may be served or not. */
function stored<T extends Obj>(store: Store, plural: string, namespace?: string): readonly T[] {
  const kind = store.kindAt("rbac.authorization.k8s.io", "v1", plural);
  return kind === undefined ? [] : (store.list(kind, namespace) as unknown as readonly T[]);
}

/** Models RuleAllows in kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go. */
function covers(rule: Rule, wish: Wish): boolean {
  const among = (list: readonly string[] | undefined, one: string): boolean =>
    list?.some((item) => item === "*" || item === one) ?? false;
  if (!among(rule.verbs, wish.verb)) return false;
  const { path } = wish;
  if (path !== undefined) {
    return (rule.nonResourceURLs ?? []).some(
      (url) => url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1))),
    );
  }
  const { resource = "", subresource } = wish;
  const whole = subresource ? `${resource}/${subresource}` : resource;
  const covered =
    among(rule.resources, whole) ||
    (subresource !== undefined && (rule.resources?.includes(`*/${subresource}`) ?? false));
  const names = rule.resourceNames ?? [];
  const named = names.length === 0 || names.includes(wish.name ?? "");
  return among(rule.apiGroups, wish.group ?? "") && covered && named;
}

const everything: readonly Rule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];
const discovery = ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi"];
const ofAll: readonly (readonly [role: string, rules: readonly Rule[]])[] = [
  [
    "system:basic-user",
    [
      {
        verbs: ["create"],
        apiGroups: ["authorization.k8s.io"],
        resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
      },
      {
        verbs: ["create"],
        apiGroups: ["authentication.k8s.io"],
        resources: ["selfsubjectreviews"],
      },
    ],
  ],
  [
    "system:discovery",
    [
      {
        verbs: ["get"],
        nonResourceURLs: [...discovery, "/openapi/*", "/readyz", "/version", "/version/"],
      },
    ],
  ],
  [
    "system:public-info-viewer",
    [
      {
        verbs: ["get"],
        nonResourceURLs: ["/healthz", "/livez", "/readyz", "/version", "/version/"],
      },
    ],
  ],
];

/** Models kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy. */
function builtIn({ groups }: User): Granted[] {
  const out: Granted[] = [];
  const give = (role: string, binding: string, group: string, rules: readonly Rule[]): void => {
    if (!groups.includes(group)) return;
    const by = `RBAC: allowed by ClusterRoleBinding "${binding}" of ClusterRole "${role}" to Group "${group}"`;
    out.push(...rules.map((rule) => ({ rule, by })));
  };
  give("cluster-admin", "cluster-admin", "system:masters", everything);
  give("cluster-admin", "kubeadm:cluster-admins", "kubeadm:cluster-admins", everything);
  for (const [role, rules] of ofAll) give(role, role, "system:authenticated", rules);
  return out;
}
