// Validating webhooks: before an object is stored, whoever registered for it is asked over HTTPS
// and may refuse. Models apiserver pkg/admission/plugin/webhook (rules, generic, validating).
//
// The API server dials from the control plane, over the same network as everybody: a webhook
// whose Pod is not ready yet, or whose certificate is not the registered one, stops the write.

import { ApiError } from "../api/errors.ts";
import type { Reason } from "../api/errors.ts";
import { Namespace } from "../api/kinds/namespace.ts";
import { Service } from "../api/kinds/service.ts";
import type {
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
  WebhookRule,
} from "../api/kinds/validatingwebhookconfiguration.ts";
import { splitKey } from "../api/object.ts";
import type { Client } from "../api/client.ts";
import type { Labels } from "../api/object.ts";
import { matchesSelector } from "../api/selector.ts";
import type { Reviewer } from "../apiserver/server.ts";
import { fromBase64, text } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { printAddress } from "../net/address.ts";
import type { Address } from "../net/address.ts";
import type { Connection } from "../net/connection.ts";
import { NetError } from "../net/errors.ts";
import { HttpClient } from "../net/http/client.ts";
import { HttpError } from "../net/http/message.ts";
import type { Host, Network } from "../net/network.ts";
import { TlsAlert } from "../net/tls/alerts.ts";
import { connectTls } from "../net/tls/secure.ts";
import { Trace } from "../net/trace.ts";
import { parseCertificates } from "../net/x509/certificate.ts";
import type { Certificate } from "../net/x509/certificate.ts";
import { verifyChain } from "../net/x509/verify.ts";
import type { Disbelief } from "../net/x509/verify.ts";

type Draft = Parameters<Reviewer>[0];

export interface WebhookOptions {
  readonly client: Client;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /** The API server's machine. */
  readonly host: Host;
  /** What is registered, as far as the API server has seen it. */
  registered(): readonly ValidatingWebhookConfiguration[];
}

/** What the webhook answers: admission.k8s.io/v1 AdmissionResponse, as far as it is used. */
interface Response {
  readonly allowed?: boolean;
  readonly status?: { readonly message?: string; readonly reason?: string; readonly code?: number };
}

/** A reviewer that asks the webhooks registered for a write, one after the other. */
export function webhookReviewer(o: WebhookOptions): Reviewer {
  return async (draft, { user }) => {
    const { kind, operation } = draft;
    if (kind.group === "admissionregistration.k8s.io") return; // so that they can be taken away
    const registered = o.registered();
    if (registered.length === 0) return;
    const sorted = [...registered].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    for (const webhook of sorted.flatMap(({ webhooks = [] }) => webhooks)) {
      if (!webhook.rules?.some((rule) => concerns(rule, draft))) continue;
      if (!(await isSelected(o, webhook, draft))) continue;
      await ask(o, webhook, draft, { user, operation });
    }
  };
}

function concerns(rule: WebhookRule, { kind, operation, key }: Draft): boolean {
  const covers = (list: readonly string[] | undefined, one: string): boolean =>
    list?.some((wanted) => wanted === "*" || wanted === one) ?? false;
  const scope = splitKey(key).namespace === undefined ? "Cluster" : "Namespaced";
  return (
    covers(rule.operations, operation) &&
    covers(rule.apiGroups, kind.group) &&
    covers(rule.apiVersions, kind.version) &&
    covers(rule.resources, kind.plural) &&
    (rule.scope === undefined || rule.scope === "*" || rule.scope === scope)
  );
}

async function isSelected(
  o: WebhookOptions,
  { namespaceSelector = {}, objectSelector = {} }: ValidatingWebhook,
  { key, object, old }: Draft,
): Promise<boolean> {
  const labels = (object ?? old)?.metadata.labels;
  if (!matchesSelector(objectSelector, labels)) return false;
  const { namespace } = splitKey(key);
  if (namespace === undefined) return true;
  const home = await o.client.get(Namespace, namespace);
  const all: Labels = { "kubernetes.io/metadata.name": namespace, ...home?.metadata.labels };
  return matchesSelector(namespaceSelector, all);
}

async function ask(
  o: WebhookOptions,
  webhook: ValidatingWebhook,
  draft: Draft,
  by: { user: string; operation: string },
): Promise<void> {
  const uid = o.random.uuid();
  let response: Response;
  try {
    response = await call(o, webhook, reviewOf(draft, uid, by));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (webhook.failurePolicy === "Ignore") return;
    const message = `failed calling webhook "${webhook.name}": ${error.message}`;
    throw new ApiError("InternalError", `Internal error occurred: ${message}`, {
      causes: [{ reason: "", message }],
    });
  }
  if (!response.allowed) throw denial(webhook.name, response);
}

/** Models pkg/admission/plugin/webhook/errors ToStatusErr. */
function denial(name: string, { status = {} }: Response): ApiError {
  const by = `admission webhook "${name}" denied the request`;
  const { message } = status;
  const text = message ? `${by}: ${message}` : `${by} without explanation`;
  const reasons: Readonly<Record<number, Reason>> = { 400: "BadRequest", 422: "Invalid" };
  return new ApiError(reasons[status.code ?? 403] ?? "Forbidden", text);
}

function reviewOf(
  { kind, key, object, old }: Draft,
  uid: string,
  { user, operation }: { user: string; operation: string },
): unknown {
  const { namespace, name } = splitKey(key);
  const { group, version, plural } = kind;
  const gvk = { group, version, kind: kind.kind };
  const gvr = { group, version, resource: plural };
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid,
      kind: gvk,
      resource: gvr,
      requestKind: gvk,
      requestResource: gvr,
      name,
      ...(namespace !== undefined && { namespace }),
      operation,
      userInfo: { username: user, groups: ["system:authenticated"] },
      object: object ?? null,
      oldObject: old ?? null,
      dryRun: false,
      options: null,
    },
  };
}

/** The webhook could not be asked; the message is Go's. */
class CallError extends Error {
  override name = "CallError";
}

interface Target {
  readonly address: Address;
  /** The name that its certificate must be for. */
  readonly serverName: string;
  readonly path: string;
  readonly url: string;
}

async function call(
  o: WebhookOptions,
  webhook: ValidatingWebhook,
  body: unknown,
): Promise<Response> {
  const seconds = webhook.timeoutSeconds ?? 10;
  const target = await targetOf(o, webhook, seconds);
  let over = false;
  let connection: Connection | undefined;
  const timer = o.clock.after(1000 * seconds, () => {
    over = true;
    connection?.destroy();
  });
  try {
    const trace = new Trace({ id: "webhook", now: () => o.clock.now(), on: false });
    connection = await o.network.dial(o.host, target.address, trace, { timeoutMs: 1000 * seconds });
    return await converse(o, webhook, connection, target, body);
  } catch (error) {
    if (error instanceof CallError) throw error;
    const said = over ? "context deadline exceeded" : wordsOf(error, target);
    throw new CallError(`failed to call webhook: Post "${target.url}": ${said}`);
  } finally {
    timer.cancel();
  }
}

async function targetOf(
  o: WebhookOptions,
  webhook: ValidatingWebhook,
  seconds: number,
): Promise<Target> {
  const { service } = webhook.clientConfig;
  if (!service) throw new CallError("failed to call webhook: only Services are called here");
  const { namespace, name, path = "", port = 443 } = service;
  const found = await o.client.get(Service, `${namespace}/${name}`);
  const serverName = `${name}.${namespace}.svc`;
  const url = `https://${serverName}:${port}${path}?timeout=${seconds}s`;
  if (!found) {
    throw new CallError(`failed to call webhook: Post "${url}": service "${name}" not found`);
  }
  const address = { ip: found.spec.clusterIP ?? "", port };
  return { address, serverName, path: `${path}?timeout=${seconds}s`, url };
}

async function converse(
  o: WebhookOptions,
  webhook: ValidatingWebhook,
  connection: Connection,
  { serverName, path, url }: Target,
  body: unknown,
): Promise<Response> {
  let disbelief: Disbelief | undefined;
  const trusted = authorities(webhook.clientConfig.caBundle);
  const check = (chain: readonly [Certificate, ...Certificate[]]): Disbelief | undefined => {
    const nowMs = o.clock.now();
    const result = verifyChain({ chain, trusted, nowMs, purpose: "server", host: serverName });
    disbelief = result.ok ? undefined : result.reason;
    return disbelief;
  };
  const { random, clock } = o;
  const secure = await connectTls(connection, {
    random,
    now: () => clock.now(),
    serverName,
    alpn: ["http/1.1"],
    check,
  }).catch((error: unknown) => {
    if (!disbelief) throw error;
    const why = `tls: failed to verify certificate: ${goWords(disbelief, serverName)}`;
    throw new CallError(`failed to call webhook: Post "${url}": ${why}`);
  });
  const client = new HttpClient(secure);
  const response = await client.send({
    method: "POST",
    target: path,
    headers: [
      ["Host", serverName],
      ["Content-Type", "application/json"],
      ["Accept", "application/json"],
      ["User-Agent", "kube-apiserver-admission"],
    ],
    body: JSON.stringify(body),
  });
  const said = text(await response.body.bytes());
  client.close();
  if (response.status !== 200) {
    const why = `the server responded with the status code ${response.status}`;
    throw new CallError(`failed to call webhook: ${why} but did not return more information`);
  }
  try {
    return (JSON.parse(said) as { response: Response }).response;
  } catch {
    throw new CallError("failed to call webhook: the answer is no AdmissionReview");
  }
}

function authorities(bundle: string | undefined): Certificate[] {
  if (bundle === undefined) return [];
  try {
    return parseCertificates(text(fromBase64(bundle)));
  } catch {
    return [];
  }
}

/** What Go's net and tls packages say. */
function wordsOf(error: unknown, { address }: Target): string {
  if (error instanceof NetError) {
    const where = `dial tcp ${printAddress(address)}`;
    if (error.fault === "refused") return `${where}: connect: connection refused`;
    if (error.fault === "timeout") return "context deadline exceeded";
    if (error.fault === "unreachable") return `${where}: connect: no route to host`;
    return "EOF";
  }
  if (error instanceof TlsAlert) return `remote error: tls: ${error.message}`;
  if (error instanceof HttpError) return error.message;
  throw error;
}

function goWords(disbelief: Disbelief, name: string): string {
  switch (disbelief) {
    case "expired":
    case "not yet valid":
      return "x509: certificate has expired or is not yet valid";
    case "wrong host":
      return `x509: certificate is not valid for any names, but wanted to match ${name}`;
    default:
      return "x509: certificate signed by unknown authority";
  }
}
