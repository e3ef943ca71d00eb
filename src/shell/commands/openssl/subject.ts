// -subj: "/C=DE/O=Grand Hotel/CN=example.com" (apps/lib/apps.c, parse_name).

import { parseSubject, type NameAttribute } from "../../../net/x509/name.ts";
import { CommandError, type Call } from "../../command.ts";

const longNames: Readonly<Record<string, string>> = {
  commonName: "CN",
  countryName: "C",
  stateOrProvinceName: "ST",
  localityName: "L",
  organizationName: "O",
  organizationalUnitName: "OU",
  emailAddress: "emailAddress",
  serialNumber: "serialNumber",
  domainComponent: "DC",
};

/** The short name of an attribute, by either of its names; undefined for one not known. */
export function attributeOf(name: string): string | undefined {
  return longNames[name] ?? Object.values(longNames).find((short) => short === name);
}

/** Skips what is not known, with a warning. Throws CommandError for what is no name. */
export function readSubject(call: Call, tool: string, written: string): readonly NameAttribute[] {
  if (!written.startsWith("/")) {
    throw new CommandError(
      `${tool}: subject name is expected to be in the format ` +
        "/type0=value0/type1=value1/type2=... where characters may be escaped by \\. " +
        `This name is not in that format: '${written}'\n`,
    );
  }
  const known: string[] = [];
  for (const part of written.slice(1).split(/(?<!\\)\//)) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) {
      const type = part.slice(0, 20);
      throw new CommandError(
        `${tool}: Hit end of string before finding the '=' in name '${type}'\n`,
      );
    }
    const name = part.slice(0, equals);
    const short = attributeOf(name);
    if (short === undefined) {
      call.stderr.write(`${tool} warning: Skipping unknown subject name attribute "${name}"\n`);
    } else if (equals === part.length - 1) {
      call.stderr.write(
        `${tool} warning: No value provided for subject name attribute "${name}", skipped\n`,
      );
    } else known.push(`${short}${part.slice(equals)}`);
  }
  return parseSubject(`/${known.join("/")}`) ?? [];
}
