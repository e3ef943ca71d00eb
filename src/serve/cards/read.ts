// Manifests as files hold them, for the commands that reason about Ingresses without a cluster:
// the objects, where each of their fields stands, and what the API server would say of them.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decode } from "../../api/decode.ts";
import { ApiError } from "../../api/errors.ts";
import { fieldErrorText } from "../../api/invalid.ts";
import { kinds } from "../../api/kinds/index.ts";
import type { Ingress } from "../../api/kinds/ingress.ts";
import { keyOf } from "../../api/object.ts";
import type { Obj } from "../../api/object.ts";
import { parseYaml } from "../../api/yaml.ts";
import type { YamlDocument } from "../../api/yaml.ts";

export interface Cards {
  readonly objects: readonly Obj[];
  readonly ingresses: readonly Ingress[];
  /** Where a field of "Ingress default/web" is written; undefined for what no file holds. */
  place(object: string, field: string): Place | undefined;
  readonly problems: readonly Problem[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Problem {
  readonly type: "error" | "warning" | "info";
  /** "Ingress default/web", or "" when it is no object yet. */
  readonly object: string;
  readonly field: string;
  readonly reason: string;
  readonly message: string;
  readonly place: Place | undefined;
}

/** Thrown for a file that cannot be read. */
export class FileError extends Error {}

const extensions = /\.(json|ya?ml)$/;

/** Everything in these files and folders ("-" is standard input). Throws FileError. */
export function readCards(paths: readonly string[]): Cards {
  const reader = new Reader();
  for (const path of paths.flatMap(filesOf)) reader.file(path, contentOf(path));
  return reader.cards();
}

function filesOf(path: string): string[] {
  if (path === "-") return [path];
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) throw new FileError(`the path "${path}" does not exist`);
  if (!status.isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
    extensions.test(name),
  );
  if (found.length === 0)
    throw new FileError(`wanted .json, .yaml or .yml files in "${path}", saw none`);
  return found.sort().map((name) => join(path, name));
}

function contentOf(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new FileError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

class Reader {
  readonly #objects = new Map<string, Obj>();
  readonly #written = new Map<string, { file: string; document: YamlDocument; at: string }>();
  readonly #problems: Problem[] = [];

  file(file: string, content: string): void {
    for (const document of parseYaml(content)) {
      const { value, error } = document;
      if (error) {
        this.#say("", "", "YAML", error.message, { file, line: error.line });
        continue;
      }
      const list = value as { kind?: unknown; items?: unknown };
      if (list.kind === "List" && Array.isArray(list.items)) {
        list.items.forEach((item, i) => this.#object(item, { file, document, at: `items[${i}]` }));
      } else this.#object(value, { file, document, at: "" });
    }
  }

  cards(): Cards {
    const objects = [...this.#objects.values()];
    return {
      objects,
      ingresses: objects.filter((one): one is Ingress => one.kind === "Ingress"),
      place: (object, field) => this.#place(object, field),
      problems: this.#problems,
    };
  }

  #object(value: unknown, written: { file: string; document: YamlDocument; at: string }): void {
    const { file, document, at } = written;
    const place = { file, line: document.locate(at === "" ? "kind" : at).line };
    const { kind: name, apiVersion } = (value ?? {}) as Partial<Obj>;
    const kind = kinds.find((one) => one.kind === name && one.apiVersion === apiVersion);
    if (!kind) {
      const why = `no kind "${String(name)}" of "${String(apiVersion)}" is known here: it is left out`;
      this.#say("", "", "UnknownKind", why, place, "info");
      return;
    }
    try {
      const { object: read, warnings } = decode(kind, value, "Warn");
      const { namespace = "default" } = read.metadata;
      const metadata = kind.namespaced ? { ...read.metadata, namespace } : read.metadata;
      const object = kind.defaulted({ ...read, metadata });
      const id = `${kind.kind} ${keyOf(object)}`;
      if (this.#objects.has(id)) {
        this.#say(
          id,
          "",
          "Duplicate",
          "the object stands in the files twice: the last one counts",
          place,
          "warning",
        );
      }
      this.#objects.set(id, object);
      this.#written.set(id, written);
      for (const one of warnings) this.#say(id, "", "UnknownField", one, place);
      for (const error of kind.validate(object)) {
        const { field } = error;
        this.#say(id, field, "Invalid", fieldErrorText(error), this.#place(id, field));
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#say("", "", error.reason, error.message, place);
    }
  }

  #place(object: string, field: string): Place | undefined {
    const written = this.#written.get(object);
    if (!written) return undefined;
    const { file, document, at } = written;
    const named = field.replace(/\["([^"]*)"\]/g, "[$1]");
    const path = [at, named].filter((one) => one !== "").join(".");
    return { file, line: document.locate(path === "" ? "kind" : path).line };
  }

  #say(
    object: string,
    field: string,
    reason: string,
    message: string,
    place: Place | undefined,
    type: Problem["type"] = "error",
  ): void {
    this.#problems.push({ type, object, field, reason, message, place });
  }
}
