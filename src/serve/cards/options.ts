// What the commands about cards share of their command lines.

import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { isProfile, profileNames } from "./desk.ts";
import type { ProfileName } from "./desk.ts";
import { FileError, readCards } from "./read.ts";
import type { Cards, Place } from "./read.ts";

/** Thrown for a command line that cannot be understood. */
export class UsageError extends Error {}

export const shared = {
  file: { type: "string", short: "f", multiple: true, default: [] as string[] },
  profile: { type: "string", default: "ingress-nginx" },
  json: { type: "boolean", default: false },
} as const;

/** Parses `args`; throws UsageError. */
export function parsed<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The cards of the files that were named; throws UsageError when none was. */
export function cardsOf(files: readonly string[]): Cards {
  if (files.length === 0) throw new UsageError("wanted -f FILE, saw none");
  return readCards(files);
}

/** Throws UsageError for a name that is no implementation's. */
export function profileOf(name: string): ProfileName {
  if (isProfile(name)) return name;
  throw new UsageError(`wanted one of ${profileNames.join(", ")}, saw "${name}"`);
}

/** "cards.yaml:12" */
export function printPlace(place: Place | undefined): string {
  return place ? `${place.file}:${place.line}` : "";
}

/** "1 host", "2 hosts" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Runs a command's body; the exit status is 2 for a wrong command line or unreadable file. */
export function withUsage(name: string, usage: string, body: () => number): Promise<number> {
  try {
    return Promise.resolve(body());
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`grand-ingress ${name}: ${error.message}\n\n${usage}`);
    } else if (error instanceof FileError) {
      process.stderr.write(`grand-ingress ${name}: ${error.message}\n`);
    } else throw error;
    return Promise.resolve(2);
  }
}
