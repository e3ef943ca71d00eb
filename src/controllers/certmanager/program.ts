// cert-manager's controller, as its image quay.io/jetstack/cert-manager-controller runs it: an
// ordinary client of the API, with the flags that its chart gives it.
//
// Modelled: Issuers and ClusterIssuers of the types SelfSigned, CA and ACME (HTTP-01 by Ingress),
// Certificates with renewal, and the ingress shim. Not modelled, because nothing here would answer:
// Vault, Venafi, DNS-01, Gateways, keystores; nor the webhook and the CA injector.

import { ApiError } from "../../api/errors.ts";
import { Informers } from "../../client/informer.ts";
import { runReconciler } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { VisitFault } from "../../net/acme/visit.ts";
import { NetError } from "../../net/errors.ts";
import { EncodingError } from "../../net/x509/der.ts";
import type { Process, Program, ProgramContext } from "../program.ts";
import { Accounts } from "./acme/accounts.ts";
import { AcmeError } from "./acme/client.ts";
import { ChallengeController } from "./acme/challenges.ts";
import { OrderController } from "./acme/orders.ts";
import { acmeSigner, orderWatches } from "./acme/signing.ts";
import { CertificateController } from "./certificates.ts";
import { Desk } from "./desk.ts";
import { IssuerController, SetupError } from "./issuers.ts";
import { ClusterIssuer, Issuer } from "./kinds.ts";
import { RequestController } from "./requests.ts";
import { IngressShim } from "./shim.ts";

export const certManager: Program = { start };

function start(context: ProgramContext): Process {
  const { client, clock, random, network, host, log, exit } = context;
  const informers = new Informers({ client, clock });
  const desk = new Desk({
    ...{ client, informers, clock, random, network, host, log },
    clusterNamespace: flag(context, "cluster-resource-namespace") || "kube-system",
    solverImage: flag(context, "acme-http01-solver-image"),
    ownerRef: flag(context, "enable-certificate-owner-ref") === "true",
  });
  const onError = (name: string, key: string, error: unknown): void => {
    if (error instanceof Error && isLife(error)) {
      const logger = `cert-manager.${name}`;
      const message = "re-queuing item due to error processing";
      return desk.error("controller.go:157", error.message, message, { logger, key });
    }
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    stop();
    exit(2);
  };
  const running = controllersOf(context, desk).map((one) =>
    runReconciler(one, {
      informers,
      clock,
      onError: (key, error) => onError(one.name, key, error),
    }),
  );
  const stop = (): void => {
    for (const one of running) one.stop();
    informers.stop();
  };
  desk.info("controller.go:217", "starting controller", {
    logger: "cert-manager.controller",
    version: "v1.19.1",
  });
  return {
    terminate: () => {
      stop();
      exit(0);
    },
    kill: stop,
  };
}

function controllersOf(context: ProgramContext, desk: Desk): Reconciler[] {
  const accounts = new Accounts(desk);
  return [
    new IssuerController(desk, Issuer, accounts.setUp),
    new IssuerController(desk, ClusterIssuer, accounts.setUp),
    new CertificateController(desk),
    new RequestController(desk, acmeSigner(desk), orderWatches),
    new OrderController(desk, accounts),
    new ChallengeController(desk, accounts),
    new IngressShim(desk, {
      issuer: flag(context, "default-issuer-name"),
      kind: flag(context, "default-issuer-kind") || "Issuer",
      group: flag(context, "default-issuer-group") || "cert-manager.io",
    }),
  ];
}

/** Refusals of the API and of the network, and what others wrote wrongly, are tried again. */
function isLife(error: Error): boolean {
  const life = [ApiError, NetError, SetupError, VisitFault, AcmeError, EncodingError];
  return life.some((kind) => error instanceof kind);
}

/** The value of "--name=value"; "" where it is not given. */
function flag({ args, env }: ProgramContext, name: string): string {
  const found = args.find((one) => one.startsWith(`--${name}=`)) ?? "";
  const value = found.slice(name.length + 3);
  return value.replace(/\$\((\w+)\)/g, (whole, key: string) => env[key] ?? whole);
}
