// The rules of a table in the order in which they are asked, for implementations that have no
// configuration file of their own: a cloud's load balancer, the specification.

import type { ConfigurationLine } from "../configuration.ts";
import { hostNames, hostOf } from "../hosts.ts";
import { printRule } from "../table.ts";
import type { Condition, HostTable, Route, RouteTable } from "../table.ts";

export function ruleList(table: RouteTable): ConfigurationLine[] {
  const hosts = table.inherits
    ? [table.any]
    : [
        ...hostNames(table.exact).map((name) => hostOf(table.exact, name)),
        ...table.wildcard.tables,
        table.any,
      ];
  const seen = new Set<string>();
  const listed = table.inherits ? [...hosts, ...inheriting(table)] : hosts;
  return listed
    .filter((one): one is HostTable => one !== undefined)
    .flatMap(({ routes }) => routes)
    .filter((route) => {
      const key = JSON.stringify([route.source, route.path, route.host]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => Number(a.path.type === "Any") - Number(b.path.type === "Any"))
    .map((route) => ({ text: line(route), ...(!route.implicit && { source: route.source }) }));
}

/** The rules of named hosts stand in those hosts' tables only. */
function inheriting({ exact, wildcard }: RouteTable): (HostTable | undefined)[] {
  return [...hostNames(exact).map((name) => hostOf(exact, name)), ...wildcard.tables];
}

function line(route: Route): string {
  const { order, when = [], backend, filters } = route;
  const clauses = [printRule(route), ...when.map(clause)].join(" and ");
  const does = backend
    ? `forward to ${backend.namespace}/${backend.service}:${backend.port}`
    : answers(filters);
  return `${order === undefined ? "" : `${order}: `}${clauses} -> ${does}`;
}

function answers(filters: Route["filters"]): string {
  const answer = filters.find(({ type }) => ["redirect", "fixed", "deny"].includes(type));
  return answer && "status" in answer ? `answer ${answer.status}` : "answer 404";
}

function clause(condition: Condition): string {
  switch (condition.on) {
    case "header":
      return `header ${condition.name} in [${condition.values.join(", ")}]`;
    case "query":
      return `query in [${condition.values.map(({ key, value }) => `${key}=${value}`).join(", ")}]`;
    case "field":
    case "parameter": {
      const { name, value } = condition;
      const what = condition.on === "field" ? "header" : "query parameter";
      const how = typeof value === "string" ? `is "${value}"` : `matches ${value.source}`;
      return `${what} ${name} ${how}`;
    }
    default:
      return `${condition.on} in [${condition.values.join(", ")}]`;
  }
}
