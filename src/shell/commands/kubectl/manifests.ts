// -f: files, folders and standard input, as objects. Models cli-runtime pkg/resource/builder.go.

import { text } from "../../../base/bytes.ts";
import type { Obj } from "../../../api/object.ts";
import { parseYaml } from "../../../api/yaml.ts";
import { notHere, pathOf as filePath, type Call } from "../../command.ts";
import { joinPath } from "../../path.ts";
import { readText } from "../../streams.ts";
import { ErrorList, KubectlError } from "./errors.ts";
import { compactJson } from "../../../api/gojson.ts";

/** An object as it stood in a file. */
export interface Manifest {
  readonly object: Obj;
  /** The file's name as it was given; "STDIN" for standard input. */
  readonly source: string;
}

const extensions = /\.(json|ya?ml)$/;

/** All objects of the files named. Throws KubectlError. */
export async function readManifests(
  call: Call,
  names: readonly string[],
  recursive: boolean,
): Promise<Manifest[]> {
  const out: Manifest[] = [];
  const errors: Error[] = [];
  for (const name of names) {
    for (const { source, content } of await open(call, name, recursive)) {
      readDocuments(content, source, out, errors);
    }
  }
  if (errors.length > 1) throw new ErrorList(errors);
  if (errors.length === 1) throw errors[0]!;
  return out;
}

async function open(
  call: Call,
  name: string,
  recursive: boolean,
): Promise<{ source: string; content: string }[]> {
  if (name === "-") return [{ source: "STDIN", content: await readText(call.stdin) }];
  if (/^https?:\/\//.test(name)) {
    throw new KubectlError(
      notHere(`reading manifests from the web (${name}); there is no internet behind this street`),
    );
  }
  const { files } = call.world;
  const path = filePath(call, name);
  const kind = files.kind(path);
  if (kind === undefined) throw new KubectlError(`the path "${name}" does not exist`);
  if (kind === "file") return [{ source: name, content: text(files.read(path)) }];
  const found = inFolder(call, name, recursive);
  if (found.length === 0) {
    throw new KubectlError(
      `error reading [${name}]: recognized file extensions are [.json .yaml .yml]`,
    );
  }
  return found.map((file) => ({ source: file, content: text(files.read(filePath(call, file))) }));
}

function inFolder(call: Call, folder: string, recursive: boolean): string[] {
  return call.world.files.list(filePath(call, folder)).flatMap((entry) => {
    const name = joinPath(folder, entry.replace(/\/$/, ""));
    if (entry.endsWith("/")) return recursive ? inFolder(call, name, true) : [];
    return extensions.test(entry) ? [name] : [];
  });
}

function readDocuments(content: string, source: string, out: Manifest[], errors: Error[]): void {
  for (const document of parseYaml(content)) {
    if (document.error) {
      errors.push(new KubectlError(`error parsing ${source}: ${document.error.message}`));
      continue;
    }
    const { value } = document;
    const problem = problemOf(value, source);
    if (problem !== undefined) errors.push(new KubectlError(problem));
    else if ((value as Obj).kind === "List") {
      for (const item of (value as { items?: Obj[] }).items ?? []) {
        const wrong = problemOf(item, source);
        if (wrong !== undefined) errors.push(new KubectlError(wrong));
        else out.push({ object: item, source });
      }
    } else out.push({ object: value as Obj, source });
  }
}

/** Why a document is no Kubernetes object. */
function problemOf(value: unknown, source: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `error validating "${source}": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`;
  }
  const { kind, apiVersion } = value as Partial<Obj>;
  const missing = [
    ...(apiVersion ? [] : ["apiVersion not set"]),
    ...(kind ? [] : ["kind not set"]),
  ];
  if (missing.length > 0) {
    const told = missing.length > 1 ? `[${missing.join(", ")}]` : missing[0];
    return `error validating "${source}": error validating data: ${told}; if you choose to ignore these errors, turn validation off with --validate=false`;
  }
  if (typeof kind !== "string" || typeof apiVersion !== "string") {
    return `unable to decode "${source}": Object 'Kind' is missing in '${compactJson(value)}'`;
  }
  const { metadata } = value as Partial<Obj>;
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) {
    return `unable to decode "${source}": json: cannot unmarshal ${typeof metadata} into Go struct field ObjectMeta.metadata of type v1.ObjectMeta`;
  }
  return undefined;
}
