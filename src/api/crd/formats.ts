// The formats of strings that schemas may ask for; every other one is ignored.
// Models apiextensions-apiserver pkg/apiserver/validation/formats.go and kube-openapi's strfmt.

import { parseIp } from "../ip.ts";
import { dnsLabelErrors, dnsSubdomainErrors } from "../names.ts";

/** Whether a text has a format. Unknown formats are had by every text. */
export function hasFormat(format: string, text: string): boolean {
  const key = format.replaceAll("-", "");
  return Object.hasOwn(formats, key) ? formats[key]!(text) : true;
}

/** Whether the API server checks this format at all. */
export function knowsFormat(format: string): boolean {
  return Object.hasOwn(formats, format.replaceAll("-", ""));
}

type Test = (text: string) => boolean;

const like =
  (pattern: RegExp): Test =>
  (text) =>
    pattern.test(text);

const hex = "[0-9a-fA-F]";
const uuid = (third: string, fourth: string): Test =>
  like(new RegExp(`^${hex}{8}-?${hex}{4}-?${third}-?${fourth}-?${hex}{12}$`));
const any4 = `${hex}{4}`;
const hostname =
  /^([a-zA-Z0-9\u00a0-\uffff]([-a-zA-Z0-9_\u00a0-\uffff]{0,61}[a-zA-Z0-9\u00a0-\uffff])?)(\.[a-zA-Z0-9\u00a0-\uffff]([-a-zA-Z0-9_\u00a0-\uffff]{0,61}[a-zA-Z0-9\u00a0-\uffff])?)*\.?$/;
const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const goDuration =
  /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/;
const scalaDuration =
  /^\d+\s*(ns|nano|nanos|us|micro|micros|ms|milli|millis|s|sec|secs|m|min|mins|h|hr|hour|hours|d|day|days|w|wk|week|weeks)$/;

const formats: Readonly<Record<string, Test>> = {
  bsonobjectid: like(/^[0-9a-fA-F]{24}$/),
  uri: like(/^([a-zA-Z][a-zA-Z0-9+.-]*:|\/)[^\s]*$/),
  email: like(/^[^\s@]+@[^\s@]+$/),
  hostname: (text) => text.length <= 255 && hostname.test(text),
  ipv4: (text) => parseIp(text) !== undefined && text.includes(".") && !text.includes(":"),
  ipv6: (text) => parseIp(text) !== undefined && text.includes(":"),
  cidr: isCidr,
  mac: like(/^([0-9a-fA-F]{2}[:-]){5}([0-9a-fA-F]{2})$|^([0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$/),
  uuid: uuid(any4, any4),
  uuid3: uuid(`3${hex}{3}`, any4),
  uuid4: uuid(`4${hex}{3}`, `[89abAB]${hex}{3}`),
  uuid5: uuid(`5${hex}{3}`, `[89abAB]${hex}{3}`),
  ssn: like(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: like(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: like(/^rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)$/),
  byte: like(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  password: () => true,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  duration: (text) => text === "0" || goDuration.test(text) || scalaDuration.test(text),
  datetime: (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
  k8sshortname: (text) => dnsLabelErrors(text).length === 0,
  k8slongname: (text) => dnsSubdomainErrors(text).length === 0,
};

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  if (more.length > 0 || !/^\d{1,3}$/.test(bits) || parseIp(address) === undefined) return false;
  return Number(bits) <= (address.includes(":") ? 128 : 32);
}
