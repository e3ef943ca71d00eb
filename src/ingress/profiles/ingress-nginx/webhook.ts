// The validating webhook that the controller serves over HTTPS (--validating-webhook=:8443):
// AdmissionReview in, AdmissionReview out. Models pkg/admission/controller.

import { text } from "../../../base/bytes.ts";
import type { Ingress } from "../../../api/kinds/ingress.ts";
import { Pod } from "../../../api/kinds/pod.ts";
import { Secret } from "../../../api/kinds/secret.ts";
import { keyOf } from "../../../api/object.ts";
import type { Connection } from "../../../net/connection.ts";
import type { Request } from "../../../net/http/message.ts";
import { serveHttp } from "../../../net/http/server.ts";
import type { Answer } from "../../../net/http/server.ts";
import type { Identity } from "../../../net/tls/contract.ts";
import type { ControllerOptions } from "../../control.ts";
import type { Flags } from "../../flags.ts";
import { structured } from "../../klog.ts";
import { openDoor } from "../../tls/door.ts";
import { readPair } from "../../tls/pair.ts";
import { refusal } from "./admission.ts";
import type { AdmissionWorld } from "./admission.ts";
import type { LogLine } from "./upstreams.ts";

export interface WebhookOptions extends ControllerOptions {
  readonly flags: Flags;
  world(): AdmissionWorld;
  /** Why the Ingress is none of this controller's business; undefined when it is. */
  foreign(ingress: Ingress): string | undefined;
  say(...line: LogLine): void;
}

/** The most that a review may hold: what kube-apiserver would send at most. */
const reviewBytesMax = 9 * 1024 * 1024;

export class AdmissionWebhook {
  readonly #o: WebhookOptions;
  #identity: Identity | undefined;

  constructor(o: WebhookOptions) {
    this.#o = o;
  }

  /** The port to listen on; undefined when the flag is not given. */
  get port(): number | undefined {
    const address = this.#o.flags.text("validating-webhook");
    const port = Number(address.slice(address.lastIndexOf(":") + 1));
    return address !== "" && port > 0 ? port : undefined;
  }

  /** Reads the certificate. Without one nobody can be answered. */
  async prepare(): Promise<void> {
    const { flags, say } = this.#o;
    const certificate = flags.text("validating-webhook-certificate");
    const key = flags.text("validating-webhook-key");
    this.#identity = await this.#mounted(certificate, key);
    say("I", "ssl.go:535", structured("loading tls certificate", { path: certificate, key }));
    const pairs = {
      address: flags.text("validating-webhook"),
      certPath: certificate,
      keyPath: key,
    };
    say("I", "nginx.go:339", structured("Starting validation webhook", pairs));
  }

  accept(connection: Connection): void {
    const { clock, random, host } = this.#o;
    void openDoor(connection, {
      clock,
      random: random.fork("webhook"),
      by: host.actor,
      choose: () => ({
        identity: this.#identity,
        why: "the webhook's own certificate",
        asksClient: false,
        authorities: [],
      }),
      onSecure: (secure) =>
        void serveHttp(secure, {
          by: host.actor,
          scheme: "https",
          handle: (request) => this.#answer(request),
        }),
      onPlain: (plain) => plain.destroy(),
    });
  }

  /** Containers have no files here: the Secret is read that the kubelet would have mounted. */
  async #mounted(certificate: string, key: string): Promise<Identity | undefined> {
    const { client, pod } = this.#o;
    const own = await client.get(Pod, `${pod.namespace}/${pod.name}`);
    const mounts = own?.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts) ?? [];
    const mount = mounts.find(({ mountPath }) =>
      certificate.startsWith(`${mountPath.replace(/\/$/, "")}/`),
    );
    const volume = own?.spec.volumes?.find(({ name }) => name === mount?.name);
    const name = volume?.secret?.secretName;
    const secret = name ? await client.get(Secret, `${pod.namespace}/${name}`) : undefined;
    if (!secret || !mount) return undefined;
    const file = (path: string): string =>
      path.slice(mount.mountPath.replace(/\/$/, "").length + 1);
    const { data = {} } = secret;
    const pair = { "tls.crt": data[file(certificate)] ?? "", "tls.key": data[file(key)] ?? "" };
    return readPair({ ...secret, data: pair }).identity;
  }

  async #answer(request: Request): Promise<Answer> {
    const body = text(await request.body.bytes(reviewBytesMax));
    let review: Review;
    try {
      review = JSON.parse(body) as Review;
    } catch {
      return { status: 400, body: "the body is no AdmissionReview\n" };
    }
    const { request: asked } = review;
    if (!asked) return { status: 400, body: "the AdmissionReview has no request\n" };
    const cause = asked.kind?.kind === "Ingress" ? this.#cause(asked.object) : undefined;
    const status = { status: "Failure", code: 400, reason: "BadRequest", message: cause ?? "" };
    const response = {
      uid: asked.uid,
      allowed: cause === undefined,
      ...(cause !== undefined && { status: { metadata: {}, ...status } }),
    };
    const answer = { kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", response };
    return {
      status: 200,
      headers: [["Content-Type", "application/json"]],
      body: JSON.stringify(answer),
      why: cause ?? "accepted",
    };
  }

  #cause(ingress: Ingress): string | undefined {
    const { say, world, foreign } = this.#o;
    const key = keyOf(ingress);
    const other = foreign(ingress);
    if (other !== undefined) {
      const { name, namespace } = ingress.metadata;
      say(
        "W",
        "controller.go:352",
        `ignoring ingress ${name} in ${namespace} based on annotation : ${other}`,
      );
    }
    const all = world();
    const cause = other === undefined ? refusal(ingress, all) : undefined;
    if (cause !== undefined) {
      const pairs = { err: cause, ingress: key };
      say("E", "main.go:96", structured("invalid ingress configuration", pairs));
      return cause;
    }
    if (other === undefined) {
      const count = all.ingresses.length + 1;
      say(
        "I",
        "admission.go:149",
        `processed ingress via admission controller {testedIngressLength:${count} ` +
          "testedIngressTime:0.001s renderingIngressLength:1 renderingIngressTime:0s " +
          `admissionTime:0.001s testedConfigurationSize:${sizeOf(all.ingresses)}}`,
      );
    }
    const message = "successfully validated configuration, accepting";
    say("I", "main.go:107", structured(message, { ingress: key }));
    return undefined;
  }
}

interface Review {
  readonly request?: {
    readonly uid: string;
    readonly kind?: { readonly kind?: string };
    readonly object: Ingress;
  };
}

/** About what the nginx configuration of so many Ingresses measures. */
function sizeOf(ingresses: readonly Ingress[]): string {
  const rules = ingresses.flatMap(({ spec }) => spec.rules ?? []).length;
  return `${(18.1 + 2.6 * rules).toFixed(1)}kB`;
}
