// Named formats in expressions: apiserver pkg/cel/library/format.go.
//
//   format.dns1123Label().validate(self.name).hasValue()

import { Optional } from "@marcbachmann/cel-js";
import {
  dnsLabelErrors,
  dnsSubdomainErrors,
  labelValueErrors,
  nameIsDns1035Label,
  nameIsLabel,
  nameIsSubdomain,
  qualifiedNameErrors,
} from "../../names.ts";
import { hasFormat } from "../formats.ts";
import type { CelFunctions } from "./environment.ts";

class Formats {}

class Format {
  readonly check: (text: string) => readonly string[];

  constructor(check: (text: string) => readonly string[]) {
    this.check = check;
  }
}

const like =
  (format: string, sentence: string) =>
  (text: string): string[] =>
    hasFormat(format, text) ? [] : [sentence];

const named: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: dnsLabelErrors,
  dns1123Subdomain: dnsSubdomainErrors,
  dns1035Label: (text) => nameIsDns1035Label(text, false),
  qualifiedName: qualifiedNameErrors,
  dns1123LabelPrefix: (text) => nameIsLabel(text, true),
  dns1123SubdomainPrefix: (text) => nameIsSubdomain(text, true),
  dns1035LabelPrefix: (text) => nameIsDns1035Label(text, true),
  labelValue: labelValueErrors,
  uri: like("uri", "invalid URI"),
  uuid: like("uuid", "does not match the UUID format"),
  byte: like("byte", "invalid base64"),
  date: like("date", "invalid date"),
  datetime: like("datetime", "invalid datetime"),
};

export const formatFunctions: CelFunctions = {
  types: { Formats, Format },
  constants: { format: ["Formats", new Formats()] },
  functions: {
    ...Object.fromEntries(
      Object.entries(named).map(([name, check]) => [
        `Formats.${name}(): Format`,
        () => new Format(check),
      ]),
    ),
    "Formats.named(string): optional": (_: Formats, name: string) =>
      Object.hasOwn(named, name) ? Optional.of(new Format(named[name]!)) : Optional.none(),
    "Format.validate(string): dyn": (format: Format, text: string) => {
      const wrong = format.check(text);
      return wrong.length === 0 ? Optional.none() : Optional.of(wrong);
    },
  },
};
