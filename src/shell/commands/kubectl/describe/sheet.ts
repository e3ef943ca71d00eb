// A sheet of "Name:  value" lines with aligned values: what every describer writes on.
// Models kubectl pkg/describe: a PrefixWriter over a tabwriter with a padding of two.

import { ageSince } from "../../../../api/age.ts";
import type { Obj } from "../../../../api/object.ts";
import { alignTabs } from "../output/tabwriter.ts";

/** What the annotations list leaves out: it is kubectl's own. */
const skippedAnnotations = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);
const annotationCharsMax = 140;

export class Sheet {
  readonly nowMs: number;
  #done = "";
  #text = "";

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** One line, indented by two columns a level; "\t" separates cells. */
  line(level: number, text: string): void {
    this.#text += `${"  ".repeat(level)}${text}\n`;
  }

  /** Text without a line end of its own. */
  write(text: string): void {
    this.#text += text;
  }

  /** What follows is aligned on its own. */
  flush(): void {
    this.#done += alignTabs(this.#text, { minWidth: 0, padding: 2 });
    this.#text = "";
  }

  get text(): string {
    this.flush();
    return this.#done;
  }

  /** With its tabs, as rollout history prints it. */
  get raw(): string {
    return this.#done + this.#text;
  }

  labels(title: string, labels: Readonly<Record<string, string>> | undefined): void {
    const keys = Object.keys(labels ?? {}).sort();
    this.write(`${title}:\t`);
    if (keys.length === 0) return this.write("<none>\n");
    for (const [index, key] of keys.entries()) {
      this.write(`${index > 0 ? "\t" : ""}${key}=${labels![key]}\n`);
    }
  }

  annotations(title: string, annotations: Readonly<Record<string, string>> | undefined): void {
    const keys = Object.keys(annotations ?? {})
      .filter((key) => !skippedAnnotations.has(key))
      .sort();
    this.write(`${title}:\t`);
    if (keys.length === 0) return this.write("<none>\n");
    for (const [index, key] of keys.entries()) {
      const value = annotations![key]!.replace(/\n$/, "");
      const start = index > 0 ? "\t" : "";
      if (value.length + key.length + 2 > annotationCharsMax || value.includes("\n")) {
        this.write(`${start}${key}:\n`);
        for (const part of value.split("\n"))
          this.write(`\t  ${shortened(part, annotationCharsMax - 2)}\n`);
      } else this.write(`${start}${key}: ${value}\n`);
    }
  }

  /** "3m12s", or "<unknown>". */
  age(at: string | null | undefined): string {
    return ageSince(at, this.nowMs);
  }
}

function shortened(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}...` : text;
}

const days = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** RFC 1123 with a numeric zone, as Go's time.RFC1123Z; the zero time for nothing. */
export function longTime(at: string | null | undefined): string {
  if (!at) return "Mon, 01 Jan 0001 00:00:00 +0000";
  const time = new Date(at);
  const date = `${String(time.getUTCDate()).padStart(2, "0")} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
  return `${days[time.getUTCDay()]}, ${date} ${time.toISOString().slice(11, 19)} +0000`;
}

/** "ReplicaSet/web-7d4b", or undefined. */
export function controllerName(object: Obj): string | undefined {
  const owner = object.metadata.ownerReferences?.find((one) => one.controller);
  return owner && `${owner.kind}/${owner.name}`;
}
