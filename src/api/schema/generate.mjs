// Writes structure.json and descriptions.json from the declarations of the package
// kubernetes-types:  node src/api/schema/generate.mjs
//
// structure.json is small and loaded at once: for each type its fields, each with a type in the
// notation that schema.ts explains. descriptions.json is loaded when somebody asks for words.
// What the declarations do not tell (int64, bytes, merge keys, fields newer than the package)
// stands in the tables of facts.mjs. test/api/schema.test.ts holds the files to their source.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { bytes, doubles, int64, merges, newer, quantities, roots } from "./facts.mjs";

const require = createRequire(import.meta.url);
const home = dirname(require.resolve("kubernetes-types/package.json"));
const here = dirname(fileURLToPath(import.meta.url));

/** @returns {{ structure: object, descriptions: object }} what the two files hold */
export function generate() {
  const types = new Types();
  for (const [module, name] of roots) types.add(module, name);
  const structure = {};
  const descriptions = {};
  for (const type of [...types.all.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    structure[type.id] = Object.fromEntries(type.fields.map(({ name, type }) => [name, type]));
    descriptions[type.id] = {
      module: type.module,
      text: type.text,
      required: type.fields.filter((field) => field.required).map((field) => field.name),
      fields: Object.fromEntries(type.fields.map(({ name, text }) => [name, text])),
    };
  }
  return { structure, descriptions };
}

class Types {
  /** By id: the type's name, with its module before it where two modules have one of that name. */
  all = new Map();
  #modules = new Map();

  add(module, name) {
    const taken = this.all.get(name);
    const id = taken && taken.module !== module ? `${module.split("/")[0]}/${name}` : name;
    if (this.all.has(id)) return id;
    const { interfaces, imports } = this.#module(module);
    const declaration = interfaces.get(name);
    if (!declaration) throw new Error(`expected ${module} to declare ${name}`);
    const type = { id, module, text: textOf(declaration), fields: [] };
    this.all.set(id, type);
    for (const member of declaration.members) {
      type.fields.push(this.#field(member, { owner: name, module, imports }));
    }
    for (const [field, written, text] of newer[name] ?? []) {
      if (type.fields.some((one) => one.name === field)) continue;
      const resolved = written.replace(/@([\w]+)/, (_, target) => `@${this.add(module, target)}`);
      type.fields.push({
        name: field,
        type: resolved + mergeOf(name, field),
        text,
        required: false,
      });
    }
    return id;
  }

  #field(member, { owner, module, imports }) {
    const name = member.name.text;
    const where = `${owner}.${name}`;
    const resolve = (target) => {
      const from = imports.get(target) ?? module;
      return this.#scalar(from, target) ?? `@${this.add(from, target)}`;
    };
    return {
      name,
      type: typeText(member.type, { where, resolve }) + mergeOf(owner, name),
      text: textOf(member),
      required: member.questionToken === undefined,
    };
  }

  /** A name that stands for a scalar. */
  #scalar(module, name) {
    if (Object.hasOwn(known, name)) return known[name];
    const alias = this.#module(module).aliases.get(name);
    return alias && typeText(alias, { where: name, resolve: () => "*" });
  }

  #module(module) {
    let read = this.#modules.get(module);
    if (!read) this.#modules.set(module, (read = readModule(module)));
    return read;
  }
}

/** Types that are read in a way of their own; of an array of schemas Kubernetes knows nothing. */
const known = {
  Time: "t",
  MicroTime: "T",
  Quantity: "q",
  FieldsV1: "*",
  RawExtension: "*",
  JSON: "*",
  JSONSchemaPropsOrArray: "@JSONSchemaProps",
  JSONSchemaPropsOrBool: "*",
  JSONSchemaPropsOrStringArray: "*",
};

function readModule(module) {
  const file = join(home, `${module}.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const read = { interfaces: new Map(), aliases: new Map(), imports: new Map() };
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement)) read.interfaces.set(statement.name.text, statement);
    else if (ts.isTypeAliasDeclaration(statement)) {
      read.aliases.set(statement.name.text, statement.type);
    } else if (ts.isImportDeclaration(statement)) {
      const target = relative(home, join(dirname(file), statement.moduleSpecifier.text));
      for (const { name } of statement.importClause.namedBindings.elements) {
        read.imports.set(name.text, target);
      }
    }
  }
  return read;
}

/** A TypeScript type in the notation of schema.ts. */
function typeText(type, { where, resolve }) {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return bytes.has(where) ? "y" : quantities.has(where) ? "q" : "s";
    case ts.SyntaxKind.NumberKeyword:
      if (doubles.has(where)) return "*";
      return int64.has(where.split(".")[1]) ? "l" : "i";
    case ts.SyntaxKind.BooleanKeyword:
      return "b";
    case ts.SyntaxKind.LiteralType:
      return "s";
    case ts.SyntaxKind.UnionType:
      return "x"; // number | string
    case ts.SyntaxKind.TypeLiteral:
      if (type.members.length === 0) return "*";
      return `{}${typeText(type.members[0].type, { where, resolve })}`;
    case ts.SyntaxKind.TypeReference: {
      const name = type.typeName.text;
      if (name !== "Array") return resolve(name);
      return `[]${typeText(type.typeArguments[0], { where, resolve })}`;
    }
    default:
      throw new Error(`${where}: expected a type that this generator knows, saw ${type.kind}`);
  }
}

function mergeOf(owner, field) {
  const merge = merges[`${owner}.${field}`];
  return merge === undefined ? "" : `|${merge}`;
}

function textOf(node) {
  const docs = node.jsDoc ?? [];
  return docs.map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "").join("\n");
}

export function filesOf({ structure, descriptions }) {
  return {
    "structure.json": `${JSON.stringify(structure)}\n`,
    "descriptions.json": `${JSON.stringify(descriptions)}\n`,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, content] of Object.entries(filesOf(generate()))) {
    writeFileSync(join(here, name), content);
  }
}
