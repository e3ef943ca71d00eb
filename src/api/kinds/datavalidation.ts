// What a Secret and a ConfigMap may hold.
// Models ValidateSecret and ValidateConfigMap in kubernetes/pkg/apis/core/validation/validation.go.

import { fromBase64, text } from "../../base/bytes.ts";
import type { FieldError } from "../errors.ts";
import { eachInvalid, forbidden, invalidValue, required, tooLong } from "../fielderrors.ts";
import { sameValue } from "../json.ts";
import { byteLength, checkImmutable, checkMeta, checkMetaUpdate } from "../meta.ts";
import { configKeyErrors, nameIsSubdomain } from "../names.ts";
import type { ConfigMap } from "./configmap.ts";
import type { Secret } from "./secret.ts";

const dataBytesMax = 1024 * 1024;
const fixedByFlag = "field is immutable when `immutable` is set";

export function validateSecret(secret: Secret, old?: Secret): FieldError[] {
  const { data = {}, type = "" } = secret;
  const errors = [
    ...(old ? checkMetaUpdate(secret.metadata, old.metadata) : []),
    ...(old ? checkImmutable("type", type, old.type ?? "") : []),
    ...(old ? checkFixed(secret, old, ["data"]) : []),
    ...checkMeta(secret.metadata, { namespaced: true, name: nameIsSubdomain }),
    ...checkKeys("data", data),
  ];
  let size = 0;
  for (const value of Object.values(data)) size += decodedLength(value);
  if (size > dataBytesMax) errors.push(tooLong("data", dataBytesMax));
  return [...errors, ...checkSecretType(type, data, secret.metadata.annotations)];
}

export function validateConfigMap(map: ConfigMap, old?: ConfigMap): FieldError[] {
  const { data = {}, binaryData = {} } = map;
  const errors = [
    ...(old ? checkMetaUpdate(map.metadata, old.metadata) : []),
    ...(old ? checkFixed(map, old, ["data", "binaryData"]) : []),
    ...checkMeta(map.metadata, { namespaced: true, name: nameIsSubdomain }),
  ];
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    errors.push(...eachInvalid(`data[${key}]`, key, configKeyErrors(key)));
    if (Object.hasOwn(binaryData, key)) {
      const detail = "duplicate of key present in binaryData";
      errors.push(invalidValue(`data[${key}]`, key, detail));
    }
    size += byteLength(value);
  }
  errors.push(...checkKeys("binaryData", binaryData));
  for (const value of Object.values(binaryData)) size += decodedLength(value);
  // Upstream names no field: the object as a whole is too large.
  return size > dataBytesMax ? [...errors, tooLong("", dataBytesMax)] : errors;
}

function checkKeys(field: string, data: Record<string, string>): FieldError[] {
  return Object.keys(data).flatMap((key) =>
    eachInvalid(`${field}[${key}]`, key, configKeyErrors(key)),
  );
}

/** Bytes behind a base64 text. */
function decodedLength(base64: string): number {
  return Math.floor((base64.length * 3) / 4) - (/=*$/.exec(base64)![0].length || 0);
}

/** Once `immutable` is set, it stays, and so does the data. */
function checkFixed<T extends { immutable?: boolean }>(
  now: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = now.immutable ? [] : [forbidden("immutable", fixedByFlag)];
  const changed = fields.filter((field) => !sameValue(now[field] ?? {}, old[field] ?? {}));
  return [...errors, ...changed.map((field) => forbidden(field, fixedByFlag))];
}

function checkSecretType(
  type: string,
  data: Record<string, string>,
  annotations: Record<string, string> = {},
): FieldError[] {
  const missing = (...keys: readonly string[]): FieldError[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
  switch (type) {
    case "kubernetes.io/service-account-token": {
      const name = "kubernetes.io/service-account.name";
      return annotations[name] ? [] : [required(`metadata.annotations[${name}]`)];
    }
    case "kubernetes.io/dockercfg":
      return [...missing(".dockercfg"), ...checkJson(".dockercfg", data)];
    case "kubernetes.io/dockerconfigjson":
      return [...missing(".dockerconfigjson"), ...checkJson(".dockerconfigjson", data)];
    case "kubernetes.io/basic-auth": {
      const absent = missing("username", "password");
      return absent.length === 2 ? absent : [];
    }
    case "kubernetes.io/ssh-auth":
      return data["ssh-privatekey"] ? [] : [required("data[ssh-privatekey]")];
    case "kubernetes.io/tls":
      return missing("tls.crt", "tls.key");
    default:
      return [];
  }
}

function checkJson(key: string, data: Record<string, string>): FieldError[] {
  if (!Object.hasOwn(data, key)) return [];
  const content = text(fromBase64(data[key]!));
  try {
    const value: unknown = JSON.parse(content);
    if (value === null || (typeof value === "object" && !Array.isArray(value))) return [];
  } catch {
    // Told below: what is wrong with a secret's content is not shown.
  }
  const seen = content.trim() === "" ? "unexpected end of JSON input" : "invalid JSON object";
  return [invalidValue(`data[${key}]`, "<secret contents redacted>", seen)];
}
