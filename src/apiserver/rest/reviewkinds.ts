// The kinds that are asked and never stored, as discovery names them. What they answer stands in
// reviews.ts, which is loaded with the first question.

import { defineKind } from "../../api/kinds/kind.ts";
import type { Kind } from "../../api/kinds/kind.ts";

export type Review = Kind;

function review(group: string, kind: string, namespaced = false): Review {
  const plural = `${kind.toLowerCase()}s`;
  return defineKind({ kind, group: `${group}.k8s.io`, plural, namespaced });
}

export const reviews: readonly Review[] = [
  review("authentication", "SelfSubjectReview"),
  review("authentication", "TokenReview"),
  review("authorization", "LocalSubjectAccessReview", true),
  review("authorization", "SelfSubjectAccessReview"),
  review("authorization", "SelfSubjectRulesReview"),
  review("authorization", "SubjectAccessReview"),
];

/** The review that a path creates, with the namespace in it. */
export function reviewAt(path: string): { review: Review; namespace?: string } | undefined {
  const parts = /^\/apis\/(auth[a-z]+\.k8s\.io)\/v1\/(?:namespaces\/([^/]+)\/)?([a-z]+)$/.exec(
    path,
  );
  if (parts === null) return undefined;
  const [, group, namespace, plural] = parts;
  const found = reviews.find((one) => one.group === group && one.plural === plural);
  if (found?.namespaced !== (namespace !== undefined)) return undefined;
  return { review: found, ...(namespace !== undefined && { namespace }) };
}
