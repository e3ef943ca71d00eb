// What playing a lesson takes: fetched with the first lesson.

export { remember } from "./evidence.ts";
export { Play } from "./play.ts";
export { visit } from "./visit.ts";
