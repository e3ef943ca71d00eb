// Bits of generated objects, as kubectl 1.32 writes them: times that are not set are null.

import type { Obj, ObjectMeta } from "../../../../api/object.ts";
import { KubectlError } from "../errors.ts";

/** Metadata of an object that does not exist yet. */
export function newMeta(name: string, labels?: Readonly<Record<string, string>>): ObjectMeta {
  const meta = { creationTimestamp: null, ...(labels && { labels: { ...labels } }), name };
  return meta as unknown as ObjectMeta;
}

/** An object with fields of its kind. */
export function newObject(apiVersion: string, kind: string, fields: object): Obj {
  return { apiVersion, kind, ...fields } as unknown as Obj;
}

/** "--tcp=80:8080": port and target. Throws KubectlError in the words of Go's parsers. */
export function parsePortPair(text: string): { port: number; target: number | string } {
  const [left = "", right] = text.split(":");
  if (text.split(":").length > 2) throw new KubectlError(`invalid port: ${text}`);
  const port = portNumber(left);
  if (right === undefined) return { port, target: port };
  if (/^\d+$/.test(right)) return { port, target: portNumber(right) };
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(right) || right.length > 15 || !/[a-z]/.test(right)) {
    throw new KubectlError(
      "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
  }
  return { port, target: right };
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new KubectlError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const port = Number(text);
  if (port < 1 || port > 65535) throw new KubectlError("must be between 1 and 65535, inclusive");
  return port;
}

/** Refuses a command line without flags that it cannot do without. */
export function required(
  given: { given(name: string): boolean },
  ...names: readonly string[]
): void {
  const missing = names.filter((name) => !given.given(name)).map((name) => `"${name}"`);
  if (missing.length > 0) throw new KubectlError(`required flag(s) ${missing.join(", ")} not set`);
}
