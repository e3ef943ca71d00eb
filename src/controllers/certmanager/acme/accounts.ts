// Accounts at ACME servers: one an issuer, with its key in a Secret.
// Models pkg/issuer/acme/setup.go and pkg/acme/accounts.

import { Secret } from "../../../api/kinds/secret.ts";
import { base64, utf8 } from "../../../base/bytes.ts";
import { VisitFault } from "../../../net/acme/visit.ts";
import { generateEcKey, printTraditionalKey } from "../../../net/x509/keys.ts";
import type { EcPrivateKey } from "../../../net/x509/keys.ts";
import type { Desk } from "../desk.ts";
import type { Setup } from "../issuers.ts";
import { names } from "../kinds.ts";
import type { AcmeIssuer, Issuer } from "../kinds.ts";
import { readKey } from "../signing.ts";
import { AcmeClient, AcmeError } from "./client.ts";

const failed = "ErrRegisterACMEAccount";
const registered = "The ACME account was registered with the ACME server";

export class Accounts {
  readonly #desk: Desk;
  readonly #clients = new Map<string, { readonly about: string; readonly client: AcmeClient }>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The client of an issuer's account; undefined until that is registered. */
  clientOf(issuer: Issuer): AcmeClient | undefined {
    return this.#clients.get(issuer.metadata.uid!)?.client;
  }

  /** Registers an ACME issuer's account; undefined for an issuer of another type. */
  readonly setUp = (issuer: Issuer): Promise<Setup> | undefined => {
    const { acme } = issuer.spec;
    return acme && this.#setUp(issuer, acme);
  };

  async #setUp(issuer: Issuer, acme: AcmeIssuer): Promise<Setup> {
    const key = await this.#keyOf(issuer, acme);
    if (!key) {
      const message = "Account private key is invalid: error decoding private key PEM block";
      const reason = "ErrVerifyACMEAccount";
      return { ready: { status: "False", reason, message } };
    }
    const { server, email = "", caBundle, skipTLSVerify } = acme;
    const about = JSON.stringify([server, email, caBundle, skipTLSVerify, [...key.point]]);
    const known = this.#clients.get(issuer.metadata.uid!);
    const ready = {
      status: "True",
      reason: "ACMEAccountRegistered",
      message: registered,
    } as const;
    if (known?.about === about && issuer.status?.acme) return { ready };
    const client = new AcmeClient(this.#desk, acme, key);
    try {
      const uri = await client.register(email);
      this.#clients.set(issuer.metadata.uid!, { about, client });
      return { ready, acme: { uri, ...(email && { lastRegisteredEmail: email }) } };
    } catch (error) {
      if (!(error instanceof AcmeError || error instanceof VisitFault)) throw error;
      const message = `Failed to register ACME account: ${error.message}`;
      const refused = error instanceof AcmeError && error.status >= 400 && error.status < 500;
      return {
        ready: { status: "False", reason: failed, message },
        ...(refused ? {} : { error: error.message }),
      };
    }
  }

  /** The account's key, made when there is none. */
  async #keyOf(issuer: Issuer, acme: AcmeIssuer): Promise<EcPrivateKey | undefined> {
    const { name, key: entry = "tls.key" } = acme.privateKeySecretRef;
    const { informers, client, random } = this.#desk.o;
    const namespace = this.#desk.secretsOf(issuer);
    const secret = informers.of(Secret).get(`${namespace}/${name}`);
    if (secret) {
      const key = readKey(secret.data?.[entry]);
      return key?.type === "ec" ? key : undefined;
    }
    this.#desk.info("setup.go:124", "generating acme account private key", {
      logger: "cert-manager.acme",
      resource_name: issuer.metadata.name,
      resource_namespace: issuer.metadata.namespace ?? "",
      resource_kind: issuer.kind,
    });
    const made = generateEcKey(random.fork(`account ${issuer.metadata.uid}`));
    await client.create(Secret, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace, labels: { [names.partOf]: "true" } },
      data: { [entry]: base64(utf8(printTraditionalKey(made))) },
    });
    return made;
  }
}
