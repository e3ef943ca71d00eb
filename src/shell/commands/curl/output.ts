// Where an answer goes: the terminal, a pipe or a file, with the heads that -i, -I and -D ask for.

import { joined, noBytes, utf8 } from "../../../base/bytes.ts";
import { faultWords, pathOf, type Call } from "../../command.ts";
import { FileError } from "../../files.ts";
import { joinPath, parentOf } from "../../path.ts";
import type { Config, Destination } from "./config.ts";
import { code, CurlError } from "./errors.ts";
import { fillIn, type Globbed } from "./glob.ts";
import type { Messages } from "./messages.ts";

/** The destination of one URL. */
export class Sink {
  /** The file as %{filename_effective} names it. */
  readonly file: string | undefined;
  /** Whether content is seen on the terminal. */
  readonly onTerminal: boolean;
  readonly #call: Call;
  readonly #config: Config;
  readonly #messages: Messages;
  /** `-o -`: the learner insists on bytes on the terminal. */
  readonly #insists: boolean;
  readonly #content: Uint8Array[] = [];
  #started = false;
  #broken = false;

  constructor(
    call: Call,
    config: Config,
    messages: Messages,
    where: { file: string | undefined; insists: boolean },
  ) {
    this.#call = call;
    this.#config = config;
    this.#messages = messages;
    this.file = where.file;
    this.#insists = where.insists;
    this.onTerminal = this.file === undefined && call.tty;
  }

  /** Throws CurlError 23. */
  content(bytes: Uint8Array): void {
    if (this.onTerminal && !this.#started && !this.#insists && bytes.includes(0)) {
      this.#messages.warn(
        'Binary output can mess up your terminal. Use "--output -" to tell curl to output it to ' +
          'your terminal anyway, or consider "--output <FILE>" to save to a file.',
      );
      this.#messages.info("Failure writing output to destination");
      throw new CurlError(code.writeError, writeFailure, { told: true });
    }
    this.#write(bytes);
  }

  /** One line of a head, as UTF-8; names are bold on a terminal. */
  headLine(line: string): void {
    const styled = this.onTerminal && this.#config.styledOutput;
    const bold = styled ? line.replace(/^([^:\r]*):/, "\x1b[1m$1\x1b[0m:") : line;
    this.#write(utf8(line.startsWith("HTTP/") ? line : bold));
  }

  /** What was written so far reaches the file. Throws CurlError 23. */
  finish({ evenEmpty }: { evenEmpty: boolean }): void {
    if (this.file === undefined || this.file === "/dev/null" || this.#broken) return;
    if (!this.#started && !evenEmpty) return;
    this.#open();
    const content = this.#content.length > 0 ? joined(this.#content) : noBytes;
    this.#call.world.files.write(pathOf(this.#call, this.file), content);
  }

  #write(bytes: Uint8Array): void {
    if (this.file === undefined) this.#call.stdout.write(bytes);
    else if (this.file !== "/dev/null") {
      if (!this.#started) this.#open();
      this.#content.push(bytes);
    }
    this.#started = true;
  }

  /** Whether the file can be written at all is told before its first byte. */
  #open(): void {
    const { files } = this.#call.world;
    const path = pathOf(this.#call, this.file!);
    const folder = parentOf(path);
    try {
      if (this.#config.createDirs) makeFolders(files, folder);
      if (files.kind(path) === "folder") throw new FileError("EISDIR", path);
      if (files.kind(folder) === "file") throw new FileError("ENOTDIR", path);
      if (files.kind(folder) === undefined) throw new FileError("ENOENT", path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#broken = true;
      this.#messages.warn(`Failed to open the file ${this.file}: ${faultWords(error)}`);
      throw new CurlError(code.writeError, writeFailure);
    }
  }
}

const writeFailure = "Failure writing output to destination";

/** The sink of one URL. Throws CurlError 23 when -O finds no name in it. */
export function sinkFor(
  call: Call,
  config: Config,
  messages: Messages,
  o: { destination: Destination | undefined; globbed: Globbed },
): Sink {
  const { destination = { to: "stdout" as const }, globbed } = o;
  const open = (file: string | undefined, insists = false): Sink =>
    new Sink(call, config, messages, { file, insists });
  if (destination.to === "stdout") return open(undefined, o.destination !== undefined);
  const name =
    destination.to === "file" ? fillIn(destination.name, globbed) : lastPart(globbed.url);
  if (name === "") {
    messages.error("Remote file name has no length");
    throw new CurlError(code.writeError, "Failed writing received data to disk/application");
  }
  return open(config.outputDir === undefined ? name : joinPath(config.outputDir, name));
}

/** What -O names the file: the last part of the URL's path. */
function lastPart(url: string): string {
  const path = url.replace(/^[^:/?#]+:\/\//, "").replace(/[?#].*$/s, "");
  return path.includes("/") ? path.slice(path.lastIndexOf("/") + 1) : "";
}

/** A folder with all that are missing above it. Throws FileError. */
function makeFolders(files: Call["world"]["files"], folder: string): void {
  if (files.kind(folder) !== undefined) return;
  makeFolders(files, parentOf(folder));
  files.makeFolder(folder);
}
