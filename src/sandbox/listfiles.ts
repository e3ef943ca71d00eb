// All files below a folder, as absolute paths, sorted; hidden ones left out.

import type { Files } from "../shell/files.ts";
import { joinPath } from "../shell/path.ts";

export function listFiles(files: Files, folder: string): string[] {
  return files
    .list(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.endsWith("/")
        ? listFiles(files, joinPath(folder, name.slice(0, -1)))
        : [joinPath(folder, name)],
    )
    .sort();
}
