// exec and attach: what the terminal types and shows, as the streams of a request.

import type { ExecIo, TerminalSize } from "../../../api/exec.ts";
import type { Pod } from "../../../api/kinds/pod.ts";
import { AsyncQueue } from "../../../base/asyncqueue.ts";
import { text, utf8 } from "../../../base/bytes.ts";
import type { Call } from "../../command.ts";
import type { Input } from "../../streams.ts";
import { KubectlError } from "./errors.ts";
import { pathOf } from "./rest.ts";
import type { Kubectl } from "./verb.ts";

export interface StreamRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly subresource: "exec" | "attach";
  /** For exec. */
  readonly command?: readonly string[];
  readonly stdin: Input | undefined;
  readonly tty: boolean;
  /** Instead of the terminal: cp. */
  stdout?(bytes: Uint8Array): void;
}

/** The exit status of what ran. Throws KubectlError when it could not be run. */
export async function runStreams(kubectl: Kubectl, request: StreamRequest): Promise<number> {
  const { pod, container, subresource, command = [], stdin, tty } = request;
  const { call } = kubectl;
  const pods = await kubectl.discovery.find("pods");
  const screen = tty && stdin ? takeKeyboard(call) : undefined;
  const decoder = new TextDecoder();
  const io: ExecIo = {
    ...(stdin && { stdin: screen ? screen.keys : chunksOf(stdin) }),
    ...(screen && { sizes: screen.sizes }),
    stdout: (bytes) =>
      request.stdout
        ? request.stdout(bytes)
        : call.stdout.write(decoder.decode(bytes, { stream: true })),
    stderr: (bytes) => call.stderr.write(text(bytes)),
    tty,
    signal: call.signal,
  };
  try {
    const { namespace, name } = pod.metadata;
    const query = {
      ...(subresource === "exec" && { command }),
      container,
      ...(stdin && { stdin: "true" }),
      stdout: "true",
      ...(!tty && { stderr: "true" }),
      ...(tty && { tty: "true" }),
    };
    const response = await kubectl.api.send("GET", pathOf(pods, namespace, name, subresource), {
      query,
      io,
    });
    const exit = await response.exit;
    if (exit?.status === "Success") return 0;
    const code = exit?.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
    if (code === undefined) throw new KubectlError(exit?.message ?? "the stream ended");
    return Number(code);
  } finally {
    screen?.release();
  }
}

async function* chunksOf(input: Input): AsyncGenerator<Uint8Array> {
  for (let chunk = await input.read(); chunk !== null; chunk = await input.read()) yield chunk;
}

interface TakenKeyboard {
  readonly keys: AsyncQueue<Uint8Array>;
  readonly sizes: AsyncQueue<TerminalSize>;
  release(): void;
}

/** Undefined where nobody types: then lines are read as they come. */
function takeKeyboard({ keyboard }: Call): TakenKeyboard | undefined {
  if (keyboard === undefined) return undefined;
  const keys = new AsyncQueue<Uint8Array>();
  const sizes = new AsyncQueue<TerminalSize>();
  sizes.push({ Width: keyboard.columns, Height: keyboard.rows });
  const taken = keyboard.take({
    keys: (data) => keys.push(utf8(data)),
    resized: (Width, Height) => sizes.push({ Width, Height }),
  });
  return { keys, sizes, release: () => taken.release() };
}
