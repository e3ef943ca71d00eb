// grand-ingress explain -f FILE… [METHOD] URL: who would serve a request, and for every other
// rule the one clause that failed, with the file and line where it is written.

import { decide } from "../../ingress/compare.ts";
import { explain } from "../../ingress/explain.ts";
import { compiledBy } from "./desk.ts";
import type { ProfileName } from "./desk.ts";
import {
  cardsOf,
  parsed,
  printPlace,
  profileOf,
  shared,
  UsageError,
  withUsage,
} from "./options.ts";
import type { Cards } from "./read.ts";
import { askedOf, requestFor } from "./request.ts";
import type { Asked } from "./request.ts";

export const explainUsage = `Usage: grand-ingress explain -f FILE… [OPTIONS] [METHOD] URL

Tells which rule of the Ingresses in FILE serves a request, and why each other rule does not.
FILE is a manifest, a folder of manifests, or - for standard input. Every Ingress counts, whatever
class it names. A Service that is in no FILE is assumed to be as the Ingress wants it.

Options:
  -f, --file FILE     manifests (repeatable)
  --profile NAME      spec, ingress-nginx (default), traefik or alb
  -H "NAME: VALUE"    a header field of the request (repeatable)
  --json              one JSON object
`;

/** Runs the command. The exit status is 1 when no rule serves the request. */
export function explainCards(args: string[]): Promise<number> {
  return withUsage("explain", explainUsage, () => {
    const headers = {
      type: "string",
      short: "H",
      multiple: true,
      default: [] as string[],
    } as const;
    const options = { ...shared, header: headers };
    const { values, positionals } = parsed({ args, allowPositionals: true, options });
    const [url, method = "GET", ...more] = positionals.toReversed();
    if (url === undefined || more.length > 0) {
      throw new UsageError(`wanted [METHOD] URL, saw ${positionals.join(" ") || "none"}`);
    }
    const profile = profileOf(values.profile);
    const report = explained(profile, cardsOf(values.file), askedOf(method, url, values.header));
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : printed(report));
    return report.steps.some(({ verdict }) => verdict === "won") ? 0 : 1;
  });
}

interface Report {
  readonly profile: ProfileName;
  readonly request: { readonly method: string; readonly url: string; readonly path: string };
  /** "default/web:80", "404", "308 to https". */
  readonly does: string;
  readonly why: string;
  readonly steps: readonly ReportedStep[];
  /** Rules of other hosts that are not among the steps. */
  readonly leftOut: number;
}

interface ReportedStep {
  readonly verdict: "won" | "lost";
  readonly rule: string;
  readonly object: string;
  readonly field: string;
  readonly because: string;
  readonly file?: string;
  readonly line?: number;
}

function explained(profile: ProfileName, cards: Cards, asked: Asked): Report {
  const { table } = compiledBy(profile, cards);
  const { method, url, target } = asked;
  const request = requestFor(profile, table, asked);
  if (!request) {
    const why = `"${target}" is no request target: the server answers before any rule is asked`;
    const said = { method, url, path: target };
    return { profile, request: said, does: "400", why, steps: [], leftOut: 0 };
  }
  const { steps, why, leftOut } = explain(table, request);
  return {
    profile,
    request: { method, url, path: request.path },
    does: decide({ name: profile, table }, request).does,
    why,
    steps: steps.map((step) => ({ ...step, ...cards.place(step.object, step.field) })),
    leftOut,
  };
}

function printed({ profile, request, does, why, steps, leftOut }: Report): string {
  const { method, url } = request;
  return [
    `${method} ${url}, by ${profile}: ${does}`,
    `  ${why}`,
    "",
    ...steps.flatMap(({ verdict, rule, object, field, because, file, line = 0 }) => {
      const place = printPlace(file === undefined ? undefined : { file, line });
      return [
        `${verdict === "won" ? "WON " : "lost"} ${rule}`,
        `     ${because}`,
        `     ${[object, field, place].filter((one) => one !== "").join("  ")}`,
      ];
    }),
    ...(leftOut > 0 ? [`${leftOut} more rules are of other hosts`] : []),
    "",
  ].join("\n");
}
