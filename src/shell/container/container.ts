// A running container seen from inside: its files, its tools, and the commands that
// `kubectl exec` and `kubectl attach` run in it. The shell is the terminal's own, with the tools
// that the image has.
//
//   const container = openContainer(place);
//   const code = await container.exec(["sh", "-c", "wget -qO- http://web"], io);

import { ApiError } from "../../api/errors.ts";
import type { ExecIo } from "../../api/exec.ts";
import { Trace } from "../../net/trace.ts";
import type { Commands } from "../command.ts";
import { openCommands } from "../commands/index.ts";
import type { MemoryFiles } from "../memoryfiles.ts";
import { baseName } from "../path.ts";
import { newSession, type Session } from "../session.ts";
import { Shell } from "../shell.ts";
import type { Input } from "../streams.ts";
import type { World } from "../world.ts";
import { interactive } from "./interactive.ts";
import type { ContainerPlace } from "./place.ts";
import { mount, rootFiles } from "./rootfs.ts";
import { toolsetOf, type Toolset } from "./toolsets.ts";

export interface Container {
  /**
   * Runs a command to its end; the result is its exit status. Empty: what the image starts.
   * Throws ApiError InternalError, in the container runtime's words, when there is no such program.
   */
  exec(command: readonly string[], io: ExecIo): Promise<number>;
  /** A file's bytes as they are now; undefined when it is not there. */
  read(path: string): Uint8Array | undefined;
}

export function openContainer(place: ContainerPlace): Container {
  return new ToolContainer(place, toolsetOf(place.image, place.tag));
}

const shells = new Set(["sh", "bash", "ash"]);

class ToolContainer implements Container {
  readonly #place: ContainerPlace;
  readonly #tools: Toolset | undefined;
  readonly #files: MemoryFiles | undefined;
  readonly #commands: Commands;

  constructor(place: ContainerPlace, tools: Toolset | undefined) {
    this.#place = place;
    this.#tools = tools;
    this.#files = tools && rootFiles(place, tools);
    const all = openCommands();
    this.#commands = new Map([...all].filter(([name]) => tools?.tools.has(name)));
  }

  async exec(command: readonly string[], io: ExecIo): Promise<number> {
    const tools = this.#tools;
    const words = command.length > 0 ? command : (tools?.entry ?? []);
    const name = baseName(words[0] ?? "");
    if (tools === undefined || !this.#knows(words[0] ?? "")) throw notFound(words[0] ?? "");
    mount(this.#files!, await this.#place.mounts());
    const dialect = name === "bash" ? "bash" : tools.sh;
    const shell = new Shell(this.#world(), {
      session: this.#session(dialect),
      commands: this.#commands,
      ends: true,
    });
    const script = shells.has(name) ? words.slice(1).filter((word) => word !== "-i") : undefined;
    if (script?.length === 0 || (script?.length === 1 && /^(-l|--login)$/.test(script[0]!))) {
      return interactive(shell, io, { prompt: this.#prompt(dialect, shell.session) });
    }
    return interactive(shell, io, { only: words });
  }

  read(path: string): Uint8Array | undefined {
    return this.#files?.kind(path) === "file" ? this.#files.read(path) : undefined;
  }

  #knows(word: string): boolean {
    return this.#commands.has(baseName(word)) && !builtins.has(word);
  }

  #session(dialect: Session["dialect"]): Session {
    const { env, workingDir, command } = this.#place;
    const variables = { HOME: "/root", ...env };
    const cwd = workingDir && this.#files!.kind(workingDir) === "folder" ? workingDir : "/";
    const session = newSession({ user: "root", cwd, variables });
    session.dialect = dialect;
    session.firstProcess = command.join(" ");
    return session;
  }

  #prompt(dialect: Session["dialect"], session: Session): () => string {
    const { hostname } = this.#place;
    if (dialect === "bash") return () => `root@${hostname}:${session.cwd}# `;
    return dialect === "dash" ? () => "# " : () => `${session.cwd} # `;
  }

  #world(): World {
    const { clock, random, network, host } = this.#place;
    let traces = 0;
    return {
      clock,
      random,
      network,
      laptop: host,
      files: this.#files!,
      api: () => Promise.reject(new Error("there is no kubectl in this container")),
      startTrace: () => {
        const id = `${host.actor}#${traces++}`;
        return new Trace({ id, now: () => clock.now() });
      },
      finishTrace: () => undefined,
    };
  }
}

/** Words of a shell that are no programs. */
const builtins = new Set(
  ". : alias bg break cd continue exit export fg history jobs local read return set shift source trap type unalias unset wait".split(
    " ",
  ),
);

/** Models containerd and runc, as the kubelet passes their words on. */
function notFound(word: string): ApiError {
  const why = word.includes("/")
    ? `exec: "${word}": stat ${word}: no such file or directory`
    : `exec: "${word}": executable file not found in $PATH`;
  const message =
    "error executing command in container: failed to exec in container: failed to start exec: " +
    `OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
  return new ApiError("InternalError", `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

/** Standard input as a command reads it. */
export function inputFrom(stream: AsyncIterable<Uint8Array> | undefined): Input | undefined {
  if (stream === undefined) return undefined;
  const chunks = stream[Symbol.asyncIterator]();
  const back: Uint8Array[] = [];
  return {
    async read() {
      const kept = back.pop();
      if (kept !== undefined) return kept;
      const next = await chunks.next();
      return next.done ? null : next.value;
    },
    unread: (bytes) => void back.push(bytes),
  };
}
