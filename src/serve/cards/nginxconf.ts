// grand-ingress nginx-conf -f FILE…: the servers and locations that ingress-nginx would write for
// the cards, each with the rule that made it.

import { nginxConf } from "../../ingress/profiles/ingress-nginx/conf.ts";
import { printSource } from "../../ingress/table.ts";
import { compiledBy } from "./desk.ts";
import { cardsOf, parsed, printPlace, shared, withUsage } from "./options.ts";
import type { Cards } from "./read.ts";

export const nginxConfUsage = `Usage: grand-ingress nginx-conf -f FILE… [OPTIONS]

Prints the part of the nginx.conf that decides: servers, locations, redirects, access. A comment
in front of each location names the rule that made it, with file and line.

Options:
  -f, --file FILE     manifests (repeatable)
  --json              one line of JSON a line, with its source
`;

/** Runs the command. The exit status is 1 when nginx could not load the configuration. */
export function printNginxConf(args: string[]): Promise<number> {
  return withUsage("nginx-conf", nginxConfUsage, () => {
    const { file, json } = shared;
    const { values } = parsed({ args, options: { file, json } });
    const cards = cardsOf(values.file);
    const { table, failure } = compiledBy("ingress-nginx", cards);
    process.stdout.write(linesOf(cards, table, values.json).join(""));
    if (failure !== undefined) process.stderr.write(`nginx: [emerg] ${failure}\n`);
    return failure === undefined ? 0 : 1;
  });
}

function linesOf(cards: Cards, table: Parameters<typeof nginxConf>[0], json: boolean): string[] {
  let before = "";
  return nginxConf(table).flatMap(({ text, source }) => {
    const object = source && printSource(source);
    const place = source && cards.place(object!, source.field);
    if (json) {
      return `${JSON.stringify({ text, ...(source && { object, field: source.field }), ...place })}\n`;
    }
    const by = place ? [object, source.field, printPlace(place)].filter(Boolean).join("  ") : "";
    const told = by !== "" && by !== before ? `\t# ${by}\n` : "";
    before = by;
    return `${told}${text}\n`;
  });
}
