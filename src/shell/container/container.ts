// A running container seen from inside: its files, its tools, and the commands that
// `kubectl exec` and `kubectl attach` run in it. The shell is the terminal's own, with the tools
// that the image has.
//
//   const container = openContainer(place);
//   const code = await container.run(["sh", "-c", "wget -qO- http://web"], io);

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
   * Runs a program to its end; the result is its exit status. No words: what the image starts.
   * Undefined when there is no such program.
   */
  run(words: readonly string[], io: ExecIo): Promise<number | undefined>;
  /** A file that a volume holds or that was written since the start; undefined otherwise. */
  read(path: string): Promise<Uint8Array | undefined>;
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

  async run(given: readonly string[], io: ExecIo): Promise<number | undefined> {
    const tools = this.#tools;
    const words =
      given.length > 0 && !given[0]!.startsWith("-") ? given : [...(tools?.entry ?? []), ...given];
    const name = baseName(words[0] ?? "");
    if (tools === undefined || !this.#knows(words[0] ?? "")) return undefined;
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

  async read(path: string): Promise<Uint8Array | undefined> {
    if (this.#files) mount(this.#files, await this.#place.mounts());
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
