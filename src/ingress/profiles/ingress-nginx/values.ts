// What a value of an annotation must look like. Models the validators of ingress-nginx
// (internal/ingress/annotations/parser/validators.go).

import { isIpv4 } from "../../../net/address.ts";
import { parseFlag, splitList } from "./settings.ts";

/** Whether a value is acceptable. */
export type Validator = (value: string) => boolean;

const plain = "\\-._~a-zA-Z0-9/:";
const pattern = "\\^$\\[\\](){}*+?|&=\\\\";
const url = ":?&=";

const only = (characters: string): Validator => {
  const regex = new RegExp(`^[${characters}]*$`);
  return (value) => regex.test(value);
};

export const flag: Validator = (value) => parseFlag(value) !== undefined;
export const integer: Validator = (value) => /^[+-]?\d+$/.test(value);
export const basic = only(plain);
export const extended = only(`${plain}, `);
export const withSpaces = only(`${plain} `);
export const regexText = only(`${plain}${pattern}`);
export const urlText = only(`${plain}${url}`);
export const urlWithVariables = only(`${plain}${url}$`);
export const pathWithCaptures: Validator = (value) => /^\/?[-._~a-zA-Z0-9/:$]*$/.test(value);
export const headerNames: Validator = (value) => /^[A-Za-z0-9-_, ]*$/.test(value);
export const headerName: Validator = (value) => /^[a-zA-Z\d\-_]+$/.test(value);
export const variables: Validator = (value) => /^[A-Za-z0-9\-_${}]*$/.test(value);
export const size: Validator = (value) => /^\d+[bkmg]?$/i.test(value);
export const anything: Validator = () => true;
export const statuses: Validator = (value) =>
  splitList(value).every((part) => /^[4-5]\d\d$/.test(part));
export const serviceName: Validator = (value) => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value);
export const serverNames: Validator = (value) =>
  value.split(",").every((name) => regexText(name.trim()));
export const ranges: Validator = (value) => splitList(value).every(isRange);
export const oneOf =
  (...options: readonly string[]): Validator =>
  (value) =>
    options.includes(value.trim().toLowerCase());

/** An address or a CIDR. IPv6 is let through too, though no guest here has such an address. */
function isRange(text: string): boolean {
  const [ip = "", bits, more] = text.split("/");
  const width = isIpv4(ip) ? 32 : isIpv6(ip) ? 128 : -1;
  if (more !== undefined || width < 0) return false;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= width);
}

/** "2001:db8::1": eight groups, of which one `::` may leave some out. */
function isIpv6(text: string): boolean {
  const [head = "", tail, more] = text.split("::");
  const groups = [head, tail ?? ""].flatMap((part) => (part === "" ? [] : part.split(":")));
  if (more !== undefined || !groups.every((one) => /^[0-9a-fA-F]{1,4}$/.test(one))) return false;
  return tail === undefined ? groups.length === 8 : groups.length < 8;
}
