// kubectl cp: files between the laptop and a container, as an archive through exec and the
// container's tar. Models kubectl pkg/cmd/cp.

import { concat } from "../../../../base/bytes.ts";
import { pathOf } from "../../../command.ts";
import { baseName, joinPath, parentOf } from "../../../path.ts";
import { inputOf } from "../../../streams.ts";
import { readTar, writeTar, type Entry } from "../../../tar.ts";
import { entriesOf, unpack } from "../../core/tar.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import { containerOf, podOf } from "../podof.ts";
import { runStreams } from "../streams.ts";
import type { Kubectl, Verb } from "../verb.ts";

/** "namespace/pod:path", "pod:path", or a path here. */
interface Place {
  readonly namespace: string;
  readonly pod: string;
  readonly path: string;
}

export const cp: Verb = {
  path: "cp",
  summary: "copy files into and out of containers",
  flags: "container no-preserve retries",
  completes: "file",
  example: "kubectl cp index.html web-1:/usr/share/nginx/html/index.html",
  async run(kubectl, given) {
    const [from, to] = given.operands;
    if (from === undefined || to === undefined || given.operands.length > 2) {
      throw new KubectlError("source and destination are required");
    }
    const source = placeOf(from);
    const target = placeOf(to);
    if (source.path === "" || target.path === "")
      throw new KubectlError("filepath can not be empty");
    if (source.pod !== "" && target.pod !== "") {
      throw new KubectlError("one of src or dest must be a local file specification");
    }
    if (source.pod !== "") return copyFrom(kubectl, given, source, target);
    if (target.pod !== "") return copyTo(kubectl, given, source, target);
    throw new KubectlError("one of src or dest must be a remote file specification");
  },
};

function placeOf(word: string): Place {
  const colon = word.indexOf(":");
  if (colon < 0) return { namespace: "", pod: "", path: word };
  const path = word.slice(colon + 1);
  const parts = word.slice(0, colon).split("/");
  if (colon === 0 || parts.length > 2) {
    throw new KubectlError("filespec must match the canonical format: [[namespace/]pod:]file/path");
  }
  const [namespace, pod] = parts.length === 2 ? parts : ["", parts[0]];
  return { namespace: namespace!, pod: pod!, path };
}

async function copyTo(
  kubectl: Kubectl,
  given: Arguments,
  source: Place,
  target: Place,
): Promise<number> {
  const { files, clock } = kubectl.call.world;
  const path = pathOf(kubectl.call, source.path);
  if (files.kind(path) === undefined) {
    throw new KubectlError(`${source.path} doesn't exist in local filesystem`);
  }
  const there = await isFolder(kubectl, given, target);
  const goal = there ? joinPath(target.path, baseName(source.path)) : target.path;
  const archive = writeTar(entriesOf(files, path, baseName(goal)), clock.now());
  const folder = parentOf(goal);
  const words = [
    "tar",
    "-xmf",
    "-",
    ...(folder === "/" && !goal.startsWith("/") ? [] : ["-C", folder]),
  ];
  return inContainer(kubectl, given, target, words, { stdin: archive });
}

async function isFolder(kubectl: Kubectl, given: Arguments, place: Place): Promise<boolean> {
  const quiet = { ...kubectl, err: (): void => undefined };
  const code = await inContainer(quiet, given, place, ["test", "-d", place.path], { quiet: true });
  return code === 0;
}

async function copyFrom(
  kubectl: Kubectl,
  given: Arguments,
  source: Place,
  target: Place,
): Promise<number> {
  const { files } = kubectl.call.world;
  const chunks: Uint8Array[] = [];
  const stdout = (bytes: Uint8Array): void => void chunks.push(bytes);
  const code = await inContainer(kubectl, given, source, ["tar", "cf", "-", source.path], {
    stdout,
  });
  if (code !== 0) return code;
  const entries = readTar(concat(...chunks)) ?? [];
  const path = pathOf(kubectl.call, target.path);
  const goal = files.kind(path) === "folder" ? joinPath(path, baseName(source.path)) : path;
  const root = source.path.replace(/^\/+|\/+$/g, "");
  if (source.path.startsWith("/")) kubectl.err("tar: Removing leading `/' from member names\n");
  for (const entry of entries) unpack(files, parentOf(goal), renamed(entry, root, baseName(goal)));
  return 0;
}

function renamed(entry: Entry, root: string, name: string): Entry {
  const inside = entry.name.slice(root.length).replace(/^\/+/, "");
  return { ...entry, name: inside === "" ? name : joinPath(name, inside) };
}

async function inContainer(
  kubectl: Kubectl,
  given: Arguments,
  place: Place,
  command: readonly string[],
  o: { stdin?: Uint8Array; stdout?: (bytes: Uint8Array) => void; quiet?: boolean },
): Promise<number> {
  const there = place.namespace === "" ? kubectl : { ...kubectl, namespace: place.namespace };
  const pod = await podOf(there, place.pod);
  const container = containerOf(there, pod, given.text("container"), o.quiet);
  const code = await runStreams(there, {
    pod,
    container,
    subresource: "exec",
    command,
    stdin: o.stdin && inputOf(o.stdin),
    tty: false,
    ...(o.stdout && { stdout: o.stdout }),
  });
  if (code !== 0 && !o.quiet) kubectl.err(`command terminated with exit code ${code}\n`);
  return code;
}
