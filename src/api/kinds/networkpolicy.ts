// NetworkPolicies are stored; the hotel's network lets everybody through, as a cluster does whose
// network plugin does not know them.

import type { FieldError } from "../errors.ts";
import { eachInvalid, forbidden, invalidValue, notSupported, required } from "../fielderrors.ts";
import { checkCidr, parseIp } from "../ip.ts";
import { checkMeta, checkMetaUpdate, checkSelector } from "../meta.ts";
import { nameIsSubdomain, portNameErrors, portNumberErrors } from "../names.ts";
import type { Obj } from "../object.ts";
import { formatSelector } from "../selector.ts";
import type { LabelSelector } from "../selector.ts";
import { ageColumn, column, nameColumn } from "./columns.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";

export interface NetworkPolicy extends Obj {
  spec?: {
    podSelector?: LabelSelector;
    ingress?: { ports?: PolicyPort[]; from?: PolicyPeer[] }[];
    egress?: { ports?: PolicyPort[]; to?: PolicyPeer[] }[];
    policyTypes?: ("Ingress" | "Egress")[];
  };
}

interface PolicyPort {
  protocol?: string;
  port?: number | string;
  endPort?: number;
}

interface PolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export const NetworkPolicy: Kind<NetworkPolicy> = defineKind<NetworkPolicy>({
  kind: "NetworkPolicy",
  group: "networking.k8s.io",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  namespaced: true,
  validate: (policy, old) => [
    ...(old ? checkMetaUpdate(policy.metadata, old.metadata) : []),
    ...checkMeta(policy.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkSpec(policy.spec ?? {}),
  ],
  defaulted: (o) => {
    const { ingress, egress, policyTypes } = o.spec ?? {};
    const ports = (port: PolicyPort): PolicyPort => ({ protocol: "TCP", ...port });
    const filled = <T extends { ports?: PolicyPort[] }>(rules: T[] | undefined): T[] | undefined =>
      rules?.map((rule) => (rule.ports ? { ...rule, ports: rule.ports.map(ports) } : rule));
    const both = (egress ?? []).length > 0;
    const types = policyTypes ?? (both ? ["Ingress", "Egress"] : ["Ingress"]);
    return {
      ...o,
      spec: {
        ...o.spec,
        podSelector: o.spec?.podSelector ?? {},
        ...(ingress && { ingress: filled(ingress) }),
        ...(egress && { egress: filled(egress) }),
        policyTypes: types,
      },
    } as NetworkPolicy;
  },
  columns: [
    nameColumn,
    column("Pod-Selector", ({ spec }) => formatSelector(spec?.podSelector ?? {})),
    ageColumn,
  ],
});

const types = ["Ingress", "Egress"];

function checkSpec(spec: NonNullable<NetworkPolicy["spec"]>): FieldError[] {
  const { podSelector = {}, ingress = [], egress = [], policyTypes = [] } = spec;
  const errors = checkSelector("spec.podSelector", podSelector);
  const rule = (
    field: string,
    ports: PolicyPort[] = [],
    peers: PolicyPeer[] = [],
    side = "",
  ): void => {
    ports.forEach((port, i) => errors.push(...checkPort(`${field}.ports[${i}]`, port)));
    peers.forEach((peer, i) => errors.push(...checkPeer(`${field}.${side}[${i}]`, peer)));
  };
  ingress.forEach(({ ports, from }, i) => rule(`spec.ingress[${i}]`, ports, from, "from"));
  egress.forEach(({ ports, to }, i) => rule(`spec.egress[${i}]`, ports, to, "to"));
  if (policyTypes.length > types.length) {
    const detail = "may not specify more than two policyTypes";
    return [...errors, invalidValue("spec.policyTypes", policyTypes, detail)];
  }
  policyTypes.forEach((type, i) => {
    if (!types.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, types));
  });
  return errors;
}

const protocols = ["TCP", "UDP", "SCTP"];

function checkPort(field: string, { protocol, port, endPort }: PolicyPort): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  }
  const end = `${field}.endPort`;
  if (port === undefined) {
    const detail = "may not be specified when `port` is not specified";
    return endPort === undefined ? errors : [...errors, invalidValue(end, endPort, detail)];
  }
  if (typeof port === "string") {
    const detail = "may not be specified when `port` is non-numeric";
    if (endPort !== undefined) errors.push(invalidValue(end, endPort, detail));
    return [...errors, ...eachInvalid(`${field}.port`, port, portNameErrors(port))];
  }
  errors.push(...eachInvalid(`${field}.port`, port, portNumberErrors(port)));
  if (endPort === undefined) return errors;
  if (endPort < port) {
    errors.push(invalidValue(end, port, "must be greater than or equal to `port`"));
  }
  return [...errors, ...eachInvalid(end, endPort, portNumberErrors(endPort))];
}

function checkPeer(field: string, peer: PolicyPeer): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors: FieldError[] = [];
  if (podSelector) errors.push(...checkSelector(`${field}.podSelector`, podSelector));
  if (namespaceSelector) {
    errors.push(...checkSelector(`${field}.namespaceSelector`, namespaceSelector));
  }
  if (ipBlock) errors.push(...checkBlock(`${field}.ipBlock`, ipBlock));
  if (!podSelector && !namespaceSelector && !ipBlock) {
    errors.push(required(field, "must specify a peer"));
  } else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(field, "may not specify both ipBlock and another peer"));
  }
  return errors;
}

function checkBlock(
  field: string,
  { cidr = "", except = [] }: NonNullable<PolicyPeer["ipBlock"]>,
): FieldError[] {
  if (cidr === "") return [required(`${field}.cidr`)];
  const wrong = checkCidr(`${field}.cidr`, cidr);
  if (wrong.length > 0) return wrong;
  return except.flatMap((one, i) => {
    const at = `${field}.except[${i}]`;
    const errors = checkCidr(at, one);
    if (errors.length > 0 || isWithin(one, cidr)) return errors;
    return [invalidValue(at, one, "must be a strict subset of `cidr`")];
  });
}

/** Whether a prefix is a true part of another. */
function isWithin(inner: string, outer: string): boolean {
  const [address = "", length] = inner.split("/");
  const [base = "", bits] = outer.split("/");
  const [a, b] = [parseIp(address)!, parseIp(base)!];
  if (a.length !== b.length || Number(length) <= Number(bits)) return false;
  return b.every((byte, i) => {
    const left = Math.max(0, Math.min(8, Number(bits) - 8 * i));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === (a[i]! & mask);
  });
}
