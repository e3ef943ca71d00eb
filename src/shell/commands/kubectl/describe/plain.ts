// kubectl describe namespace, configmap, secret, node, and any other kind as upstream's generic
// describer prints it.

import { fromBase64 } from "../../../../base/bytes.ts";
import type { ConfigMap } from "../../../../api/kinds/configmap.ts";
import type { Namespace } from "../../../../api/kinds/namespace.ts";
import type { Secret } from "../../../../api/kinds/secret.ts";
import type { Obj } from "../../../../api/object.ts";
import { describeEvents, type Describer } from "./describer.ts";
import { longTime, type Sheet } from "./sheet.ts";

export const describeNamespace: Describer<Namespace> = async (namespace, { kubectl, sheet }) => {
  const { metadata, status } = namespace;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `Status:\t${status?.phase ?? ""}`);
  // Of what the server does not serve nothing is said.
  if (await kubectl.discovery.lookup("resourcequotas")) sheet.line(0, "\nNo resource quota.");
  if (await kubectl.discovery.lookup("limitranges")) sheet.line(0, "\nNo LimitRange resource.");
};

export const describeConfigMap: Describer<ConfigMap> = async (map, describing) => {
  const { sheet } = describing;
  const { metadata, data = {}, binaryData = {} } = map;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, "\nData\n====");
  for (const key of Object.keys(data).sort()) {
    sheet.line(0, `${key}:\n----`);
    sheet.line(0, `${data[key]}\n`);
  }
  sheet.line(0, "\nBinaryData\n====");
  for (const key of Object.keys(binaryData).sort()) {
    sheet.line(0, `${key}: ${fromBase64(binaryData[key]!).length} bytes`);
  }
  sheet.write("\n");
  await describeEvents(map, describing);
};

export const describeSecret: Describer<Secret> = (secret, { sheet }) => {
  const { metadata, type = "", data = {} } = secret;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `\nType:\t${type}`);
  sheet.line(0, "\nData\n====");
  for (const key of Object.keys(data).sort())
    sheet.line(0, `${key}:\t${fromBase64(data[key]!).length} bytes`);
  return Promise.resolve();
};

/** Any object, field by field. Models GenericDescriber. */
export const describeAnything: Describer = async (object, describing) => {
  const { sheet } = describing;
  const { metadata, apiVersion, kind, ...rest } = object;
  sheet.line(0, `Name:\t${metadata.name}`);
  sheet.line(0, `Namespace:\t${metadata.namespace ?? ""}`);
  sheet.labels("Labels", metadata.labels);
  sheet.annotations("Annotations", metadata.annotations);
  sheet.line(0, `API Version:\t${apiVersion}`);
  sheet.line(0, `Kind:\t${kind}`);
  sheet.line(0, "Metadata:");
  const {
    name: _,
    namespace: __,
    labels: ___,
    annotations: ____,
    managedFields: _____,
    ...shown
  } = metadata;
  fields(shown, 1, sheet);
  fields(rest, 0, sheet);
  await describeEvents(object as Obj, describing);
};

function fields(value: object, level: number, sheet: Sheet): void {
  for (const [key, one] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const title = smart(key);
    if (Array.isArray(one)) {
      sheet.line(level, `${title}:`);
      for (const item of one) {
        if (typeof item === "object" && item !== null) fields(item as object, level + 1, sheet);
        else sheet.line(level + 1, String(item));
      }
    } else if (typeof one === "object" && one !== null) {
      sheet.line(level, `${title}:`);
      fields(one as object, level + 1, sheet);
    } else sheet.line(level, `${title}:\t${String(one)}`);
  }
}

/** "resourceVersion" → "Resource Version", "uid" → "UID". Models smartLabelFor. */
function smart(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  const words = key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/([A-Za-z])(?=-)|(-)(?=[A-Za-z])/g, "$1$2 ")
    .split(" ");
  return words
    .map((word) => {
      const acronym = ["API", "URL", "UID", "OSB", "GUID"].includes(word.toUpperCase());
      return acronym ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
    })
    .join(" ");
}

export function createdLine(object: Obj): string {
  return `CreationTimestamp:\t${longTime(object.metadata.creationTimestamp)}`;
}
