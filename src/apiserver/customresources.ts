// CustomResourceDefinitions at work: their names are accepted, their kinds are served, and with
// them go the custom resources. The API server does this itself, as upstream's does.
//
// Models apiextensions-apiserver pkg/controller/{status,establish,finalizer}.

import type * as Crd from "../api/crd/index.ts";
import { isConflict, isNotFound } from "../api/errors.ts";
import { invalid } from "../api/invalid.ts";
import { CustomResourceDefinition } from "../api/kinds/customresourcedefinition.ts";
import type {
  DefinitionCondition,
  DefinitionNames,
} from "../api/kinds/customresourcedefinition.ts";
import type { Kind } from "../api/kinds/kind.ts";
import { keyOf, timestamp } from "../api/object.ts";
import type { Clock } from "../base/clock.ts";
import { cleanupFinalizer } from "./deletion.ts";
import { sameJson } from "../api/json.ts";
import type { Draft } from "./registry.ts";
import type { Verbs } from "./verbs.ts";

type Definition = CustomResourceDefinition;

type Machinery = typeof Crd & { readonly cel: Crd.Cel };

/** What is served for a definition. */
interface Served {
  readonly uid: string;
  readonly home: Kind;
  readonly spec: Definition["spec"];
  readonly kinds: readonly Kind[];
}

/** How often custom resources that are slow to go are looked at again. */
const recheckMs = 1_000;
/** Milliseconds that a question about kinds waits for definitions at most. */
const settleAttemptsMax = 500;
const by = { user: "system:apiserver" };

export class CustomResources {
  readonly #verbs: Verbs;
  readonly #clock: Clock;
  readonly #changed: (old: readonly Kind[], now: readonly Kind[]) => void;
  #machinery: Promise<Machinery> | undefined;
  readonly #served = new Map<string, Served>();
  /** How many changes of definitions were dealt with, in the count of their log. */
  #handled: number;
  /** Definitions are looked at one after the other. */
  #work: Promise<void> = Promise.resolve();

  /** @param changed serves some kinds instead of others */
  constructor(o: {
    verbs: Verbs;
    clock: Clock;
    changed(old: readonly Kind[], now: readonly Kind[]): void;
  }) {
    this.#verbs = o.verbs;
    this.#clock = o.clock;
    this.#changed = (old, now) => o.changed(old, now);
    o.verbs.reviewers.unshift((draft) => this.#review(draft));
    const since = String(o.verbs.store.revision);
    this.#handled = o.verbs.store.log(CustomResourceDefinition as unknown as Kind).end;
    o.verbs.settle = () => this.#settled();
    o.verbs.watch(CustomResourceDefinition, { since }, (event) => {
      if (event.type !== "BOOKMARK") this.#look(event.object.metadata.name);
    });
  }

  /** Waits until every definition that was written is served as it says. */
  async #settled(): Promise<void> {
    const log = this.#verbs.store.log(CustomResourceDefinition as unknown as Kind);
    for (let i = 0; i < settleAttemptsMax && this.#handled < log.end; i++) {
      await this.#clock.sleep(1);
    }
  }

  async #review({ kind, old, object }: Draft): Promise<void> {
    if (kind !== (CustomResourceDefinition as unknown as Kind) || !object) return;
    const [now, before] = [object as Definition, old as Definition | undefined];
    if (before && sameJson(now.spec, before.spec)) return;
    const { checkDefinition, cel } = await this.#loaded();
    const errors = checkDefinition(now, before, cel);
    if (errors.length > 0) throw invalid(kind, now.metadata.name, errors);
  }

  /** @param changes how many changes in the log this is for */
  #look(name: string, changes = 1): void {
    this.#work = this.#work
      .then(() => this.#sync(name))
      .catch((error: unknown) => {
        if (!isConflict(error) && !isNotFound(error)) throw error; // else its next change comes
      })
      .finally(() => (this.#handled += changes));
  }

  async #sync(name: string): Promise<void> {
    const definition = this.#verbs.get(CustomResourceDefinition, name);
    const served = this.#served.get(name);
    if (served && served.uid !== definition?.metadata.uid) this.#unserve(name);
    if (!definition) return;
    if (definition.metadata.deletionTimestamp !== undefined) return this.#cleanUp(definition);
    const { status } = definition;
    const { names, accepted } = this.#accepted(definition);
    if (accepted.status === "True") this.#serve(definition, await this.#loaded());
    const established: DefinitionCondition =
      accepted.status === "True"
        ? established_
        : { type: "Established", status: "False", ...notAccepted };
    const conditions = this.#withConditions(status?.conditions, [accepted, established]);
    const now = { ...status, acceptedNames: names, conditions };
    if (sameJson(now, status)) return;
    await this.#write({ ...definition, status: now });
  }

  /** Names are first come, first served within a group. Models the naming controller. */
  #accepted({ metadata, spec }: Definition): {
    names: DefinitionNames;
    accepted: DefinitionCondition;
  } {
    const others = this.#verbs
      .list(CustomResourceDefinition, {})
      .items.filter((one) => one.spec.group === spec.group)
      .filter((one) => one.metadata.name !== metadata.name)
      .flatMap(({ status }) => status?.acceptedNames ?? []);
    const resources = new Set(
      others.flatMap(({ plural, singular = "", shortNames = [] }) => [
        plural,
        singular,
        ...shortNames,
      ]),
    );
    const kinds = new Set(others.flatMap(({ kind, listKind = "" }) => [kind, listKind]));
    const { names } = spec;
    const claims: [reason: string, name: string | undefined, taken: ReadonlySet<string>][] = [
      ["PluralConflict", names.plural, resources],
      ["SingularConflict", names.singular, resources],
      ...(names.shortNames ?? []).map((one): [string, string, ReadonlySet<string>] => [
        "ShortNamesConflict",
        one,
        resources,
      ]),
      ["KindConflict", names.kind, kinds],
      ["ListKindConflict", names.listKind, kinds],
    ];
    const clash = claims.findLast(([, name, taken]) => name !== undefined && taken.has(name));
    if (!clash) return { names, accepted: noConflicts };
    const [reason, name] = clash;
    const message = `"${name}" is already in use`;
    return {
      names: { plural: "", kind: "" },
      accepted: { type: "NamesAccepted", status: "False", reason, message },
    };
  }

  /** Schemas and the expression language come with the first definition. */
  #loaded(): Promise<Machinery> {
    this.#machinery ??= this.#clock
      .during(import("../api/crd/index.ts"))
      .then((crd) => ({ ...crd, cel: crd.celEnvironment() }));
    return this.#machinery;
  }

  #serve(definition: Definition, { homeKind, kindsOf, cel }: Machinery): void {
    const { name, uid = "" } = definition.metadata;
    const served = this.#served.get(name);
    if (served && sameJson(served.spec, definition.spec)) return;
    const home = served?.home ?? homeKind(definition);
    const kinds = kindsOf(definition, home, cel);
    this.#changed(served?.kinds ?? [], kinds);
    this.#served.set(name, { uid, home, spec: definition.spec, kinds });
  }

  #unserve(name: string): void {
    this.#changed(this.#served.get(name)?.kinds ?? [], []);
    this.#served.delete(name);
  }

  /** Deletes all custom resources, then lets the definition go. */
  async #cleanUp(definition: Definition): Promise<void> {
    const { name, finalizers = [] } = definition.metadata;
    if (!finalizers.includes(cleanupFinalizer)) return;
    const [kind] = this.#served.get(name)?.kinds ?? [];
    const left = kind ? await this.#deleteAll(kind) : 0;
    const terminating: DefinitionCondition =
      left > 0
        ? { type: "Terminating", status: "True", ...deleting }
        : { type: "Terminating", status: "False", ...deleted };
    const conditions = this.#withConditions(definition.status?.conditions, [terminating]);
    const status = { ...definition.status, conditions };
    if (!sameJson(status, definition.status)) await this.#write({ ...definition, status });
    if (left > 0) {
      this.#clock.after(recheckMs, () => this.#look(name, 0));
      return;
    }
    this.#unserve(name);
    const now = this.#verbs.get(CustomResourceDefinition, name);
    if (!now) return;
    const others = finalizers.filter((one) => one !== cleanupFinalizer);
    const metadata = { ...now.metadata, finalizers: others };
    await this.#verbs.update(CustomResourceDefinition, { ...now, metadata }, by);
  }

  /** How many are there still. */
  async #deleteAll(kind: Kind): Promise<number> {
    for (const object of this.#verbs.list(kind, {}).items) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      await this.#verbs.remove(kind, keyOf(object), { propagation: "Background" }, by);
    }
    return this.#verbs.list(kind, {}).items.length;
  }

  #withConditions(
    old: readonly DefinitionCondition[] = [],
    now: readonly DefinitionCondition[],
  ): DefinitionCondition[] {
    const types = now.map(({ type }) => type);
    return [
      ...old.map((one) => {
        const next = now.find(({ type }) => type === one.type);
        return next ? this.#timed(next, one) : one;
      }),
      ...now
        .filter((_, i) => !old.some(({ type }) => type === types[i]))
        .map((one) => this.#timed(one)),
    ];
  }

  #timed(condition: DefinitionCondition, old?: DefinitionCondition): DefinitionCondition {
    const same = old?.status === condition.status;
    const lastTransitionTime = same ? old.lastTransitionTime : timestamp(this.#clock.now());
    const { status, type, reason, message } = condition;
    return { lastTransitionTime, message, reason, status, type } as DefinitionCondition;
  }

  async #write(definition: Definition): Promise<void> {
    await this.#verbs.update(CustomResourceDefinition, definition, {
      ...by,
      subresource: "status",
    });
  }
}

const noConflicts: DefinitionCondition = {
  type: "NamesAccepted",
  status: "True",
  reason: "NoConflicts",
  message: "no conflicts found",
};
const established_: DefinitionCondition = {
  type: "Established",
  status: "True",
  reason: "InitialNamesAccepted",
  message: "the initial names have been accepted",
};
const notAccepted = { reason: "NotAccepted", message: "not all names are accepted" };
const deleting = {
  reason: "InstanceDeletionInProgress",
  message: "CustomResource deletion is in progress",
};
const deleted = {
  reason: "InstanceDeletionCompleted",
  message: "removed all instances",
};
