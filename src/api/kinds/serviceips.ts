// The cluster addresses of a Service: clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy.
// Models ValidateServiceClusterIPsRelatedFields and validateUpgradeDowngrade… in
// kubernetes/pkg/apis/core/validation/validation.go.

import type { FieldError } from "../errors.ts";
import { duplicate, invalidValue, notSupported, required } from "../fielderrors.ts";
import { checkIp, isIpv6 } from "../ip.ts";
import type { ServiceSpec } from "./service.ts";

/** Whether clusterIP is "None": the Service has a name, but no address. */
export function isHeadless({ clusterIPs = [] }: ServiceSpec): boolean {
  return clusterIPs.length === 1 && clusterIPs[0] === "None";
}

const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];

export function checkClusterIps(spec: ServiceSpec): FieldError[] {
  if (spec.type === "ExternalName") return [];
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const errors = [...checkPrimary(spec), ...checkFamilies(ipFamilies)];
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported("spec.ipFamilyPolicy", ipFamilyPolicy, policies));
  }
  const wrong = checkEach(clusterIPs);
  if (clusterIPs.length > 2) {
    wrong.errors.push(invalidValue("spec.clusterIPs", clusterIPs, "may only hold up to 2 values"));
  }
  errors.push(...wrong.errors);
  if (wrong.stop) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isIpv6)).size < 2) {
    const detail = "may specify no more than one IP for each IP family";
    errors.push(invalidValue("spec.clusterIPs", clusterIPs, detail));
  }
  return isHeadless(spec) ? errors : [...errors, ...checkMatch(clusterIPs, ipFamilies)];
}

function checkPrimary({ clusterIP = "", clusterIPs = [] }: ServiceSpec): FieldError[] {
  const field = "spec.clusterIPs";
  if (clusterIP === "") {
    if (clusterIPs.length === 0) return [];
    return [invalidValue(field, clusterIPs, "must be empty when `clusterIP` is not specified")];
  }
  if (clusterIPs.length === 0) return [required(field)];
  if (clusterIPs[0] === clusterIP) return [];
  return [invalidValue(field, clusterIPs, "first value must match `clusterIP`")];
}

function checkFamilies(families: readonly string[]): FieldError[] {
  return families.flatMap((family, i) => {
    const field = `spec.ipFamilies[${i}]`;
    const known = family === "IPv4" || family === "IPv6";
    return [
      ...(known ? [] : [notSupported(field, family, ["IPv4", "IPv6"])]),
      ...(families.indexOf(family) < i ? [duplicate(field, family)] : []),
    ];
  });
}

function checkEach(clusterIPs: readonly string[]): { errors: FieldError[]; stop: boolean } {
  const errors: FieldError[] = [];
  clusterIPs.forEach((ip, i) => {
    if (i > 0 || ip !== "None") errors.push(...checkIp(`spec.clusterIPs[${i}]`, ip));
    else if (clusterIPs.length > 1) {
      const detail = "'None' must be the first and only value";
      errors.push(invalidValue("spec.clusterIPs", clusterIPs, detail));
    }
  });
  return { errors, stop: errors.length > 0 };
}

function checkMatch(clusterIPs: readonly string[], families: readonly string[]): FieldError[] {
  return clusterIPs.flatMap((ip, i) => {
    const family = families[i];
    if (family === undefined || (family === "IPv6") === isIpv6(ip)) return [];
    const detail = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``;
    return [invalidValue(`spec.clusterIPs[${i}]`, ip, detail)];
  });
}

/** What an update may not do to addresses that are in use. */
export function checkClusterIpsUpdate(now: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (now.type === "ExternalName" || old.type === "ExternalName") return [];
  if (isHeadless(now) && isHeadless(old)) return [];
  const errors = checkList("clusterIP", now.clusterIPs, old.clusterIPs, now);
  if (isHeadless(now) || isHeadless(old)) return errors;
  return [...errors, ...checkList("ipFamily", now.ipFamilies, old.ipFamilies, now)];
}

function checkList(
  what: "clusterIP" | "ipFamily",
  said: readonly string[] | undefined,
  old: readonly string[] = [],
  { ipFamilyPolicy }: ServiceSpec,
): FieldError[] {
  const list = what === "clusterIP" ? "spec.clusterIPs" : "spec.ipFamilies";
  const now = said ?? [];
  const changed = (i: number): FieldError => {
    const at = what === "clusterIP" ? i : 0;
    return invalidValue(`${list}[${at}]`, now, "may not change once set");
  };
  if (old.length === now.length) {
    return old.flatMap((value, i) => (value === now[i] ? [] : [changed(i)]));
  }
  const errors: FieldError[] = [];
  if (old.length > now.length && now.length === 0) {
    errors.push(invalidValue(`${list}[0]`, said ?? null, `primary ${what} can not be unset`));
  }
  if (old.length > 0 && now.length > 0 && now[0] !== old[0]) errors.push(changed(0));
  if (old.length > now.length && now.length === 1 && ipFamilyPolicy !== "SingleStack") {
    const detail = `must be set to 'SingleStack' when releasing the secondary ${what}`;
    errors.push(invalidValue("spec.ipFamilyPolicy", ipFamilyPolicy, detail));
  }
  return errors;
}
