// The laptop's files: one flat folder tree in memory. Paths are absolute and normalised
// (/home/guest/ingress.yaml); the shell resolves relative ones before it asks.

/** What can go wrong with a path; the words are the tools' own. */
export type FileFault = "ENOENT" | "EISDIR" | "ENOTDIR" | "EEXIST" | "ENOTEMPTY" | "EFBIG";

export class FileError extends Error {
  override name = "FileError";
  readonly fault: FileFault;
  readonly path: string;

  constructor(fault: FileFault, path: string) {
    super(`${fault}: ${path}`);
    this.fault = fault;
    this.path = path;
  }
}

/** The most bytes one file may hold. */
export const fileBytesMax = 16 * 1024 * 1024;

export interface Files {
  /** Throws FileError. */
  read(path: string): Uint8Array;
  write(path: string, content: Uint8Array): void;
  remove(path: string): void;
  makeFolder(path: string): void;
  /** Names in a folder, sorted; folders end in "/". Throws FileError. */
  list(path: string): readonly string[];
  kind(path: string): "file" | "folder" | undefined;
  /** Called after any change, with the path. */
  onChange: ((path: string) => void) | undefined;
}
