// Questions that are asked by creating an object which is answered and never stored: may I, may
// they, what may I, who am I, whose token is this.
// Models kubernetes/pkg/registry/{authorization,authentication}.

import { isObject } from "../../api/json.ts";
import type { RestResponse } from "../../api/transport.ts";
import { grantFor, grantsOf, groupsOf } from "../authorizer.ts";
import type { User, Wish } from "../authorizer.ts";
import { badRequest } from "../refusals.ts";
import type { Exchange } from "../rest.ts";
import { answerIn } from "./answers.ts";
import { bodyValue } from "./body.ts";
import { formOf } from "./negotiate.ts";
import type { Review } from "./reviewkinds.ts";

type Spec = Readonly<Record<string, unknown>>;

/** @param namespace of the path, for LocalSubjectAccessReview */
export function reviewed(exchange: Exchange, review: Review, namespace?: string): RestResponse {
  const form = formOf(exchange.request);
  const value = bodyValue(exchange.request);
  const given = isObject(value) ? value : {};
  if (given["kind"] !== review.kind || given["apiVersion"] !== review.apiVersion) {
    const seen = `${String(given["apiVersion"] ?? "")}, Kind=${String(given["kind"] ?? "")}`;
    throw badRequest(`wanted ${review.apiVersion}, Kind=${review.kind}, saw ${seen}`);
  }
  const spec = isObject(given["spec"]) ? given["spec"] : {};
  const { kind, apiVersion } = review;
  const answer = answers[kind]!(exchange, spec, namespace);
  const metadata = isObject(given["metadata"]) ? given["metadata"] : {};
  const shown = kind === "SelfSubjectReview" ? {} : { spec };
  return answerIn(form, { kind, apiVersion, metadata, ...shown, status: answer }, { status: 201 });
}

const answers: Readonly<
  Record<string, (exchange: Exchange, spec: Spec, namespace: string | undefined) => object>
> = {
  SelfSubjectAccessReview: ({ verbs, user }, spec) => access(verbs.store, user, wishOf(spec)),
  SubjectAccessReview: ({ verbs }, spec) => access(verbs.store, subjectOf(spec), wishOf(spec)),
  LocalSubjectAccessReview: ({ verbs }, spec, namespace) => {
    const wish = wishOf(spec);
    if (wish.namespace !== namespace) {
      throw badRequest(
        `spec.resourceAttributes.namespace must match namespace: ${namespace ?? ""}`,
      );
    }
    return access(verbs.store, subjectOf(spec), wish);
  },
  SelfSubjectRulesReview: rules,
  SelfSubjectReview: ({ user }) => ({ userInfo: { username: user.name, groups: user.groups } }),
  TokenReview: () => ({ user: {}, error: "invalid bearer token" }),
};

type StoreOf = Exchange["verbs"]["store"];

function access(store: StoreOf, user: User, wish: Wish): object {
  const grant = grantFor(store, user, wish);
  return grant ? { allowed: true, reason: grant.by } : { allowed: false };
}

function wishOf(spec: Spec): Wish {
  const { resourceAttributes: resource, nonResourceAttributes: url } = spec;
  if (isObject(resource) === isObject(url)) {
    throw badRequest(
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  }
  const wish = Object.entries((resource ?? url) as object).filter(
    ([, value]) => typeof value === "string" && value !== "",
  );
  return { verb: "", ...(isObject(url) && { path: "" }), ...Object.fromEntries(wish) } as Wish;
}

function subjectOf(spec: Spec): User {
  const { user: name = "", groups = [] } = spec;
  const list = Array.isArray(groups) ? groups.filter((one) => typeof one === "string") : [];
  if (typeof name !== "string" || (name === "" && list.length === 0)) {
    throw badRequest("at least one of user or group must be specified");
  }
  return { name, groups: groupsOf(name, list) };
}

function rules({ verbs, user }: Exchange, spec: Spec): object {
  const { namespace } = spec;
  if (typeof namespace !== "string" || namespace === "") {
    throw badRequest("no namespace on request");
  }
  const all = grantsOf(verbs.store, user, namespace).map(({ rule }) => rule);
  return {
    resourceRules: all.filter(({ resources = [] }) => resources.length > 0),
    nonResourceRules: all.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0),
    incomplete: false,
  };
}
