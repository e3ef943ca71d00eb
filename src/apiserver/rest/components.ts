// The schemas of /openapi/v3, with the words that `kubectl explain` shows. They are loaded when
// somebody asks: nothing else in the server needs the descriptions.

import type { JsonSchema, Kind } from "../../api/kinds/kind.ts";
import { fieldsOf, parseField, typeOfKind } from "../../api/schema/schema.ts";
import type { FieldType } from "../../api/schema/schema.ts";

/** What descriptions.json says of a type. */
interface Words {
  readonly module: string;
  readonly text: string;
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

type Descriptions = Readonly<Record<string, Words>>;
type Schema = Record<string, unknown>;

/** The schemas of the kinds and of everything that they are made of, by upstream's names. */
export async function componentsFor(kinds: readonly Kind[]): Promise<Record<string, Schema>> {
  const descriptions = await import("../../api/schema/descriptions.json");
  return new Components(descriptions.default).of(kinds);
}

const metaModule = "io.k8s.apimachinery.pkg.apis.meta.v1";
const references: Readonly<Record<string, { name: string; schema: Schema }>> = {
  t: { name: `${metaModule}.Time`, schema: { type: "string", format: "date-time" } },
  T: { name: `${metaModule}.MicroTime`, schema: { type: "string", format: "date-time" } },
  q: {
    name: "io.k8s.apimachinery.pkg.api.resource.Quantity",
    schema: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  x: {
    name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
    schema: { format: "int-or-string", oneOf: [{ type: "integer" }, { type: "string" }] },
  },
};
const scalars: Readonly<Record<string, Schema>> = {
  s: { type: "string" },
  i: { type: "integer", format: "int32" },
  l: { type: "integer", format: "int64" },
  b: { type: "boolean" },
  y: { type: "string", format: "byte" },
  "*": { type: "object" },
};

class Components {
  readonly #descriptions: Descriptions;
  readonly #schemas = new Map<string, Schema>();

  constructor(descriptions: Descriptions) {
    this.#descriptions = descriptions;
  }

  of(kinds: readonly Kind[]): Record<string, Schema> {
    for (const { kind, group, version, schema: declared } of kinds) {
      const name = declared
        ? this.#declare(kind, group, version, declared)
        : this.#add(typeOfKind({ kind, group }));
      this.#schemas.get(name)!["x-kubernetes-group-version-kind"] = [{ group, kind, version }];
    }
    const sorted = [...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted);
  }

  /** Adds a custom resource's own schema. Models apiextensions pkg/controller/openapi/builder. */
  #declare(kind: string, group: string, version: string, declared: JsonSchema): string {
    const reversed = group.split(".").reverse().join(".");
    const name = `${reversed}.${version}.${kind}`;
    const { apiVersion, kind: kindName } = this.#descriptions["ConfigMap"]!.fields;
    const properties = {
      ...declared.properties,
      apiVersion: { description: apiVersion, type: "string" },
      kind: { description: kindName, type: "string" },
      metadata: {
        description: "Standard object's metadata.",
        ...reference(this.#add("ObjectMeta")),
      },
    };
    this.#schemas.set(name, { ...declared, properties });
    return name;
  }

  /** Adds a type with all that it needs, and gives its upstream name. */
  #add(id: string): string {
    const { module, text, required, fields } = this.#descriptions[id]!;
    const name = `${packageOf(module)}.${id.split("/").at(-1)}`;
    if (this.#schemas.has(name)) return name;
    const schema: Schema = { description: text, type: "object" };
    this.#schemas.set(name, schema);
    if (required.length > 0) schema["required"] = required;
    const properties = Object.entries(fieldsOf(id)!).map(([field, notation]) => [
      field,
      this.#property(notation, fields[field] ?? ""),
    ]);
    if (properties.length > 0) schema["properties"] = Object.fromEntries(properties) as Schema;
    return name;
  }

  #property(notation: string, description: string): Schema {
    const field = parseField(notation);
    const one =
      field.object === undefined ? this.#scalar(field) : reference(this.#add(field.object));
    return { description, ...shaped(field, one), ...merging(field) };
  }

  #scalar({ scalar = "*" }: FieldType): Schema {
    const known = references[scalar];
    if (known === undefined) return scalars[scalar] ?? {};
    this.#schemas.set(known.name, known.schema);
    return reference(known.name);
  }
}

function shaped({ many }: FieldType, one: Schema): Schema {
  if (many === "list") return { type: "array", items: one };
  return many === "map" ? { type: "object", additionalProperties: one } : one;
}

function reference(name: string): Schema {
  return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
}

/** "core/v1" → "io.k8s.api.core.v1" */
function packageOf(module: string): string {
  return module === "meta/v1" ? metaModule : `io.k8s.api.${module.replace("/", ".")}`;
}

/** How strategic merge patches and server-side apply treat a list: the keys of its items. */
function merging({ many, keys, set, retainKeys }: FieldType): Schema {
  const strategy = [(set || keys.length > 0) && "merge", retainKeys && "retainKeys"];
  const strategies = strategy.filter(Boolean).join(",");
  return {
    ...(strategies !== "" && { "x-kubernetes-patch-strategy": strategies }),
    ...(set && { "x-kubernetes-list-type": "set" }),
    ...(many === "list" &&
      keys.length > 0 && {
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": keys,
        "x-kubernetes-patch-merge-key": keys[0],
      }),
  };
}
