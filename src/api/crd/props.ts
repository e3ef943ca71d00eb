// The schema of a custom resource: apiextensions.k8s.io/v1 JSONSchemaProps, as far as a
// structural schema may use it.

export interface SchemaProps {
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaProps>>;
  readonly additionalProperties?: SchemaProps | boolean;
  readonly items?: SchemaProps;
  readonly allOf?: readonly SchemaProps[];
  readonly anyOf?: readonly SchemaProps[];
  readonly oneOf?: readonly SchemaProps[];
  readonly not?: SchemaProps;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-validations"?: readonly Rule[];
}

/** One CEL rule. */
export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** The schema of a property, or of the values of a map; undefined when it is not specified. */
export function propertyOf(schema: SchemaProps, name: string): SchemaProps | undefined {
  const { properties } = schema;
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  return valuesOf(schema);
}

/** The schema of a map's values. */
export function valuesOf({ additionalProperties: more }: SchemaProps): SchemaProps | undefined {
  return typeof more === "object" ? more : more === true ? anything : undefined;
}

const anything: SchemaProps = { "x-kubernetes-preserve-unknown-fields": true };

/** A path with a property added: "spec" + "replicas" → "spec.replicas". */
export function childPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
