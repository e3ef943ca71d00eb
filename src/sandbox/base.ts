// The hotel that every scene starts from: lessons/base/*.yaml.

import type { StartFile } from "../lesson/lesson.ts";

const files = import.meta.glob<StartFile>("../../lessons/base/*.yaml", {
  query: "?objects",
  import: "default",
  eager: true,
});

/** Deployments and Services of the rooms, sorted by the file's name. */
export const baseFiles: readonly StartFile[] = Object.values(files).sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
