// May I, may they, who am I; and what somebody else may not.

import { describe, expect, test } from "vitest";
import { request, world } from "./world.ts";

const authorization = "/apis/authorization.k8s.io/v1";

function review(kind: string, spec: object): object {
  return { apiVersion: "authorization.k8s.io/v1", kind, spec };
}

const pods = { verb: "list", resource: "pods", namespace: "default" };

describe("reviews", () => {
  test("the administrator may do everything", async () => {
    const body = review("SelfSubjectAccessReview", { resourceAttributes: pods });
    const answer = await world().rest(`POST ${authorization}/selfsubjectaccessreviews`, body);
    expect(answer).toMatchObject({
      status: 201,
      body: {
        status: {
          allowed: true,
          reason:
            'RBAC: allowed by ClusterRoleBinding "kubeadm:cluster-admins" of ClusterRole ' +
            '"cluster-admin" to Group "kubeadm:cluster-admins"',
        },
      },
    });
  });

  test.each([
    ["jane", { resourceAttributes: pods }, false],
    ["jane", { nonResourceAttributes: { verb: "get", path: "/healthz" } }, true],
    ["jane", { nonResourceAttributes: { verb: "get", path: "/apis/apps/v1" } }, true],
    ["jane", { nonResourceAttributes: { verb: "get", path: "/metrics" } }, false],
  ])("%s %j → %s", async (user, attributes, allowed) => {
    const body = review("SubjectAccessReview", { user, ...attributes });
    const answer = await world().rest(`POST ${authorization}/subjectaccessreviews`, body);
    expect(answer.body).toMatchObject({ status: { allowed } });
  });

  test("who am I, and what may I", async () => {
    const { rest } = world();
    const me = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const answer = await rest("POST /apis/authentication.k8s.io/v1/selfsubjectreviews", me);
    expect(answer.body).toMatchObject({ status: { userInfo: { username: "kubernetes-admin" } } });
    const rules = review("SelfSubjectRulesReview", { namespace: "default" });
    const may = await rest(`POST ${authorization}/selfsubjectrulesreviews`, rules);
    expect(may.body).toMatchObject({
      status: { resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }, {}, {}] },
    });
  });

  test("a review is asked, never read", async () => {
    const answer = await world().rest(`GET ${authorization}/selfsubjectaccessreviews`);
    expect(answer.body).toMatchObject({ code: 405 });
  });
});

describe("acting for another", () => {
  test.each([
    [
      "GET /api/v1/namespaces/default/pods",
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      "DELETE /apis/apps/v1/namespaces/default/deployments/web",
      'deployments.apps "web" is forbidden: User "jane" cannot delete resource "deployments" in ' +
        'API group "apps" in the namespace "default"',
    ],
    [
      "GET /api/v1/nodes?watch=1",
      'nodes is forbidden: User "jane" cannot watch resource "nodes" in API group "" at the cluster scope',
    ],
  ])("%s", async (line, message) => {
    const { server } = world();
    const answer = await server.transport(request(line, undefined, { "impersonate-user": "jane" }));
    expect(answer.body).toMatchObject({ code: 403, message });
  });

  test("of a group that may", async () => {
    const headers = { "impersonate-user": "jane", "impersonate-group": "system:masters" };
    expect((await world().rest("GET /api/v1/nodes", undefined, headers)).status).toBe(200);
  });
});
