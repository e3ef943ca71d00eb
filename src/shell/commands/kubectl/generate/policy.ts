// kubectl create quota, poddisruptionbudget, priorityclass.
// Models kubectl pkg/cmd/create/create_quota.go and its kin.

import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject, required } from "./objects.ts";

export const createPolicies: readonly Verb[] = [
  generator({
    name: "quota",
    summary: "create a ResourceQuota",
    flags: "hard scopes",
    example: "kubectl create quota small --hard=pods=10,services=5",
    make(name, given) {
      const hard = given
        .text("hard")
        .split(",")
        .filter((one) => one !== "")
        .map((one) => {
          const [key = "", value, ...more] = one.split("=");
          if (value === undefined || more.length > 0) {
            throw new KubectlError(`Invalid argument syntax ${one}, expected <resource>=<value>`);
          }
          return [key, value] as const;
        });
      const scopes = given
        .text("scopes")
        .split(",")
        .filter((one) => one !== "");
      return newObject("v1", "ResourceQuota", {
        metadata: newMeta(name),
        spec: {
          ...(hard.length > 0 && { hard: Object.fromEntries(hard) }),
          ...(scopes.length > 0 && { scopes }),
        },
        status: {},
      });
    },
  }),
  generator({
    name: "poddisruptionbudget",
    summary: "create a PodDisruptionBudget",
    flags: "selector min-available max-unavailable",
    example: "kubectl create pdb web --selector=app=web --min-available=1",
    make(name, given) {
      const [min, max] = [given.text("min-available"), given.text("max-unavailable")];
      if (!given.given("selector")) throw new KubectlError("a selector must be specified");
      if (min === "" && max === "") {
        throw new KubectlError("one of min-available or max-unavailable must be specified");
      }
      if (min !== "" && max !== "") {
        throw new KubectlError("min-available and max-unavailable cannot be both specified");
      }
      const pairs = given
        .text("selector")
        .split(",")
        .map((one) => one.split("="));
      const number = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
      return newObject("policy/v1", "PodDisruptionBudget", {
        metadata: newMeta(name),
        spec: {
          ...(min === "" ? { maxUnavailable: number(max) } : { minAvailable: number(min) }),
          selector: { matchLabels: Object.fromEntries(pairs) },
        },
        status: {
          currentHealthy: 0,
          desiredHealthy: 0,
          disruptionsAllowed: 0,
          expectedPods: 0,
        },
      });
    },
  }),
  generator({
    name: "priorityclass",
    summary: "create a PriorityClass",
    flags: "value global-default description preemption-policy",
    example: "kubectl create priorityclass high --value=1000",
    make(name, given) {
      required(given, "value");
      const description = given.text("description");
      return newObject("scheduling.k8s.io/v1", "PriorityClass", {
        ...(description !== "" && { description }),
        ...(given.is("global-default") && { globalDefault: true }),
        metadata: newMeta(name),
        preemptionPolicy: given.text("preemption-policy") || "PreemptLowerPriority",
        value: Number(given.text("value")),
      });
    },
  }),
];
