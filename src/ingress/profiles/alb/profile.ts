// The profile "alb": what the AWS Load Balancer Controller makes of the Ingresses of one group,
// seen from one listener of the load balancer.
//
// The rules of all Ingresses of the group stand in one numbered list, whatever their host: by
// group.order, then namespace/name, then as `rulesOf` orders them; the first that holds acts.
// `*` in a host stands for any number of labels. Prefix is element by element;
// ImplementationSpecific is taken literally, with `*` and `?` as wildcards: `/` holds for "/" alone.

import type { Ingress } from "../../../api/kinds/ingress.ts";
import { byAgeThenName, ownerKey, ownerOf } from "../../compile/profile.ts";
import type { Contribution, HostPart, Merged, Profile } from "../../compile/profile.ts";
import { sourceOf } from "../../compile/rules.ts";
import type { Verdict } from "../../compile/verdict.ts";
import type { World } from "../../compile/world.ts";
import { fits } from "../../conditions.ts";
import { noFilters } from "../../filters.ts";
import { hostTable } from "../../host.ts";
import type { Backend, Condition, Route } from "../../table.ts";
import { fixed, ModelError, sslRedirect } from "./actions.ts";
import type { Action } from "./actions.ts";
import { remarks } from "./annotations.ts";
import { defaultActionOf, orderOf, rulesOf } from "./rules.ts";
import { forwardOf } from "./targets.ts";

interface RulesPart extends HostPart {
  readonly order: number;
  readonly rules: readonly { readonly route: Route; readonly at: number }[];
  readonly fallback: Route | undefined;
}

/** @param redirectTo the HTTPS port that everything is sent to (ssl-redirect). */
export function alb(o: { redirectTo?: number } = {}): Profile<RulesPart> {
  return {
    name: "alb",
    fallThrough: false,
    inherits: true,
    conditional: true,
    contribute,
    merge: (host, parts) => merge(host, parts, o.redirectTo),
    older: byAgeThenName,
  };
}

function contribute(ingress: Ingress, world: World): Contribution<RulesPart> {
  const owner = ownerOf(ingress);
  const verdicts = remarks(ingress);
  try {
    const order = orderOf(ingress);
    const fallback = defaultActionOf(ingress);
    const routes = rulesOf(ingress).map((rule, at) => {
      const { host, writtenHost, pathType, path, when, action, field } = rule;
      const place = `rule ${at + 1} of Ingress ${ownerKey(owner)}`;
      const base = { source: sourceOf(ingress, field), host: writtenHost, pathType, path };
      const told = { order: order === 0 ? place : `${place} (group.order ${order})` };
      const conditions = when.length > 0 && { when };
      return {
        host,
        at,
        route: { ...base, ...told, ...conditions, ...acting(action, ingress, world) },
      };
    });
    const hosts = new Map<string, RulesPart>();
    for (const host of new Set([...routes.map((one) => one.host), ...(fallback ? [""] : [])])) {
      hosts.set(host, {
        owner,
        order,
        rules: routes.filter((one) => one.host === host),
        fallback: fallback && host === "" ? fallbackRoute(ingress, fallback, world) : undefined,
      });
    }
    return { hosts, verdicts };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { hosts: new Map(), verdicts: [...verdicts, refusal(ownerKey(owner), error.message)] };
  }
}

function refusal(key: string, message: string): Verdict {
  const object = { kind: "Ingress", key };
  return { object, field: "", type: "error", reason: "FailedBuildModel", message };
}

function merge(
  host: string,
  parts: readonly RulesPart[],
  redirectTo: number | undefined,
): Merged | undefined {
  if (redirectTo !== undefined) {
    if (host !== "") return undefined;
    return { table: hostTable("", [implicit(sslRedirect(redirectTo))]), verdicts: [] };
  }
  const rules = parts.flatMap(({ rules, order, owner }) =>
    rules.map(({ route, at }) => ({ route, at, order, name: ownerKey(owner) })),
  );
  rules.sort(
    (a, b) => a.order - b.order || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.at - b.at),
  );
  const routes = rules.flatMap(({ route }) => (host === "" ? [route] : onHost(route, host)));
  const fallback = parts.map((part) => part.fallback).find((one) => one !== undefined);
  routes.push(fallback ?? implicit(fixed("404", "text/plain", "")));
  return { table: hostTable(host, routes), verdicts: [] };
}

/** The route as it stands for an exact host: its host condition is decided already. */
function onHost(route: Route, host: string): Route[] {
  const isHost = (one: Condition): boolean => one.on === "host";
  const asked = route.when?.find(isHost);
  if (asked?.on !== "host") return [route];
  if (!asked.values.some((value) => fits(value.toLowerCase(), host))) return [];
  return [{ ...route, when: route.when!.filter((one) => !isHost(one)) }];
}

/** Filters and backend of an action. */
function acting(
  action: Action,
  ingress: Ingress,
  world: World,
): Pick<Route, "filters" | "backend" | "passing"> {
  if (action.type === "answer") return { filters: [action.filter], backend: undefined };
  const made = forwardOf(action.groups, ingress, world);
  if ("answer" in made) return { filters: [made.answer], backend: undefined };
  const backend: Backend = made.backend;
  return { filters: noFilters, backend, passing: made.passing };
}

function fallbackRoute(ingress: Ingress, action: Action, world: World): Route {
  return {
    source: sourceOf(ingress, "spec.defaultBackend"),
    host: "",
    pathType: "",
    path: { type: "Any" },
    ...acting(action, ingress, world),
  };
}

/** What the listener does of itself. */
function implicit(action: Action): Route {
  return {
    source: { kind: "Listener", namespace: "", name: "default action", field: "" },
    host: "",
    pathType: "",
    path: { type: "Any" },
    filters: action.type === "answer" ? [action.filter] : noFilters,
    backend: undefined,
    implicit: true,
  };
}
