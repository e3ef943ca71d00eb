// The kind that a version of a CustomResourceDefinition makes.
// Models apiextensions-apiserver pkg/registry/customresource/{strategy,validator}.go.

import { readAs } from "../decode.ts";
import type { FieldError } from "../errors.ts";
import { invalidValue } from "../fielderrors.ts";
import { isObject } from "../json.ts";
import { defineKind, validateMeta } from "../kinds/kind.ts";
import type { JsonSchema, Kind } from "../kinds/kind.ts";
import type {
  CustomResourceDefinition,
  DefinitionVersion,
  ScalePaths,
} from "../kinds/customresourcedefinition.ts";
import { checkMetaUpdate } from "../meta.ts";
import type { Obj } from "../object.ts";
import type { Cel } from "./cel/environment.ts";
import { columnsOf } from "./columns.ts";
import { checkEmbedded } from "./embedded.ts";
import { checkLists } from "./listcheck.ts";
import type { SchemaProps } from "./props.ts";
import { Rules } from "./rules.ts";
import { SchemaChecker } from "./schemacheck.ts";
import { defaulted, pruned } from "./shaping.ts";

/** A custom resource. */
type Custom = Obj & Readonly<Record<string, unknown>>;

/** Under which kind a definition's objects are kept, whatever versions there are. */
export function homeKind({ spec }: CustomResourceDefinition): Kind {
  const { names, group, scope } = spec;
  const { plural, kind } = names;
  return defineKind({ kind, group, version: "", plural, namespaced: scope === "Namespaced" });
}

/** The kinds that a definition serves, one for each version. `home` is where they are kept. */
export function kindsOf(definition: CustomResourceDefinition, home: Kind, cel: Cel): Kind[] {
  const { versions, group } = definition.spec;
  const storage = versions.find((one) => one.storage);
  const kept = `${group}/${storage?.name}`;
  return versions
    .filter((one) => one.served)
    .map((version): Kind<Custom> => {
      const kind = customKind(definition, version, cel);
      const to = (object: Custom): Obj => ({ ...object, apiVersion: kept });
      const from = (object: Obj): Custom => {
        if (object.apiVersion === kind.apiVersion) return object as Custom;
        return kind.defaulted({ ...object, apiVersion: kind.apiVersion } as Custom);
      };
      return { ...kind, stored: { as: home, to, from } };
    }) as unknown as Kind[];
}

function customKind(
  { spec }: CustomResourceDefinition,
  version: DefinitionVersion,
  cel: Cel,
): Kind<Custom> {
  const { names, group, scope } = spec;
  const schema = (version.schema?.openAPIV3Schema ?? anything) as SchemaProps;
  const { status, scale } = version.subresources ?? {};
  const checks = new Checks(schema, scope === "Namespaced", scale, cel);
  const fields = version.selectableFields ?? [];
  return defineKind<Custom>({
    kind: names.kind,
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    subresources: [...(status ? ["status" as const] : []), ...(scale ? ["scale" as const] : [])],
    selectableFields: [
      "metadata.name",
      ...(scope === "Namespaced" ? ["metadata.namespace"] : []),
      ...fields.map(({ jsonPath }) => jsonPath.replace(/^\./, "")),
    ],
    defaulted: (object) => defaulted(object, schema) as Custom,
    validate: (object, old) => checks.object(object, old),
    validateStatus: (object, old) => checks.status(object, old),
    columns: columnsOf(version.additionalPrinterColumns),
    schema: schema as JsonSchema,
    custom: {
      ...(scale && { scale }),
      read: (value) => read(schema, value),
    },
  });
}

const anything: SchemaProps = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

function read(
  schema: SchemaProps,
  value: Readonly<Record<string, unknown>>,
): { object: Custom; unknown: string[] } {
  const paths: string[] = [];
  const object = pruned(value, schema, "", (path) => paths.push(path)) as Custom;
  const metadata = readAs("ObjectMeta", value["metadata"] ?? {}, "metadata");
  const unknown = paths.sort().map((path) => `unknown field "${path}"`);
  return {
    object: { ...object, metadata: metadata.object as Obj["metadata"] },
    unknown: [...metadata.unknown, ...unknown],
  };
}

/** What is checked of an object, each part in upstream's order. */
class Checks {
  readonly #schema: SchemaProps;
  readonly #namespaced: boolean;
  readonly #scale: ScalePaths | undefined;
  readonly #whole: SchemaChecker;
  readonly #status: SchemaChecker | undefined;
  readonly #rules: Rules;

  constructor(schema: SchemaProps, namespaced: boolean, scale: ScalePaths | undefined, cel: Cel) {
    this.#schema = schema;
    this.#namespaced = namespaced;
    this.#scale = scale;
    this.#whole = new SchemaChecker(schema);
    const status = schema.properties?.["status"];
    this.#status = status && new SchemaChecker(status);
    this.#rules = new Rules(schema, cel);
  }

  object(object: Custom, old?: Custom): FieldError[] {
    const errors = [
      ...validateMeta(object, old, this.#namespaced),
      ...this.#whole.check(object, old),
      ...checkReplicas(object, this.#scale?.specReplicasPath),
      ...checkReplicas(object, this.#scale?.statusReplicasPath),
      ...checkEmbedded(this.#schema, object),
      ...(old && checkLists(this.#schema, old).length > 0 ? [] : checkLists(this.#schema, object)),
    ];
    return this.#withRules(errors, object, old);
  }

  status(object: Custom, old: Custom): FieldError[] {
    const lists = checkLists(this.#schema, object);
    const errors = [
      ...checkMetaUpdate(object.metadata, old.metadata),
      ...(this.#status && object["status"] !== undefined
        ? this.#status.check(object["status"], old["status"], "status")
        : []),
      ...checkReplicas(object, this.#scale?.statusReplicasPath),
      ...(lists.length > 0 && checkLists(this.#schema, old).length === 0 ? lists : []),
    ];
    return this.#withRules(errors, object, old);
  }

  /** Rules look at values only that have their types. Models hasBlockingErr. */
  #withRules(errors: FieldError[], object: Custom, old?: Custom): FieldError[] {
    if (errors.some(({ type }) => blocking.has(type))) {
      const detail =
        "some validation rules were not checked because the object was invalid; " +
        "correct the existing errors to complete validation";
      return [...errors, invalidValue("<nil>", undefined, detail)];
    }
    return [...errors, ...this.#rules.check(object, old)];
  }
}

const blocking: ReadonlySet<FieldError["type"]> = new Set([
  "NotSupported",
  "Required",
  "TooLong",
  "TooMany",
  "TypeInvalid",
]);

const replicasMax = 2 ** 31 - 1;

function checkReplicas(object: Custom, path: string | undefined): FieldError[] {
  if (path === undefined) return [];
  const value = valueAt(object, path);
  if (value === undefined) return [];
  if (typeof value !== "number" || !Number.isInteger(value)) {
    const detail = `${path} accessor error: ${JSON.stringify(value)} is of the type ${typeof value}, expected int64`;
    return [invalidValue(path, 0, detail)];
  }
  if (value < 0) return [invalidValue(path, value, "should be a non-negative integer")];
  if (value <= replicasMax) return [];
  return [invalidValue(path, value, `should be less than or equal to ${replicasMax}`)];
}

/** The value at ".spec.replicas". */
function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const name of path.replace(/^\./, "").split(".")) {
    value = isObject(value) ? value[name] : undefined;
  }
  return value;
}
