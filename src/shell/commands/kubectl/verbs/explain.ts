// kubectl explain: a type's fields, from the server's own OpenAPI document.
// Models kubectl pkg/explain/v2 and its plaintext template.

import { notHere } from "../../../command.ts";
import { BareError, KubectlError } from "../errors.ts";
import { apiVersionOf, type Resource } from "../rest.ts";
import type { Kubectl, Verb } from "../verb.ts";

export const explain: Verb = {
  path: "explain",
  summary: "say what a field is for",
  flags: "recursive api-version output",
  completes: "type-name",
  example: "kubectl explain ingress.spec.rules",
  async run(kubectl, given) {
    const [word, ...more] = given.operands;
    if (word === undefined) {
      throw new KubectlError(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    if (more.length > 0) throw new KubectlError("We accept only this format: explain RESOURCE");
    if (given.given("output") && given.text("output") !== "plaintext") {
      throw new KubectlError(notHere(`-o ${given.text("output")} (the real kubectl has it)`));
    }
    const { resource, path } = await splitPath(kubectl, word);
    const schemas = await schemasOf(kubectl, resource);
    try {
      kubectl.out(new Explainer(schemas, resource).text(path, given.is("recursive")));
    } catch (error) {
      if (error instanceof MissingField) kubectl.out(error.heading);
      throw error;
    }
  },
};

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly "x-kubernetes-group-version-kind"?: readonly {
    group: string;
    version: string;
    kind: string;
  }[];
}

/** "ingress.spec.rules": the type may hold dots as well ("deployments.apps.spec"). */
async function splitPath(
  kubectl: Kubectl,
  word: string,
): Promise<{ resource: Resource; path: string[] }> {
  const parts = word.split(".");
  const { discovery } = kubectl;
  for (let length = parts.length; length > 1; length--) {
    const found = await discovery.lookup(parts.slice(0, length).join("."));
    if (found !== undefined) return { resource: found, path: parts.slice(length) };
  }
  const found = await discovery.lookup(parts[0]!);
  if (found !== undefined) return { resource: found, path: parts.slice(1) };
  throw new BareError(`the server doesn't have a resource type "${parts[0]}"`);
}

async function schemasOf(
  kubectl: Kubectl,
  resource: Resource,
): Promise<Readonly<Record<string, Schema>>> {
  const index = (await kubectl.api.send("GET", "/openapi/v3")).body as {
    paths: Record<string, { serverRelativeURL: string }>;
  };
  const key = resource.group === "" ? `api/${resource.version}` : `apis/${apiVersionOf(resource)}`;
  const url = index.paths[key]?.serverRelativeURL;
  if (url === undefined)
    throw new KubectlError(
      `couldn't find resource for "${apiVersionOf(resource)}, Resource=${resource.plural}"`,
    );
  const [path = "", query = ""] = url.split("?");
  // The server fetches its descriptions when first asked for: that takes no cluster time.
  const asked = { query: Object.fromEntries(new URLSearchParams(query)) };
  const response = await kubectl.clock.during(kubectl.api.send("GET", path, asked));
  return (
    (response.body as { components?: { schemas?: Record<string, Schema> } }).components?.schemas ??
    {}
  );
}

/** A path that leads nowhere; the heading has been printed by then. */
class MissingField extends KubectlError {
  readonly heading: string;

  constructor(heading: string, name: string) {
    super(`field "${name}" does not exist`);
    this.heading = heading;
  }
}

class Explainer {
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #resource: Resource;

  constructor(schemas: Readonly<Record<string, Schema>>, resource: Resource) {
    this.#schemas = schemas;
    this.#resource = resource;
  }

  /** What explain prints. Throws MissingField. */
  text(path: readonly string[], recursive: boolean): string {
    const { group, version, kind } = this.#resource;
    const heading = `${group === "" ? "" : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
    let schema = this.#root();
    let shown: Schema = schema;
    let field = "";
    for (const name of path) {
      const next = this.#fields(schema)[name];
      if (next === undefined) throw new MissingField(heading, name);
      shown = next;
      schema = this.#inside(next);
      field = `FIELD: ${name} <${this.#typeName(next)}>\n${enumBlock(this.#resolve(next))}\n`;
    }
    // A field's own words first, then those of its type.
    const words = [shown.description, schema === shown ? undefined : schema.description];
    const told = [...new Set(words.filter((one) => one))] as string[];
    const description = (told.length > 0 ? told : ["<empty>"]).map(
      (one) => `${indent(wrap(one, 76), 4)}\n`,
    );
    let out = `${heading}${field}DESCRIPTION:\n${description.join("")}    \n`;
    if (Object.keys(this.#fields(schema)).length > 0) {
      out += `FIELDS:\n${recursive ? this.#tree(schema, 2, []) : this.#list(schema)}`;
    }
    return `${out}\n`;
  }

  #root(): Schema {
    const { group, version, kind } = this.#resource;
    const found = Object.values(this.#schemas).find((schema) =>
      schema["x-kubernetes-group-version-kind"]?.some(
        (one) => one.group === group && one.version === version && one.kind === kind,
      ),
    );
    if (found === undefined)
      throw new KubectlError(
        `GVR (${apiVersionOf(this.#resource)}, Resource=${this.#resource.plural}) not found in OpenAPI schema`,
      );
    return found;
  }

  /** Follows "$ref" and a single "allOf". */
  #resolve(schema: Schema): Schema {
    const target = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]!.$ref : undefined);
    if (target === undefined) return schema;
    return this.#schemas[target.replace("#/components/schemas/", "")] ?? schema;
  }

  /** What the fields of a list or a map are fields of. */
  #inside(schema: Schema): Schema {
    const own = this.#resolve(schema);
    if (own.items) return this.#inside(own.items);
    if (typeof own.additionalProperties === "object") return this.#inside(own.additionalProperties);
    return own;
  }

  #fields(schema: Schema): Readonly<Record<string, Schema>> {
    return this.#inside(schema).properties ?? {};
  }

  #typeName(schema: Schema): string {
    const target = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (target !== undefined) {
      const resolved = this.#resolve(schema);
      if (!resolved.properties && resolved.type && resolved.type !== "object") return resolved.type;
      return target.slice(target.lastIndexOf(".") + 1);
    }
    if (schema.items) return `[]${this.#typeName(schema.items)}`;
    if (typeof schema.additionalProperties === "object")
      return `map[string]${this.#typeName(schema.additionalProperties)}`;
    return schema.type === "object" ? "Object" : (schema.type ?? "Object");
  }

  #list(schema: Schema): string {
    const inside = this.#inside(schema);
    let out = "";
    for (const name of Object.keys(this.#fields(schema)).sort()) {
      const field = this.#fields(schema)[name]!;
      const required = inside.required?.includes(name) ? " -required-" : "";
      out += `  ${name}\t<${this.#typeName(field)}>${required}\n${enumLine(this.#resolve(field))}`;
      out += `${indent(wrap(field.description || "<no description>", 76), 4)}\n\n`;
    }
    return out;
  }

  #tree(schema: Schema, depth: number, seen: readonly Schema[]): string {
    const inside = this.#inside(schema);
    if (seen.includes(inside)) return "";
    let out = "";
    for (const name of Object.keys(this.#fields(schema)).sort()) {
      const field = this.#fields(schema)[name]!;
      const required = inside.required?.includes(name) ? " -required-" : "";
      out += `${" ".repeat(depth)}${name}\t<${this.#typeName(field)}>${required}\n`;
      out += indent(enumLine(this.#resolve(field)), depth - 2);
      out += this.#tree(field, depth + 2, [...seen, inside]);
    }
    return out;
  }
}

function enumOf(schema: Schema): string[] {
  return (schema.enum ?? schema.items?.enum ?? []).map(String);
}

function enumLine(schema: Schema): string {
  const values = enumOf(schema);
  return values.length > 0 ? `  enum: ${values.join(", ")}\n` : "";
}

/** What stands between a field's line and its description: its values, or an empty line. */
function enumBlock(schema: Schema): string {
  const values = enumOf(schema);
  return values.length > 0 ? `ENUM:\n${values.map((one) => `    ${one}\n`).join("")}` : "\n";
}

/**
 * Breaks lines at blanks, keeping the text's own line ends and indents.
 * Models mitchellh/go-wordwrap WrapString, which upstream wraps with.
 */
function wrap(text: string, limit: number): string {
  let out = "";
  let current = 0;
  let word = "";
  let space = "";
  const flush = (): void => {
    current += space.length + word.length;
    out += space + word;
    space = "";
    word = "";
  };
  for (const char of text) {
    if (char === "\n") {
      if (word === "" && current + space.length > limit) space = "";
      flush();
      out += char;
      current = 0;
    } else if (/\s/.test(char) && char !== "\u00a0") {
      if (space === "" || word !== "") flush();
      space += char;
    } else {
      word += char;
      if (current + word.length + space.length > limit && word.length < limit) {
        out += "\n";
        current = 0;
        space = "";
      }
    }
  }
  return word === "" && current + space.length > limit ? out : out + space + word;
}

function indent(text: string, by: number): string {
  if (text === "") return "";
  return text.replace(/^/gm, " ".repeat(by));
}
