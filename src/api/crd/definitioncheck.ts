// What a CustomResourceDefinition may say.
// Models apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go. Not checked:
// what rules would cost at most, and the webhook of a conversion, which is not called either.

import type { FieldError } from "../errors.ts";
import { eachInvalid, forbidden, invalidValue, oneOf, required } from "../fielderrors.ts";
import { compileJsonPath } from "../jsonpath.ts";
import type {
  CustomResourceDefinition,
  DefinitionNames,
  DefinitionVersion,
  PrinterColumn,
} from "../kinds/customresourcedefinition.ts";
import { checkImmutable, checkMeta } from "../meta.ts";
import { dnsSubdomainErrors, nameIsDns1035Label, nameIsSubdomain } from "../names.ts";
import type { Cel } from "./cel/environment.ts";
import type { SchemaProps } from "./props.ts";
import { checkSchema } from "./schemadefinition.ts";
import { checkStructural } from "./structuralcheck.ts";

export function checkDefinition(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  cel: Cel,
): FieldError[] {
  const { metadata, spec } = definition;
  const name = `${spec.names.plural ?? ""}.${spec.group}`;
  const rule = (given: string, prefix: boolean): string[] => [
    ...nameIsSubdomain(given, prefix),
    ...(given === name ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return [
    ...(old ? [] : checkMeta(metadata, { namespaced: false, name: rule })),
    ...checkSpec(definition, cel),
    ...(old ? checkUpdate(definition, old) : []),
  ];
}

function checkUpdate(
  { spec }: CustomResourceDefinition,
  old: CustomResourceDefinition,
): FieldError[] {
  const was = old.spec;
  const established = old.status?.conditions?.some(
    ({ type, status }) => type === "Established" && status === "True",
  );
  return [
    ...(established
      ? [
          ...checkImmutable("spec.scope", spec.scope, was.scope),
          ...checkImmutable("spec.names.kind", spec.names.kind, was.names.kind),
        ]
      : []),
    ...checkImmutable("spec.group", spec.group, was.group),
    ...checkImmutable("spec.names.plural", spec.names.plural, was.names.plural),
  ];
}

function checkSpec({ spec }: CustomResourceDefinition, cel: Cel): FieldError[] {
  const { group, scope, versions, names, conversion } = spec;
  const errors = [...checkGroup(group), ...oneOf("spec.scope", scope, ["Cluster", "Namespaced"])];
  versions.forEach(({ schema }, i) => {
    if (schema?.openAPIV3Schema) return;
    errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`));
  });
  if (spec.preserveUnknownFields) {
    const field = "spec.preserveUnknownFields";
    errors.push(invalidValue(field, true, "must be false in order to use defaults in the schema"));
  }
  versions.forEach((version, i) => {
    errors.push(...checkVersion(version, `spec.versions[${i}]`, cel));
  });
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalidValue("spec.versions", versions, "must contain unique version names"));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const detail = "must have exactly one version marked as storage version";
    errors.push(invalidValue("spec.versions", versions, detail));
  }
  const strategies = ["None", "Webhook"];
  return [
    ...errors,
    ...checkNames(names),
    ...oneOf("spec.conversion.strategy", conversion?.strategy, strategies),
  ];
}

function checkGroup(group: string): FieldError[] {
  if (group === "") return [required("spec.group")];
  const wrong = dnsSubdomainErrors(group);
  if (wrong.length > 0) return [invalidValue("spec.group", group, wrong.join(","))];
  if (group.includes(".")) return [];
  return [invalidValue("spec.group", group, "should be a domain with at least one dot")];
}

function checkNames(names: DefinitionNames): FieldError[] {
  const errors = (["plural", "singular", "kind", "listKind"] as const)
    .filter((one) => !names[one])
    .map((one) => required(`spec.names.${one}`));
  const label = (field: string, name: string | undefined): FieldError[] => {
    const wrong = name ? nameIsDns1035Label(name, false) : [];
    return wrong.length > 0 ? [invalidValue(field, name, wrong.join(","))] : [];
  };
  const mixed = (field: string, name = ""): FieldError[] => {
    const wrong = name === "" ? [] : nameIsDns1035Label(name.toLowerCase(), false);
    const detail = `may have mixed case, but should otherwise match: ${wrong.join(",")}`;
    return wrong.length > 0 ? [invalidValue(field, name, detail)] : [];
  };
  errors.push(
    ...label("spec.names.plural", names.plural),
    ...label("spec.names.singular", names.singular),
    ...mixed("spec.names.kind", names.kind),
    ...mixed("spec.names.listKind", names.listKind),
    ...(names.shortNames ?? []).flatMap((one, i) => label(`spec.names.shortNames[${i}]`, one)),
  );
  if (names.kind && names.kind === names.listKind) {
    const detail = "kind and listKind may not be the same";
    errors.push(invalidValue("spec.names.listKind", names.listKind, detail));
  }
  return [
    ...errors,
    ...(names.categories ?? []).flatMap((one, i) => label(`spec.names.categories[${i}]`, one)),
  ];
}

const deprecationLengthMax = 256;

function checkVersion(version: DefinitionVersion, path: string, cel: Cel): FieldError[] {
  const { name, deprecated, deprecationWarning: warning, schema, subresources } = version;
  const wrong = nameIsDns1035Label(name ?? "", false);
  const errors: FieldError[] = [];
  if (wrong.length > 0) errors.push(invalidValue(`${path}.name`, name, wrong.join(",")));
  const deprecation: string[] = [];
  if (warning !== undefined) {
    if (!deprecated) deprecation.push("can only be set for deprecated versions");
    else if (warning === "") deprecation.push("must not be an empty string");
    else if (warning.length > deprecationLengthMax) {
      deprecation.push(`must be <= ${deprecationLengthMax} characters long`);
    }
  }
  errors.push(...eachInvalid(`${path}.deprecationWarning`, warning, deprecation));
  const props = schema?.openAPIV3Schema as SchemaProps | undefined;
  if (props) {
    const at = `${path}.schema.openAPIV3Schema`;
    if (props.nullable) {
      errors.push(forbidden(`${at}.nullable`, "nullable cannot be true at the root"));
    }
    const structural = checkStructural(props, at);
    errors.push(
      ...structural,
      ...checkSchema(props, at, structural.length === 0 ? cel : undefined),
    );
  }
  errors.push(...checkScale(subresources?.scale, `${path}.subresources.scale`));
  for (const [i, column] of (version.additionalPrinterColumns ?? []).entries()) {
    errors.push(...checkColumn(column, `${path}.additionalPrinterColumns[${i}]`));
  }
  return errors;
}

type Scale = NonNullable<NonNullable<DefinitionVersion["subresources"]>["scale"]>;

function checkScale(scale: Scale | undefined, path: string): FieldError[] {
  if (!scale) return [];
  const paths = [
    ["specReplicasPath", ".spec."],
    ["statusReplicasPath", ".status."],
  ] as const;
  return paths.flatMap(([name, lead]): FieldError[] => {
    const given = scale[name] ?? "";
    if (given === "") return [required(`${path}.${name}`)];
    if (given.startsWith(lead)) return [];
    const where = lead.slice(0, -1);
    return [invalidValue(`${path}.${name}`, given, `should be a json path under ${where}`)];
  });
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = "binary,byte,date,date-time,double,float,int32,int64,password";

function checkColumn(column: PrinterColumn, path: string): FieldError[] {
  const { name = "", type, format = "", jsonPath = "" } = column as Partial<PrinterColumn>;
  const errors: FieldError[] = [];
  if (name === "") errors.push(required(`${path}.name`));
  const detail = `must be one of ${columnTypes.join(",")}`;
  if (!type) errors.push(required(`${path}.type`, detail));
  else if (!columnTypes.includes(type)) errors.push(invalidValue(`${path}.type`, type, detail));
  if (format !== "" && !columnFormats.split(",").includes(format)) {
    errors.push(invalidValue(`${path}.format`, format, `must be one of ${columnFormats}`));
  }
  if (jsonPath === "") return [...errors, required(`${path}.JSONPath`)];
  return [...errors, ...checkPath(jsonPath, `${path}.JSONPath`)];
}

function checkPath(jsonPath: string, path: string): FieldError[] {
  const simple = "must be a simple json path starting with .";
  if (!/^[.[]/.test(jsonPath)) return [invalidValue(path, jsonPath, simple)];
  try {
    compileJsonPath(`{${jsonPath}}`);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [invalidValue(path, jsonPath, `is an invalid jsonpath: ${why}`)];
  }
}
