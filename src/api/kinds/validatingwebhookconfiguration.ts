import type { FieldError } from "../errors.ts";
import type { Obj } from "../object.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, count, nameColumn } from "./columns.ts";
import { defineKind, validateMeta } from "./kind.ts";
import type { Kind } from "./kind.ts";

/** Who is asked before objects are stored: admissionregistration.k8s.io/v1. */
export interface ValidatingWebhookConfiguration extends Obj {
  webhooks?: ValidatingWebhook[];
}

export interface ValidatingWebhook {
  /** "validate.nginx.ingress.kubernetes.io" */
  name: string;
  clientConfig: {
    url?: string;
    service?: { namespace: string; name: string; path?: string; port?: number };
    /** Base64 of the PEM certificates that the webhook's own is checked against. */
    caBundle?: string;
  };
  rules?: WebhookRule[];
  failurePolicy?: "Fail" | "Ignore";
  matchPolicy?: "Exact" | "Equivalent";
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
  sideEffects: "None" | "NoneOnDryRun";
  /** 1–30. */
  timeoutSeconds?: number;
  admissionReviewVersions: string[];
}

/** Which writes; "*" stands for all. */
export interface WebhookRule {
  operations?: string[];
  apiGroups?: string[];
  apiVersions?: string[];
  /** "ingresses", "pods/status", "*". */
  resources?: string[];
  scope?: "Cluster" | "Namespaced" | "*";
}

export const ValidatingWebhookConfiguration: Kind<ValidatingWebhookConfiguration> =
  defineKind<ValidatingWebhookConfiguration>({
    kind: "ValidatingWebhookConfiguration",
    group: "admissionregistration.k8s.io",
    plural: "validatingwebhookconfigurations",
    namespaced: false,
    categories: ["api-extensions"],
    defaulted: (o) => ({ ...o, ...(o.webhooks && { webhooks: o.webhooks.map(defaultedWebhook) }) }),
    validate: (o, old) => [
      ...validateMeta(o, old, false),
      ...(o.webhooks ?? []).flatMap((webhook, i) => checkWebhook(webhook, `webhooks[${i}]`)),
    ],
    columns: [nameColumn, count("Webhooks", ({ webhooks = [] }) => webhooks.length), ageColumn],
  });

/** Models pkg/apis/admissionregistration/v1/defaults.go. */
function defaultedWebhook(webhook: ValidatingWebhook): ValidatingWebhook {
  const { clientConfig, rules } = webhook;
  const service = clientConfig?.service && { port: 443, ...clientConfig.service };
  return {
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    ...webhook,
    clientConfig: { ...clientConfig, ...(service && { service }) },
    ...(rules && { rules: rules.map((rule) => ({ scope: "*" as const, ...rule })) }),
  };
}

/** Models pkg/apis/admissionregistration/validation validateValidatingWebhook. */
function checkWebhook(webhook: ValidatingWebhook, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { name = "", clientConfig, sideEffects, timeoutSeconds, admissionReviewVersions } = webhook;
  const add = (type: FieldError["type"], field: string, detail: string, badValue?: unknown): void =>
    void errors.push({ type, field: `${path}.${field}`, detail, badValue });
  if (name === "") add("Required", "name", "");
  else if (name.split(".").length < 3) {
    add(
      "Invalid",
      "name",
      "should be a domain with at least three segments separated by dots",
      name,
    );
  }
  if ((admissionReviewVersions ?? []).length === 0) {
    add("Required", "admissionReviewVersions", "must specify one of v1, v1beta1");
  }
  if (!sideEffects) add("Required", "sideEffects", "must specify one of None, NoneOnDryRun");
  else if (!["None", "NoneOnDryRun"].includes(sideEffects)) {
    add("NotSupported", "sideEffects", 'supported values: "None", "NoneOnDryRun"', sideEffects);
  }
  if (timeoutSeconds !== undefined && !(timeoutSeconds >= 1 && timeoutSeconds <= 30)) {
    const detail = "the timeout value must be between 1 and 30 seconds";
    add("Invalid", "timeoutSeconds", detail, timeoutSeconds);
  }
  if ((clientConfig?.url === undefined) === (clientConfig?.service === undefined)) {
    add("Required", "clientConfig", "exactly one of url or service is required");
  }
  return errors;
}
