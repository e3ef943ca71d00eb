// The hotel that every scene starts from: lessons/base/*.yaml, as text.

import type { StartFile } from "../lesson/lesson.ts";

const texts = import.meta.glob<string>("../../lessons/base/*.yaml", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Deployments and Services of the rooms, one YAML text a file, sorted by name. */
export const baseFiles: readonly StartFile[] = Object.entries(texts)
  .map(([path, content]) => ({ name: path.slice(path.lastIndexOf("/") + 1), content }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
