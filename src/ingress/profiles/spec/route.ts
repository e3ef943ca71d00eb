// A route that is one path of an Ingress and nothing else. It keeps only where it stands in the
// frozen object and reads everything else there when asked: a table of 100,000 rules, of which
// few are ever looked at, is then little more than the strings that the objects hold anyway.

import type { Ingress, IngressPath, IngressRule } from "../../../api/kinds/ingress.ts";
import { sameData } from "../../compile/equal.ts";
import { backendOf, hostName, sourceOf } from "../../compile/rules.ts";
import { noFilters } from "../../filters.ts";
import type { Filter } from "../../filters.ts";
import type { Backend, PathClause, Route, Source } from "../../table.ts";

/** What all paths of one rule share. */
export interface RulePlace {
  readonly ingress: Ingress;
  /** Position in spec.rules. */
  readonly index: number;
}

export class WrittenRoute implements Route {
  readonly rule: RulePlace;
  /** Position among the paths of the rule. */
  readonly at: number;

  constructor(rule: RulePlace, at: number) {
    this.rule = rule;
    this.at = at;
  }

  get source(): Source {
    const { ingress, index } = this.rule;
    return sourceOf(ingress, `spec.rules[${index}].http.paths[${this.at}]`);
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
    return backendOf(this.rule.ingress, this.#written.backend);
  }

  /** Whether both say the same, whatever else has changed about their Ingress (see `sameData`). */
  sameAs(other: unknown): boolean {
    if (!(other instanceof WrittenRoute)) return false;
    const [a, b] = [this.rule, other.rule];
    if (this.at !== other.at || a.index !== b.index || this.host !== other.host) return false;
    const [mine, its] = [a.ingress.metadata, b.ingress.metadata];
    if (mine.name !== its.name || mine.namespace !== its.namespace) return false;
    return samePath(this.#written, other.#written);
  }

  get #rule(): IngressRule {
    return this.rule.ingress.spec.rules![this.rule.index]!;
  }

  get #written(): IngressPath {
    return this.#rule.http!.paths[this.at]!;
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
