// A route that is one path of an Ingress and nothing else. It keeps only where it stands in the
// frozen object and reads everything else there when asked: a table of 100,000 rules, of which
// few are ever looked at, is then little more than the strings that the objects hold anyway.

import type { Ingress, IngressPath, IngressRule } from "../../../api/kinds/ingress.ts";
import { sameData } from "../../compile/equal.ts";
import { backendOf, hostName, sourceOf } from "../../compile/rules.ts";
import { noFilters } from "../../filters.ts";
import type { Filter } from "../../filters.ts";
import type { Backend, PathClause, Route, Source } from "../../table.ts";

/** Paths of a rule that a place can tell apart; an object of 1.5 MB cannot hold more. */
const pathsMax = 0x10000;

export class WrittenRoute implements Route {
  readonly ingress: Ingress;
  /** The rule's position in spec.rules times `pathsMax`, plus the path's position in the rule. */
  readonly place: number;

  constructor(ingress: Ingress, rule: number, path: number) {
    this.ingress = ingress;
    this.place = rule * pathsMax + path;
  }

  get source(): Source {
    const path = this.place % pathsMax;
    return sourceOf(this.ingress, `spec.rules[${this.#ruleAt}].http.paths[${path}]`);
  }

  get host(): string {
    return hostName(this.#rule.host);
  }

  get pathType(): string {
    return this.#written.pathType;
  }

  /** ImplementationSpecific is treated as Prefix. */
  get path(): PathClause {
    const { pathType, path } = this.#written;
    return { type: pathType === "Exact" ? "Exact" : "Prefix", path: path || "/" };
  }

  get filters(): readonly Filter[] {
    return noFilters;
  }

  get backend(): Backend | undefined {
    return backendOf(this.ingress, this.#written.backend);
  }

  /** Whether both say the same, whatever else has changed about their Ingress (see `sameData`). */
  sameAs(other: unknown): boolean {
    if (!(other instanceof WrittenRoute)) return false;
    if (this.place !== other.place || this.host !== other.host) return false;
    const [mine, its] = [this.ingress.metadata, other.ingress.metadata];
    if (mine.name !== its.name || mine.namespace !== its.namespace) return false;
    return samePath(this.#written, other.#written);
  }

  get #ruleAt(): number {
    return Math.floor(this.place / pathsMax);
  }

  get #rule(): IngressRule {
    return this.ingress.spec.rules![this.#ruleAt]!;
  }

  get #written(): IngressPath {
    return this.#rule.http!.paths[this.place % pathsMax]!;
  }
}

function samePath(a: IngressPath, b: IngressPath): boolean {
  if (a === b) return true;
  if (a.path !== b.path || a.pathType !== b.pathType) return false;
  const [mine, its] = [a.backend.service, b.backend.service];
  if (!mine || !its) return sameData(a.backend, b.backend);
  const [at, to] = [mine.port, its.port];
  return mine.name === its.name && at?.number === to?.number && at?.name === to?.name;
}
