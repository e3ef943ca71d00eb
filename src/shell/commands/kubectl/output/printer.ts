// -o: what to print of objects instead of a table. Models cli-runtime pkg/genericclioptions.

import { printYaml } from "../../../../api/yaml.ts";
import type { Obj } from "../../../../api/object.ts";
import { KubectlError } from "../errors.ts";
import { compileJsonPath, JsonPathError, relaxed, selectValues } from "../../../../api/jsonpath.ts";
import { printJson } from "../../../../api/gojson.ts";
import { compileGoTemplate, TemplateError } from "./gotemplate.ts";
import { printRows } from "./table.ts";

/** How the objects of a command are printed. */
export interface ObjectPrinter {
  /** Whether several objects are printed as one List. */
  readonly asList: boolean;
  print(object: Obj | ListOfObjects, write: (text: string) => void): void;
}

export interface ListOfObjects {
  readonly apiVersion: "v1";
  readonly kind: "List";
  readonly metadata: { readonly resourceVersion: "" };
  readonly items: readonly Obj[];
}

export function listOf(items: readonly Obj[]): ListOfObjects {
  return { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "" }, items };
}

function isList(object: Obj | ListOfObjects): object is ListOfObjects {
  return "items" in object && object.kind.endsWith("List");
}

const formats =
  "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml";

/** @param nameOf "pod/web-1" for an object. Undefined for a table: no -o, or wide. */
export function printerFor(
  output: string,
  o: {
    nameOf(object: Obj): string;
    managedFields: boolean;
    headers?: boolean;
    allowed?: string;
    /** --template, for formats that may take it from there. */
    template?: string;
    readFile(path: string): string;
  },
): ObjectPrinter | undefined {
  if (output === "" || output === "wide") return undefined;
  const [format = "", ...rest] = output.split("=");
  const argument = rest.join("=");
  const cleaned = (object: Obj | ListOfObjects): Obj | ListOfObjects =>
    o.managedFields ? object : withoutManagedFields(object);
  switch (format) {
    case "yaml":
      return { asList: true, print: (object, write) => write(printYaml(cleaned(object))) };
    case "json":
      return { asList: true, print: (object, write) => write(printJson(cleaned(object))) };
    case "name":
      return {
        asList: false,
        print: (object, write) => {
          const items = isList(object) ? object.items : [object];
          for (const item of items) write(`${o.nameOf(item as Obj)}\n`);
        },
      };
    case "jsonpath":
    case "jsonpath-as-json":
      return jsonPathPrinter(argument, format, cleaned);
    case "custom-columns":
      return customColumns(argument, o.headers ?? true);
    case "go-template":
    case "template":
      return goTemplatePrinter(argument || o.template || "", cleaned);
    case "go-template-file":
    case "templatefile":
      return goTemplatePrinter(o.readFile(argument || o.template || ""), cleaned);
    case "jsonpath-file":
      return jsonPathPrinter(o.readFile(argument), format, cleaned);
    case "custom-columns-file": {
      const [headers = "", paths = ""] = o.readFile(argument).trim().split("\n");
      const fields = paths.trim().split(/\s+/);
      const pairs = headers
        .trim()
        .split(/\s+/)
        .map((header, at) => `${header}:${fields[at] ?? ""}`);
      return customColumns(pairs.join(","), o.headers ?? true);
    }
    default:
      throw new KubectlError(
        `unable to match a printer suitable for the output format "${format}", allowed formats are: ${o.allowed ?? formats}`,
      );
  }
}

function jsonPathPrinter(
  template: string,
  format: string,
  cleaned: (object: Obj | ListOfObjects) => unknown,
): ObjectPrinter {
  if (template === "") throw new KubectlError("template format specified but no template given");
  const asJson = format === "jsonpath-as-json";
  const print = attempt(template, () => compileJsonPath(template));
  return {
    asList: true,
    print: (object, write) => {
      const value = cleaned(object);
      if (asJson) write(printJson(selectValues(template, value)));
      else write(attempt(template, () => print(value)));
    },
  };
}

function goTemplatePrinter(
  template: string,
  cleaned: (object: Obj | ListOfObjects) => unknown,
): ObjectPrinter {
  if (template === "") throw new KubectlError("template format specified but no template given");
  const run = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new KubectlError(
        `error parsing template ${template}, template: output: ${error.message}`,
      );
    }
  };
  const print = run(() => compileGoTemplate(template));
  return {
    asList: true,
    print: (object, write) => write(run(() => print(cleaned(object)))),
  };
}

function attempt<T>(template: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new KubectlError(`error parsing jsonpath ${template}, ${error.message}`);
  }
}

function customColumns(spec: string, headers: boolean): ObjectPrinter {
  if (spec === "") {
    throw new KubectlError("custom-columns format specified but no custom columns given");
  }
  const columns = spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) {
      throw new KubectlError(
        `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`,
      );
    }
    const path = relaxed(part.slice(colon + 1));
    attempt(path, () => compileJsonPath(path));
    return { header: part.slice(0, colon), path };
  });
  return {
    asList: false,
    print: (object, write) => {
      const items = isList(object) ? object.items : [object];
      const rows = items.map((item) =>
        columns.map(({ path }) => {
          const values = selectValues(path, item);
          return values.length > 0 ? values.map(columnText).join(",") : "<none>";
        }),
      );
      printRows([columns.map((column) => (headers ? column.header : "")), ...rows], write);
    },
  };
}

function columnText(value: unknown): string {
  if (value === null) return "<nil>";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(columnText).join(" ")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, one]) => `${key}:${columnText(one)}`).join(" ")}]`;
}

function withoutManagedFields(object: Obj | ListOfObjects): Obj | ListOfObjects {
  if (isList(object)) {
    return { ...object, items: object.items.map((item) => withoutManagedFields(item) as Obj) };
  }
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
