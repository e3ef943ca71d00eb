// What the remaining kinds may say: those that learners read more than they write.

import type { FieldError } from "../errors.ts";
import {
  eachInvalid,
  invalidValue,
  notSupported,
  oneOf,
  required,
  tooMany,
} from "../fielderrors.ts";
import { checkIp, checkNotSpecial, isIpv6, parseIp } from "../ip.ts";
import { checkImmutable, checkMeta } from "../meta.ts";
import {
  dnsLabelErrors,
  nameIsLabel,
  nameIsSubdomain,
  portNumberErrors,
  qualifiedNameErrors,
} from "../names.ts";
import type { EndpointSlice } from "./endpointslice.ts";
import type { Endpoints } from "./endpoints.ts";
import type { Event } from "./event.ts";
import { validateMeta } from "./kind.ts";
import type { Namespace } from "./namespace.ts";
import type { Node } from "./node.ts";

export function validateNamespace(namespace: Namespace, old?: Namespace): FieldError[] {
  const errors = validateMeta(namespace, old, false, nameIsLabel);
  for (const name of namespace.spec?.finalizers ?? []) {
    errors.push(...eachInvalid("spec.finalizers", name, qualifiedNameErrors(name)));
    if (!name.includes("/") && !["kubernetes", "orphan", "foregroundDeletion"].includes(name)) {
      const detail = "name is neither a standard finalizer name nor is it fully qualified";
      errors.push(invalidValue("spec.finalizers", name, detail));
    }
  }
  return errors;
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateNode(node: Node, old?: Node): FieldError[] {
  const errors = validateMeta(node, old, false);
  (node.spec?.taints ?? []).forEach(({ key = "", effect }, i) => {
    const at = `spec.taints[${i}]`;
    errors.push(...eachInvalid(`${at}.key`, key, qualifiedNameErrors(key)));
    errors.push(...oneOf(`${at}.effect`, effect, effects));
  });
  return errors;
}

/** Models ValidateEventCreate for core/v1, the older of the two event APIs. */
export function validateEvent(event: Event): FieldError[] {
  const { namespace = "" } = event.metadata;
  const involved = event.involvedObject?.namespace ?? "";
  const errors: FieldError[] = [];
  if (involved === "" ? namespace !== "default" : namespace !== involved) {
    const detail = "does not match event.namespace";
    errors.push(invalidValue("involvedObject.namespace", involved, detail));
  }
  return [...errors, ...checkMeta(event.metadata, { namespaced: true, name: nameIsSubdomain })];
}

const endpointsMax = 1_000;
const addressesMax = 100;
const portsMax = 20_000;

/** Models kubernetes/pkg/apis/discovery/validation/validation.go. */
export function validateEndpointSlice(slice: EndpointSlice, old?: EndpointSlice): FieldError[] {
  const { addressType, endpoints = [], ports = [] } = slice;
  const errors = validateMeta(slice, old, true);
  if (old) errors.push(...checkImmutable("addressType", addressType, old.addressType));
  errors.push(...oneOf("addressType", addressType, ["FQDN", "IPv4", "IPv6"]));
  if (endpoints.length > endpointsMax) {
    return [...errors, tooMany("endpoints", endpoints.length, endpointsMax)];
  }
  endpoints.forEach(({ addresses = [], hostname }, i) => {
    const at = `endpoints[${i}].addresses`;
    if (addresses.length === 0) errors.push(required(at, "must contain at least 1 address"));
    else if (addresses.length > addressesMax) {
      errors.push(tooMany(at, addresses.length, addressesMax));
    }
    addresses.forEach((one, j) => errors.push(...checkAddress(`${at}[${j}]`, one, addressType)));
    if (hostname) {
      const wrong = dnsLabelErrors(hostname);
      errors.push(...eachInvalid(`endpoints[${i}].hostname`, hostname, wrong));
    }
  });
  return [...errors, ...checkSlicePorts(ports)];
}

function checkAddress(field: string, address: string, type: string): FieldError[] {
  if (type === "IPv4" || type === "IPv6") {
    const errors = checkNotSpecial(field, address);
    const fits = parseIp(address) !== undefined && isIpv6(address) === (type === "IPv6");
    return fits ? errors : [...errors, invalidValue(field, address, `must be an ${type} address`)];
  }
  const wrong = type === "FQDN" ? nameIsSubdomain(address.replace(/\.$/, ""), false) : [];
  return eachInvalid(field, address, wrong);
}

function checkSlicePorts(ports: NonNullable<EndpointSlice["ports"]>): FieldError[] {
  const errors = ports.length > portsMax ? [tooMany("ports", ports.length, portsMax)] : [];
  const names = new Set<string>();
  ports.forEach(({ name = "", protocol, port, appProtocol }, i) => {
    const at = `ports[${i}]`;
    if (names.has(name)) {
      errors.push({ type: "Duplicate", field: `${at}.name`, badValue: name, detail: "" });
    } else names.add(name);
    if (name !== "") errors.push(...eachInvalid(`${at}.name`, name, dnsLabelErrors(name)));
    errors.push(...oneOf(`${at}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
    if (port !== undefined) {
      errors.push(...eachInvalid(`${at}.port`, port, portNumberErrors(port)));
    }
    if (appProtocol) {
      const wrong = qualifiedNameErrors(appProtocol);
      errors.push(...eachInvalid(`${at}.appProtocol`, appProtocol, wrong));
    }
  });
  return errors;
}

export function validateEndpoints(endpoints: Endpoints, old?: Endpoints): FieldError[] {
  const errors = validateMeta(endpoints, old, true);
  for (const [i, subset] of (endpoints.subsets ?? []).entries()) {
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    const field = `subsets[${i}]`;
    if (addresses.length + notReadyAddresses.length === 0) {
      errors.push(required(field, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const [name, list] of Object.entries({ addresses, notReadyAddresses })) {
      list.forEach(({ ip = "" }, j) => {
        const at = `${field}.${name}[${j}].ip`;
        errors.push(...checkIp(at, ip), ...checkNotSpecial(at, ip));
      });
    }
    ports.forEach(({ name = "", port = 0, protocol }, j) => {
      const at = `${field}.ports[${j}]`;
      if (name !== "") errors.push(...eachInvalid(`${at}.name`, name, dnsLabelErrors(name)));
      else if (ports.length > 1) errors.push(required(`${at}.name`));
      errors.push(...eachInvalid(`${at}.port`, port, portNumberErrors(port)));
      if (protocol && !["TCP", "UDP", "SCTP"].includes(protocol)) {
        errors.push(notSupported(`${at}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
      }
    });
  }
  return errors;
}
