// The inside of containers: each image's program gets the tools that the image has in life, and
// `kubectl exec` runs them. The shell is fetched when it is first wanted.

import type { ExecIo } from "../api/exec.ts";
import type { ImageName } from "../controllers/kubelet/imagename.ts";
import type { Process, Program, ProgramContext, Tools } from "../controllers/program.ts";
import type { Container } from "../shell/container/container.ts";

/** The program of an image, with the image's tools around it. */
export function withTools(program: Program, image: ImageName): Program {
  return {
    start: (context) => {
      const tools = new ImageTools(image, context);
      const process = program.start({ ...context, tools });
      return new ToolProcess(process, tools);
    },
  };
}

class ImageTools implements Tools {
  readonly #image: ImageName;
  readonly #context: ProgramContext;
  #container: Promise<Container> | undefined;
  /** Ends with the container. */
  readonly stop = new AbortController();

  constructor(image: ImageName, context: ProgramContext) {
    this.#image = image;
    this.#context = context;
  }

  async run(words: readonly string[], io: ExecIo): Promise<number | undefined> {
    const container = await this.#open();
    const signal = AbortSignal.any([io.signal, this.stop.signal]);
    return container.run(words, { ...io, signal });
  }

  async written(path: string): Promise<Uint8Array | undefined> {
    const mounted = (this.#context.container.volumeMounts ?? []).some(({ mountPath }) =>
      path.startsWith(mountPath),
    );
    if (this.#container === undefined && !mounted) return undefined;
    return (await this.#open()).read(path);
  }

  #open(): Promise<Container> {
    return (this.#container ??= this.#opened());
  }

  async #opened(): Promise<Container> {
    const { pod, container, host, network, clock, random, env } = this.#context;
    const { openContainer } = await clock.during(import("../shell/container/container.ts"));
    const { registry, repository, tag } = this.#image;
    return openContainer({
      hostname: env["HOSTNAME"] ?? pod.metadata.name,
      namespace: pod.metadata.namespace ?? "default",
      image: `${registry}/${repository}`,
      tag,
      host,
      network,
      clock,
      random,
      env,
      workingDir: container.workingDir,
      command: [...this.#context.command, ...this.#context.args],
      mounts: () => this.#context.mounts(),
    });
  }
}

class ToolProcess implements Process {
  readonly #process: Process;
  readonly #tools: ImageTools;
  readonly attach?: (io: ExecIo) => Promise<void>;

  constructor(process: Process, tools: ImageTools) {
    this.#process = process;
    this.#tools = tools;
    if (process.attach) this.attach = (io) => process.attach!(io);
  }

  terminate(): void {
    this.#process.terminate();
  }

  kill(): void {
    this.#tools.stop.abort();
    this.#process.kill();
  }

  exec(command: readonly string[], io: ExecIo): Promise<number | undefined> {
    return this.#tools.run(command, io);
  }
}
