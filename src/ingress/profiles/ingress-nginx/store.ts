// The controller's own copy of the Ingresses that are its to serve, and what it says as they come
// and go. Models the event handlers of internal/ingress/controller/store/store.go.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import type { IngressClass } from "../../../api/kinds/ingressclass.ts";
import { keyOf } from "../../../api/object.ts";
import type { Key, Obj } from "../../../api/object.ts";
import { sameData } from "../../compile/equal.ts";
import { structured } from "../../klog.ts";
import { Annotations, prefix } from "./annotations.ts";
import { classOf, isOurClass } from "./classes.ts";
import type { ClassRules } from "./classes.ts";
import type { OptionsRead } from "./options.ts";
import type { Settings } from "./settings.ts";
import type { LogLine } from "./upstreams.ts";

export interface StoreOptions {
  readonly rules: ClassRules;
  readonly disableCatchAll: boolean;
  /** --disable-sync-events */
  readonly silent: boolean;
  /** --enable-annotation-validation */
  readonly validation: boolean;
  settings(): Settings;
  watched(namespace: string): boolean;
  /** Which annotations deny the locations of an Ingress. */
  denial(ingress: Ingress): OptionsRead["denial"];
  say(...line: LogLine): void;
  /** An Event on the object, and its echo in the log. */
  event(object: Obj, type: "Normal" | "Warning", reason: string, message: string): void;
  /** Something changed: a sync is due. */
  changed(): void;
}

export class IngressStore {
  readonly #o: StoreOptions;
  readonly #ingresses = new Map<Key, Ingress>();
  /** Ours by name; undefined when the controller may not read IngressClasses. */
  #classes: Map<string, IngressClass> | undefined = new Map();

  constructor(o: StoreOptions) {
    this.#o = o;
  }

  /** The Ingresses to serve. */
  list(): readonly Ingress[] {
    return [...this.#ingresses.values()];
  }

  get(key: Key): Ingress | undefined {
    return this.#ingresses.get(key);
  }

  /** Why an Ingress is not ours to serve; undefined when it is. */
  whyForeign(ingress: Ingress): string | undefined {
    const found = this.#classOf(ingress);
    if ("error" in found) return found.error;
    const { namespace = "default" } = ingress.metadata;
    return this.#o.watched(namespace) ? undefined : `namespace ${namespace} is not watched`;
  }

  /** The controller may not read IngressClasses: ingressClassName is ignored from now on. */
  ignoreClasses(): void {
    this.#classes = undefined;
  }

  onClass(change: { old?: IngressClass; new?: IngressClass }): void {
    const classes = this.#classes;
    if (!classes) return;
    const { rules } = this.#o;
    const now = change.new;
    if (!now) {
      if (classes.delete(change.old!.metadata.name)) this.#o.changed();
      return;
    }
    const { name } = now.metadata;
    if (!isOurClass(rules, now)) {
      this.#info(
        "store.go:538",
        "ignoring ingressclass as the spec.controller is not the same of this ingress",
        { ingressclass: name },
      );
      classes.delete(name);
      return;
    }
    classes.set(name, now);
    this.#o.changed();
  }

  onIngress(change: { old?: Ingress; new?: Ingress }): void {
    const { old, new: now } = change;
    const namespace = (now ?? old)!.metadata.namespace ?? "default";
    if (!this.#o.watched(namespace)) return;
    if (!now) this.#deleted(old!);
    else if (!old) this.#added(now);
    else this.#updated(old, now);
  }

  /** Tells of an Ingress that has been there, as if it were new: its namespace came into view. */
  reconsider(ingress: Ingress): void {
    if (!this.#ingresses.has(keyOf(ingress))) this.#added(ingress);
  }

  #classOf(ingress: Ingress): ReturnType<typeof classOf> {
    return classOf(this.#o.rules, this.#classes, ingress);
  }

  #added(ingress: Ingress): void {
    const found = this.#classOf(ingress);
    const key = keyOf(ingress);
    if ("error" in found) {
      this.#info(
        "store.go:439",
        "Ignoring ingress because of error while validating ingress class",
        { ingress: key, error: found.error },
      );
      return;
    }
    this.#info("store.go:443", "Found valid IngressClass", {
      ingress: key,
      ingressclass: found.name,
    });
    if (this.#refusesCatchAll(ingress)) {
      const message = "Ignoring add for catch-all ingress because of --disable-catch-all";
      return this.#info("store.go:446", message, { ingress: key });
    }
    this.#scheduled(ingress);
    this.#sync(ingress);
  }

  #updated(old: Ingress, now: Ingress): void {
    const key = keyOf(now);
    const before = this.#classOf(old);
    const after = this.#classOf(now);
    const was = !("error" in before);
    if ("error" in after) {
      if (!was) return;
      this.#info("store.go:492", "removing ingress because of unknown ingressclass", {
        ingress: key,
      });
      return this.#drop(key);
    }
    if (this.#refusesCatchAll(now)) {
      const message =
        "ignoring update for catch-all ingress and delete old one because of --disable-catch-all";
      this.#info("store.go:500", message, { ingress: key });
      return this.#drop(key);
    }
    if (!was) {
      this.#info("store.go:489", "creating ingress", { ingress: key, ingressclass: after.name });
    } else if (sameData(old, now) && this.#ingresses.has(key)) return;
    this.#scheduled(now);
    this.#sync(now);
  }

  #deleted(ingress: Ingress): void {
    const key = keyOf(ingress);
    const found = this.#classOf(ingress);
    if ("error" in found) {
      this.#info(
        "store.go:413",
        "Ignoring ingress because of error while validating ingress class",
        { ingress: key, error: found.error },
      );
      return;
    }
    this.#drop(key);
  }

  #drop(key: Key): void {
    if (this.#ingresses.delete(key)) this.#o.changed();
  }

  #scheduled(ingress: Ingress): void {
    if (!this.#o.silent) this.#o.event(ingress, "Normal", "Sync", "Scheduled for sync");
  }

  #refusesCatchAll({ spec }: Ingress): boolean {
    return this.#o.disableCatchAll && spec.defaultBackend !== undefined;
  }

  /** Takes the Ingress in, unless something about its annotations forbids it. */
  #sync(ingress: Ingress): void {
    const wrong = this.#wrongWith(ingress);
    if (!wrong) {
      this.#ingresses.set(keyOf(ingress), ingress);
      this.#tellDenial(ingress);
    }
    this.#o.changed();
  }

  /** Annotations that name something unusable: the Ingress is served, with 503. */
  #tellDenial(ingress: Ingress): void {
    const denial = this.#o.denial(ingress);
    if (!denial) return;
    const { group, message } = denial;
    const pairs = { err: message, name: group, ingress: keyOf(ingress) };
    const text = structured("error reading Ingress annotation", pairs);
    this.#o.say("E", "annotations.go:216", text);
    const event = `Error parsing annotations: ${message}`;
    this.#o.event(ingress, "Warning", "AnnotationParsingFailed", event);
  }

  #wrongWith(ingress: Ingress): boolean {
    const settings = this.#o.settings();
    const key = keyOf(ingress);
    const annotations = new Annotations(ingress);
    const blocked = annotations.blocked(settings.wordBlocklist);
    if (blocked) {
      const text = `skipping ingress ${key}: ${blocked.name} annotation contains invalid word ${blocked.word}`;
      this.#o.say("W", "store.go:927", text);
      return true;
    }
    const [group] = annotations.risky(settings.riskLevel);
    if (group !== undefined) {
      const text = `annotation group ${group} contains risky annotation based on ingress configuration`;
      this.#o.say("E", "store.go:939", text);
      return true;
    }
    const invalid = this.#o.validation ? annotations.invalid()[0] : undefined;
    if (invalid === undefined) return false;
    const value = ingress.metadata.annotations![prefix + invalid]!;
    const text = `annotation ${prefix}${invalid} contains invalid value`;
    this.#o.say(
      "W",
      "validators.go:244",
      `validation error on ingress ${key}: annotation ${invalid} contains invalid value ${value}`,
    );
    this.#o.say(
      "E",
      "annotations.go:193",
      structured("ingress contains invalid annotation value", { err: text }),
    );
    this.#o.say("E", "store.go:951", text);
    return true;
  }

  #info(source: string, message: string, pairs: Readonly<Record<string, unknown>>): void {
    this.#o.say("I", source, structured(message, pairs));
  }
}
