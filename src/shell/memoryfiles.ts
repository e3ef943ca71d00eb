// The laptop's files, kept in memory: a map from absolute path to bytes, and a set of folders.
//
//   const files = new MemoryFiles({ "/home/guest/ingress.yaml": "apiVersion: …" });

import { utf8 } from "../base/bytes.ts";
import { FileError, fileBytesMax, type Files } from "./files.ts";
import { parentOf } from "./path.ts";

/** Files and folders in memory. Bytes handed in are kept, not copied. */
export class MemoryFiles implements Files {
  onChange: ((path: string) => void) | undefined;
  readonly #files = new Map<string, Uint8Array>();
  readonly #folders = new Set<string>(["/"]);

  /** @param start texts by absolute path; their folders are made. */
  constructor(start: Readonly<Record<string, string>> = {}) {
    for (const [path, content] of Object.entries(start)) {
      this.#makeFolders(parentOf(path));
      this.#files.set(path, utf8(content));
    }
  }

  read(path: string): Uint8Array {
    const content = this.#files.get(path);
    if (content !== undefined) return content;
    if (this.#folders.has(path)) throw new FileError("EISDIR", path);
    throw this.#missing(path);
  }

  write(path: string, content: Uint8Array): void {
    if (this.#folders.has(path)) throw new FileError("EISDIR", path);
    if (content.length > fileBytesMax) throw new FileError("EFBIG", path);
    this.#needFolder(parentOf(path), path);
    this.#files.set(path, content);
    this.onChange?.(path);
  }

  /** Writes a file, and makes the folders that it needs. */
  put(path: string, content: Uint8Array): void {
    this.#makeFolders(parentOf(path));
    this.write(path, content);
  }

  remove(path: string): void {
    if (this.#files.delete(path)) return this.onChange?.(path);
    if (!this.#folders.has(path)) throw this.#missing(path);
    if (path === "/" || this.list(path).length > 0) throw new FileError("ENOTEMPTY", path);
    this.#folders.delete(path);
    this.onChange?.(path);
  }

  makeFolder(path: string): void {
    if (this.kind(path) !== undefined) throw new FileError("EEXIST", path);
    this.#needFolder(parentOf(path), path);
    this.#folders.add(path);
    this.onChange?.(path);
  }

  list(path: string): readonly string[] {
    if (this.#files.has(path)) throw new FileError("ENOTDIR", path);
    if (!this.#folders.has(path)) throw this.#missing(path);
    const names: string[] = [];
    const inside = path === "/" ? "/" : `${path}/`;
    const direct = (one: string): boolean =>
      one.startsWith(inside) && one.length > inside.length && !one.includes("/", inside.length);
    for (const file of this.#files.keys()) if (direct(file)) names.push(file.slice(inside.length));
    for (const folder of this.#folders) {
      if (direct(folder)) names.push(`${folder.slice(inside.length)}/`);
    }
    return names.sort();
  }

  kind(path: string): "file" | "folder" | undefined {
    if (this.#files.has(path)) return "file";
    return this.#folders.has(path) ? "folder" : undefined;
  }

  #needFolder(folder: string, path: string): void {
    if (this.#folders.has(folder)) return;
    throw this.#files.has(folder) ? new FileError("ENOTDIR", path) : this.#missing(path);
  }

  /** ENOENT, or ENOTDIR when a part of the way is a file. */
  #missing(path: string): FileError {
    for (let at = parentOf(path); at !== "/"; at = parentOf(at)) {
      if (this.#files.has(at)) return new FileError("ENOTDIR", path);
    }
    return new FileError("ENOENT", path);
  }

  #makeFolders(path: string): void {
    for (let at = path; at !== "/"; at = parentOf(at)) this.#folders.add(at);
  }
}
