// From nodes to JSON values, as go-yaml decodes into an interface{} and sigs.k8s.io/yaml turns
// that into JSON: YAML 1.1 words (`yes` is true), aliases expanded, `<<` merged, keys as texts.

import { quote } from "../invalid.ts";
import { YamlFault } from "./mark.ts";
import type { Node } from "./parser.ts";
import { resolvePlain } from "./resolve.ts";

/** Throws YamlFault. */
export function compose(root: Node): unknown {
  return finite(new Composer().value(root));
}

/** The texts that keys have in JSON: undefined when a key cannot be one. */
export function keyText(node: Node): string | undefined {
  if (node.is !== "scalar") return undefined;
  const value = scalar(node);
  return value === null ? undefined : String(value);
}

/** go-yaml's bounds: aliases may be this much of all decoding, less and less as it grows. */
const [ratioHigh, ratioLow] = [0.99, 0.1];
const [decodesLow, decodesHigh] = [400_000, 4_000_000];

class Composer {
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<string>();
  #decodes = 0;
  #aliased = 0;
  #aliasDepth = 0;

  value(node: Node): unknown {
    this.#count();
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    switch (node.is) {
      case "alias":
        return this.#alias(node.name);
      case "scalar":
        return scalar(node);
      case "sequence":
        return this.#holding(node, () => node.items.map((item) => this.value(item)));
      case "mapping":
        return this.#holding(node, () => this.#mapping(node));
    }
  }

  #count(): void {
    this.#decodes++;
    if (this.#aliasDepth > 0) this.#aliased++;
    const allowed =
      this.#decodes <= decodesLow
        ? ratioHigh
        : this.#decodes >= decodesHigh
          ? ratioLow
          : ratioHigh -
            ((ratioHigh - ratioLow) * (this.#decodes - decodesLow)) / (decodesHigh - decodesLow);
    if (this.#aliased > 100 && this.#decodes > 1_000 && this.#aliased / this.#decodes > allowed) {
      throw new YamlFault("decode", "document contains excessive aliasing");
    }
  }

  #holding<T>(node: Node, make: () => T): T {
    if (node.anchor === undefined) return make();
    this.#open.add(node.anchor);
    const made = make();
    this.#open.delete(node.anchor);
    return made;
  }

  #alias(name: string): unknown {
    const target = this.#anchors.get(name);
    if (!target) throw new YamlFault("decode", `unknown anchor '${name}' referenced`);
    if (this.#open.has(name))
      throw new YamlFault("decode", `anchor '${name}' value contains itself`);
    this.#aliasDepth++;
    const value = this.value(target);
    this.#aliasDepth--;
    return value;
  }

  #mapping(node: Node & { is: "mapping" }): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [key, item] of node.entries) {
      if (key.is === "scalar" && key.plain && key.text === "<<" && key.tag === undefined) {
        this.#merge(out, item);
        continue;
      }
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      set(out, this.#key(key, item), this.value(item));
    }
    return out;
  }

  #key(node: Node, value: Node): string {
    const key = this.value(node);
    if (key === null) {
      const shown = value.is === "scalar" ? quote(value.text) : value.is;
      const what = `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${shown}`;
      throw new YamlFault("convert", what);
    }
    if (typeof key === "object") {
      throw new YamlFault("decode", `invalid map key: ${goSyntax(key)}`);
    }
    return String(key);
  }

  #merge(into: Record<string, unknown>, node: Node): void {
    const value = this.value(node);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one !== "object" || one === null || Array.isArray(one)) {
        const what = "map merge requires map or sequence of maps as the value";
        throw new YamlFault("decode", what);
      }
      for (const [key, item] of Object.entries(one)) set(into, key, item);
    }
  }
}

/** JSON has no infinities. */
function finite<T>(value: T): T {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    throw new YamlFault("convert", `json: unsupported value: ${shown}`);
  }
  if (typeof value === "object" && value !== null) Object.values(value).forEach(finite);
  return value;
}

/** A value as Go's %#v prints it. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value !== "object" || value === null)
    return value === null
      ? "interface {}(nil)"
      : typeof value === "string"
        ? quote(value)
        : String(value);
  const entries = Object.entries(value).map(([key, item]) => `${quote(key)}:${goSyntax(item)}`);
  return `map[interface {}]interface {}{${entries.join(", ")}}`;
}

/** Plain assignment, except that "__proto__" is a key like any other. */
function set(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") into[key] = value;
  else
    Object.defineProperty(into, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

const tags: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: Number.isInteger,
  float: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

function scalar(node: Node & { is: "scalar" }): string | number | boolean | null {
  const tag = node.tag?.replace(/^!!|^!<tag:yaml\.org,2002:(.*)>$/, "$1");
  if (node.tag === undefined) return node.plain ? resolvePlain(node.text) : node.text;
  if (tag === "binary") return decodeBinary(node.text);
  const fits = tags[tag!];
  if (!fits) return node.text;
  const value = resolvePlain(node.text);
  if (fits(value)) return value;
  const seen = typeof value === "string" ? "str" : typeof value === "number" ? "float" : "bool";
  throw new YamlFault("decode", `cannot decode !!${seen} \`${node.text}\` as a !!${tag}`);
}

function decodeBinary(text: string): string {
  try {
    return atob(text.replace(/\s+/g, ""));
  } catch {
    throw new YamlFault("decode", "!!binary value contains invalid base64 data");
  }
}
