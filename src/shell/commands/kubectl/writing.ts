// What the writing commands share: --dry-run, and how they say what they did.

import type { Obj } from "../../../api/object.ts";
import { readFileText } from "../../command.ts";
import type { Arguments } from "./arguments.ts";
import { KubectlError } from "./errors.ts";
import { listOf, printerFor } from "./output/printer.ts";
import { resourceName, type Resource } from "./rest.ts";
import type { Kubectl } from "./verb.ts";

export type DryRun = "none" | "client" | "server";

/** Says that a bare --dry-run is an old way of writing. */
function warnBareDryRun(kubectl: Kubectl, given: Arguments): void {
  if (!given.given("dry-run") || given.text("dry-run") !== "unchanged") return;
  const stamp = new Date(kubectl.clock.now()).toISOString();
  const time = `${stamp.slice(5, 7)}${stamp.slice(8, 10)} ${stamp.slice(11, 23)}000`;
  kubectl.err(
    `W${time}    4242 helpers.go:702] --dry-run is deprecated and can be replaced with --dry-run=client.\n`,
  );
}

export function dryRunOf(given: Arguments): DryRun {
  const text = given.given("dry-run") ? given.text("dry-run") : "none";
  if (text === "none" || text === "client" || text === "server") return text;
  if (text === "unchanged") return "client";
  throw new KubectlError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
}

/** The query that makes a request a dry run on the server. */
export function dryRunQuery(dryRun: DryRun): { dryRun?: string } {
  return dryRun === "server" ? { dryRun: "All" } : {};
}

/** Says what was done to each object, or prints the objects as -o asks. */
export class Teller {
  readonly #kubectl: Kubectl;
  readonly #output: string;
  readonly #template: string;
  readonly #dryRun: DryRun;
  readonly #managedFields: boolean;
  readonly #told: { resource: Resource; object: Obj }[] = [];

  constructor(kubectl: Kubectl, given: Arguments, dryRun: DryRun = "none") {
    this.#kubectl = kubectl;
    this.#template = given.text("template");
    this.#output = given.text("output") || (this.#template === "" ? "" : "go-template");
    this.#dryRun = dryRun;
    this.#managedFields = given.is("show-managed-fields");
    warnBareDryRun(kubectl, given);
    if (this.#output === "wide") {
      throw new KubectlError(
        'unable to match a printer suitable for the output format "wide", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile,yaml',
      );
    }
    this.#printer();
  }

  #printer(): ReturnType<typeof printerFor> {
    const nameOf = (object: Obj): string => {
      const told = this.#told.find((one) => one.object === object);
      return told ? resourceName(told.resource, object.metadata.name) : object.metadata.name;
    };
    return printerFor(this.#output, {
      nameOf,
      managedFields: this.#managedFields,
      template: this.#template,
      readFile: (path) => readFileText(this.#kubectl.call, path),
    });
  }

  /** "deployment.apps/web created", with the dry run's mark. */
  tell(resource: Resource, object: Obj, did: string): void {
    this.#told.push({ resource, object });
    if (this.#output !== "") return;
    const mark = { none: "", client: " (dry run)", server: " (server dry run)" }[this.#dryRun];
    this.#kubectl.out(`${resourceName(resource, object.metadata.name)} ${did}${mark}\n`);
  }

  /** Prints what -o asks for: one object as it is, several as a List. */
  finish(): void {
    const printer = this.#printer();
    if (printer === undefined || this.#told.length === 0) return;
    const objects = this.#told.map(({ object }) => object);
    const whole = objects.length === 1 ? objects[0]! : listOf(objects);
    printer.print(whole, (text) => this.#kubectl.out(text));
  }
}
