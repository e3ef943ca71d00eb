// The ingress shim: an Ingress that names an issuer in an annotation gets a Certificate for each of
// its tls entries. Models pkg/controller/certificate-shim/{sync,helper}.go.

import type { Ingress as IngressObject } from "../../api/kinds/ingress.ts";
import { Ingress } from "../../api/kinds/ingress.ts";
import { sameJson } from "../../api/json.ts";
import { controlledBy, controllerOf, keyOf } from "../../api/object.ts";
import type { Key } from "../../api/object.ts";
import { watching } from "../../client/reconciler.ts";
import type { Reconciler } from "../../client/reconciler.ts";
import { ipNumber } from "../../net/address.ts";
import type { Desk } from "./desk.ts";
import { durationMs, printDuration } from "./durations.ts";
import { Certificate, names } from "./kinds.ts";
import type { IssuerRef } from "./kinds.ts";

type Annotations = Readonly<Record<string, string>>;
type Spec = Certificate["spec"];

/** What the controller was started with for Ingresses that say `kubernetes.io/tls-acme: "true"`. */
export interface ShimDefaults {
  readonly issuer: string;
  readonly kind: string;
  readonly group: string;
}

/** Annotations that cannot be followed; the message is upstream's. */
class BadConfig extends Error {
  override name = "BadConfig";
}

export class IngressShim implements Reconciler {
  readonly name = "ingress-shim";
  readonly #desk: Desk;
  readonly #defaults: ShimDefaults;
  readonly watches = [
    watching(Ingress, (o) => [keyOf(o)]),
    watching(Certificate, (one): Key[] => {
      const owner = controllerOf(one);
      return owner?.kind === "Ingress" ? [`${one.metadata.namespace}/${owner.name}`] : [];
    }),
  ];

  constructor(desk: Desk, defaults: ShimDefaults) {
    this.#desk = desk;
    this.#defaults = defaults;
  }

  async reconcile(key: Key): Promise<void> {
    const ingress = this.#desk.o.informers.of(Ingress).get(key);
    if (!ingress || ingress.metadata.deletionTimestamp !== undefined) return;
    const { annotations = {} } = ingress.metadata;
    const wanted = [names.issuer, names.clusterIssuer].some((name) =>
      Object.hasOwn(annotations, name),
    );
    if (!wanted && !/^(1|t|T|true|TRUE|True)$/.test(annotations["kubernetes.io/tls-acme"] ?? "")) {
      return;
    }
    try {
      await this.#sync(ingress, annotations);
    } catch (error) {
      if (!(error instanceof BadConfig)) throw error;
      this.#event(ingress, "Warning", "BadConfig", error.message);
    }
  }

  async #sync(ingress: IngressObject, annotations: Annotations): Promise<void> {
    const issuerRef = issuerOf(annotations, this.#defaults);
    const { tls = [] } = ingress.spec;
    checkNames(tls);
    for (const [i, { hosts = [], secretName = "" }] of tls.entries()) {
      const missing = [
        ...(hosts.length === 0 ? [`spec.tls[${i}].hosts: Required value`] : []),
        ...(secretName === "" ? [`spec.tls[${i}].secretName: Required value`] : []),
      ];
      if (missing.length > 0) {
        const said = missing.length > 1 ? `[${missing.join(", ")}]` : missing[0]!;
        this.#event(ingress, "Warning", "BadConfig", `Skipped a TLS block: ${said}`);
        continue;
      }
      await this.#ensure(
        ingress,
        secretName,
        specOf(annotations, { hosts, secretName, issuerRef }),
      );
    }
    const named = new Set(tls.map(({ secretName }) => secretName));
    const { informers, client } = this.#desk.o;
    for (const one of informers.of(Certificate).list(ingress.metadata.namespace)) {
      if (controllerOf(one)?.uid !== ingress.metadata.uid || named.has(one.spec.secretName))
        continue;
      await client.remove(Certificate, keyOf(one));
      const message = `Successfully deleted unrequired Certificate "${one.metadata.name}"`;
      this.#event(ingress, "Normal", "DeleteCertificate", message);
    }
  }

  async #ensure(ingress: IngressObject, name: string, spec: Spec): Promise<void> {
    const { client, informers } = this.#desk.o;
    const { namespace, labels, annotations = {} } = ingress.metadata;
    const known = informers.of(Certificate).get(`${namespace}/${name}`);
    if (!known) {
      const override = annotations["acme.cert-manager.io/http01-ingress-class"];
      await client.create(Certificate, {
        apiVersion: Certificate.apiVersion,
        kind: Certificate.kind,
        metadata: {
          name,
          namespace: namespace!,
          ...(labels && { labels }),
          ...(override !== undefined && {
            annotations: { "acme.cert-manager.io/http01-override-ingress-class": override },
          }),
          ownerReferences: [controlledBy(ingress)],
        },
        spec,
      });
      this.#event(
        ingress,
        "Normal",
        "CreateCertificate",
        `Successfully created Certificate "${name}"`,
      );
      return;
    }
    if (controllerOf(known)?.uid !== ingress.metadata.uid) {
      const whose = controllerOf(known) ? "is not owned by this object" : "has no owner";
      const told = "refusing to update non-owned certificate resource for object";
      this.#desk.info("sync.go:496", `certificate resource ${whose}. ${told}`, {
        logger: "cert-manager.ingress-shim",
        resource_name: ingress.metadata.name,
        resource_namespace: namespace!,
        related_resource_name: name,
      });
      return;
    }
    const same = sameJson(known.spec, spec) && sameJson(known.metadata.labels ?? {}, labels ?? {});
    if (same) return;
    const metadata = { ...known.metadata, labels: labels ?? {} };
    await client.update(Certificate, { ...known, metadata, spec });
    this.#event(
      ingress,
      "Normal",
      "UpdateCertificate",
      `Successfully updated Certificate "${name}"`,
    );
  }

  #event(
    ingress: IngressObject,
    ...told: [type: "Normal" | "Warning", reason: string, message: string]
  ): void {
    this.#desk.event("cert-manager-ingress-shim", ingress, ...told);
  }
}

function issuerOf(annotations: Annotations, defaults: ShimDefaults): IssuerRef {
  const of = (name: string): string | undefined => annotations[name];
  const cluster = of(names.clusterIssuer);
  const name = cluster ?? of(names.issuer) ?? defaults.issuer;
  const kind =
    of(names.issuerKind) ??
    (cluster !== undefined
      ? "ClusterIssuer"
      : of(names.issuer) !== undefined
        ? "Issuer"
        : defaults.kind);
  const group = of(names.issuerGroup) ?? defaults.group;
  const both = (a: string, b: string): string[] =>
    of(a) !== undefined && of(b) !== undefined ? [`both "${a}" and "${b}" may not be set`] : [];
  const errors = [
    ...(name ? [] : ["failed to determine issuer name to be used for ingress resource"]),
    ...both(names.issuer, names.clusterIssuer),
    ...both(names.clusterIssuer, names.issuerGroup),
    ...both(names.clusterIssuer, names.issuerKind),
  ];
  if (errors.length > 0) {
    const what = "Could not determine issuer for ingress due to bad annotations";
    throw new BadConfig(`${what}: ${errors.join(", ")}`);
  }
  return { name, kind, group };
}

/** A Secret belongs to one tls entry. */
function checkNames(tls: readonly { secretName?: string }[]): void {
  const seen = new Map<string, number>();
  for (const [i, { secretName = "" }] of tls.entries()) {
    const first = seen.get(secretName);
    if (first === undefined) {
      seen.set(secretName, i);
      continue;
    }
    const why = "this secret name must only appear in a single TLS entry but is also used in";
    throw new BadConfig(
      `spec.tls[${first}].secretName: Invalid value: "${secretName}": ${why} spec.tls[${i}].secretName`,
    );
  }
}

function specOf(
  annotations: Annotations,
  o: { hosts: readonly string[]; secretName: string; issuerRef: IssuerRef },
): Spec {
  const of = (name: string): string | undefined => annotations[`cert-manager.io/${name}`];
  const ips = o.hosts.filter((host) => ipNumber(host) !== undefined);
  const dnsNames = o.hosts.filter((host) => ipNumber(host) === undefined);
  const time = (name: string): string | undefined => {
    const written = of(name);
    if (written === undefined) return undefined;
    const ms = durationMs(written);
    if (ms !== undefined) return printDuration(ms);
    const why = `time: invalid duration "${written}"`;
    throw new BadConfig(`invalid ingress annotation "cert-manager.io/${name}": ${why}`);
  };
  const [duration, renewBefore, commonName] = [
    time("duration"),
    time("renew-before"),
    of("common-name"),
  ];
  const usages = of("usages")
    ?.split(",")
    .map((one) => one.trim());
  const organizations = of("subject-organizations")?.split(",");
  const percentage = of("renew-before-percentage");
  const history = of("revision-history-limit");
  const privateKey = keyOptions(annotations);
  return {
    secretName: o.secretName,
    issuerRef: o.issuerRef,
    ...(dnsNames.length > 0 && { dnsNames }),
    ...(ips.length > 0 && { ipAddresses: ips }),
    ...(commonName !== undefined && { commonName }),
    ...(organizations && { subject: { organizations } }),
    ...(duration !== undefined && { duration }),
    ...(renewBefore !== undefined && { renewBefore }),
    ...(percentage !== undefined && { renewBeforePercentage: Number(percentage) }),
    ...(history !== undefined && { revisionHistoryLimit: Number(history) }),
    ...(privateKey && { privateKey }),
    usages: usages ?? ["digital signature", "key encipherment"],
  };
}

function keyOptions(annotations: Annotations): Spec["privateKey"] {
  const of = (name: string): string | undefined =>
    annotations[`cert-manager.io/private-key-${name}`];
  const size = of("size");
  const given = {
    algorithm: of("algorithm"),
    encoding: of("encoding"),
    rotationPolicy: of("rotation-policy"),
    size: size === undefined ? undefined : Number(size),
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return set.length > 0 ? (Object.fromEntries(set) as Spec["privateKey"]) : undefined;
}
