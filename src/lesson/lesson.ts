// A course as data: what lessons/course.yaml and lessons/*/lesson.md are compiled into at build
// time. All of it is plain data, so that it fits in a JSON file. Prose is HTML.
//
// parse.ts makes it from the files, check.ts evaluates its claims, play.ts plays one lesson.

import type { Obj } from "../api/object.ts";
import type { Claim } from "./claim.ts";

/** The version of the lesson format; lesson.md names it in its front matter. */
export const lessonFormat = 1;

export interface Course {
  readonly format: number;
  readonly title: string;
  readonly wings: readonly Wing[];
  /** In the order in which they are taught; then the cases. */
  readonly lessons: readonly Lesson[];
  /** Ids of the broken hotels, the easy ones first. */
  readonly cases: readonly string[];
}

/** A part of the course. */
interface Wing {
  readonly title: string;
  /** Ids of its lessons. */
  readonly lessons: readonly string[];
}

/** A file of a lesson's start/ folder. */
export interface StartFile {
  /** "10-frontend.yaml" */
  readonly name: string;
  readonly content: string;
  /** The objects in it, where they were read at build time: `import … from "….yaml?manifest"`. */
  readonly objects?: readonly Obj[];
}

export interface Lesson {
  readonly id: string;
  readonly title: string;
  /** What the learner can do afterwards, in one sentence. */
  readonly goal: string;
  readonly minutes: number;
  /** How hard a case is, 1 to 3; undefined for a lesson. */
  readonly stars: number | undefined;
  readonly start: Start;
  readonly story: string;
  readonly steps: readonly LessonStep[];
  readonly wrongTurns: readonly WrongTurn[];
  readonly quiz: readonly Question[];
  readonly ending: string;
  /** Where the hotel stops being like Kubernetes; empty in a case. */
  readonly seams: string;
  /** Empty in a case. */
  readonly teacher: string;
  /** The first one is the reference. */
  readonly solutions: readonly Solution[];
  readonly mistakes: readonly Mistake[];
}

/** Faults of which some are drawn. "kitchen-port.yaml" and "kitchen-name.yaml" never both. */
export interface Faults {
  readonly draw: number;
  readonly of: readonly StartFile[];
}

/** The cluster that a lesson opens with, on top of the base. */
export interface Start {
  /** Whether it opens broken on purpose; the page says so. */
  readonly broken: boolean;
  /**
   * Helm charts installed and ready before the lesson begins: "ingress-nginx", or with settings as
   * after --set: "ingress-nginx controller.replicaCount=2".
   */
  readonly install: readonly string[];
  /** Names that the street's DNS knows. */
  readonly names: Readonly<Record<string, string>>;
  /** Applied once the charts are ready. */
  readonly objects: readonly StartFile[];
  /** Applied last: so many of these, drawn by the seed. */
  readonly faults?: Faults;
  /** Put into the learner's home folder. */
  readonly files: readonly StartFile[];
}

export interface LessonStep {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly prediction: Question | undefined;
  readonly commands: readonly string[];
  readonly checks: readonly Check[];
  readonly hints: readonly Hint[];
}

/** One thing that must be so: any of `either`, each of which is all of its claims. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly either: readonly (readonly Claim[])[];
  /** The author's own "why not yet"; otherwise the failing claim explains itself. */
  readonly notYet: string | undefined;
}

export const rungs = ["ask", "where", "what", "how"] as const;
export type Rung = (typeof rungs)[number];

export interface Hint {
  readonly rung: Rung;
  readonly text: string;
  /** A file that the rung writes for the learner, never applied: "Show how". */
  readonly file: StartFile | undefined;
}

export interface Question {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  readonly right: number;
  readonly because: string;
}

/** A typical mistake, told from the objects and from what the learner did last. */
export interface WrongTurn {
  readonly id: string;
  readonly either: readonly (readonly Claim[])[];
  readonly reply: string;
}

/** A script that must turn the steps green, one after the other. */
export interface Solution {
  readonly name: string;
  readonly steps: readonly { readonly step: string; readonly actions: readonly Action[] }[];
}

/** A script that must leave the step red and raise a wrong turn's reply. */
export interface Mistake {
  readonly name: string;
  /** The WrongTurn whose reply it raises. */
  readonly raises: string;
  /** Steps solved (as the reference does) before it starts. */
  readonly after: string | undefined;
  readonly actions: readonly Action[];
}

/** What a learner does, as a script says it. */
export type Action =
  | { readonly do: "run"; readonly command: string }
  | { readonly do: "write"; readonly path: string; readonly content: string }
  | { readonly do: "apply"; readonly path: string }
  | { readonly do: "guest"; readonly method: string; readonly url: string }
  | { readonly do: "answer"; readonly question: string; readonly choice: number }
  | { readonly do: "notice"; readonly what: string };
