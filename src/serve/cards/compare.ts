// grand-ingress compare: what changes when the same cards are read by another implementation, or
// other cards by the same one. Shows the requests that are answered differently, with both
// explanations, and says what was tried.

import { compare, probes } from "../../ingress/compare.ts";
import type { Difference, Side } from "../../ingress/compare.ts";
import type { MatchRequest } from "../../ingress/match.ts";
import { printSource } from "../../ingress/table.ts";
import type { RouteTable } from "../../ingress/table.ts";
import { compiledBy } from "./desk.ts";
import {
  cardsOf,
  counted,
  parsed,
  printPlace,
  profileOf,
  shared,
  UsageError,
  withUsage,
} from "./options.ts";
import { readCards } from "./read.ts";
import type { Cards, Place } from "./read.ts";
import { askedOf, requestFor, withFacts } from "./request.ts";

export const compareUsage = `Usage: grand-ingress compare -f FILE… --profiles A,B [OPTIONS]
       grand-ingress compare OLD NEW [OPTIONS]

Shows the requests that two implementations answer differently for the same Ingresses, or that
one implementation answers differently for the Ingresses of OLD and those of NEW (files or
folders). Without --url it tries, for each host and each path of the rules, the path itself, one
slash more and less, one element more, more letters, and capitals.

Options:
  -f, --file FILE     manifests (repeatable)
  --profiles A,B      two or more of spec, ingress-nginx, traefik, alb
  --profile NAME      the implementation that reads OLD and NEW (default ingress-nginx)
  --url URL           a request to compare (repeatable)
  --json              one JSON object
`;

interface Reading extends Side {
  readonly cards: Cards;
}

/** Runs the command. The exit status is 1 when there are differences. */
export function compareCards(args: string[]): Promise<number> {
  return withUsage("compare", compareUsage, () => {
    const many = { type: "string", multiple: true, default: [] as string[] } as const;
    const options = { ...shared, profiles: { type: "string" }, url: many } as const;
    const { values, positionals } = parsed({ args, allowPositionals: true, options });
    const sides = sidesOf(values, positionals);
    const tables = sides.map(({ table }) => table);
    const requests = values.url.length > 0 ? values.url.flatMap(asked(sides)) : probed(tables);
    const differences = compare(sides, requests);
    const report = reported(sides, requests, differences, values.url.length > 0);
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : printed(report));
    return differences.length > 0 ? 1 : 0;
  });
}

function sidesOf(
  { file, profiles, profile }: { file: string[]; profiles?: string; profile: string },
  positionals: readonly string[],
): Reading[] {
  const [before, after, ...more] = positionals;
  if (profiles !== undefined && before === undefined) {
    const names = profiles.split(",").map(profileOf);
    if (names.length < 2) throw new UsageError(`wanted --profiles A,B, saw "${profiles}"`);
    const cards = cardsOf(file);
    return names.map((name) => ({ name, cards, table: compiledBy(name, cards).table }));
  }
  if (profiles !== undefined || before === undefined || after === undefined || more.length > 0) {
    throw new UsageError("wanted -f FILE --profiles A,B, or OLD NEW");
  }
  return [before, after].map((path) => {
    const cards = readCards([path]);
    return { name: path, cards, table: compiledBy(profileOf(profile), cards).table };
  });
}

/** Tables without conditions look at host and path of these only. */
function probed(tables: readonly RouteTable[]): MatchRequest[] {
  const nothing = { args: "", header: () => undefined, request: { method: "GET" } };
  const conditional = tables.some((table) => table.conditional);
  return probes(tables).map((one) => (conditional ? withFacts({ ...one, ...nothing }) : one));
}

/** A URL as a request to all sides; paths are taken as nginx normalises them. */
function asked(sides: readonly Side[]): (url: string) => MatchRequest[] {
  const conditional = sides.find(({ table }) => table.conditional) ?? sides[0]!;
  return (url) => {
    const request = requestFor("ingress-nginx", conditional.table, askedOf("GET", url, []));
    return request ? [request] : [];
  };
}

interface Report {
  readonly sides: readonly string[];
  readonly requests: number;
  readonly hosts: number;
  readonly covered: string;
  readonly differences: readonly {
    readonly url: string;
    readonly decisions: readonly (Partial<Place> & {
      readonly name: string;
      readonly does: string;
      readonly why: string;
      readonly object?: string;
      readonly field?: string;
    })[];
  }[];
}

function reported(
  sides: readonly Reading[],
  requests: readonly MatchRequest[],
  differences: readonly Difference[],
  given: boolean,
): Report {
  const told = differences.map(({ request, decisions }) => ({
    url: `http://${request.host}${request.path}`,
    decisions: decisions.map(({ name, does, why, source }, i) => {
      if (!source) return { name, does, why };
      const [object, { field }] = [printSource(source), source];
      return { name, does, why, object, field, ...sides[i]!.cards.place(object, field) };
    }),
  }));
  return {
    sides: sides.map(({ name }) => name),
    requests: requests.length,
    hosts: new Set(requests.map(({ host }) => host)).size,
    covered: given ? "the URLs given" : tried,
    differences: told,
  };
}

const tried =
  "each host and path of the rules: the path, a slash more and less, an element more, letters " +
  "more, capitals; GET over plain HTTP without special header fields";

function printed({ sides, requests, hosts, covered, differences }: Report): string {
  const equal = requests - differences.length;
  const lines = differences.flatMap(({ url, decisions }) => [
    `GET ${url}`,
    ...decisions.flatMap(({ name, does, why, object, field, file, line = 0 }) => {
      const place = printPlace(file === undefined ? undefined : { file, line });
      const at = [object, field, place].filter(Boolean).join("  ");
      return [`  ${name}: ${does}`, `    ${why}`, ...(at === "" ? [] : [`    ${at}`])];
    }),
    "",
  ]);
  return [
    ...lines,
    `${sides.join(" and ")}: equal on ${equal} of ${requests} classes of requests, ${counted(hosts, "host")}`,
    `covered: ${covered}`,
    "",
  ].join("\n");
}
