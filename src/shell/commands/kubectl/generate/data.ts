// kubectl create configmap, secret generic/tls/docker-registry, namespace, serviceaccount.
// Models kubectl pkg/cmd/create/create_configmap.go and create_secret*.go.

import { base64, text as decode, utf8 } from "../../../../base/bytes.ts";
import { pathOf, type Call } from "../../../command.ts";
import { FileError } from "../../../files.ts";
import { baseName, joinPath } from "../../../path.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import type { Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject } from "./objects.ts";

export const createData: readonly Verb[] = [
  generator({
    name: "configmap",
    summary: "create a ConfigMap",
    flags: "from-file from-literal from-env-file",
    example: "kubectl create configmap settings --from-literal=colour=brass",
    make(name, given, { call }) {
      const data: Record<string, string> = {};
      const binaryData: Record<string, string> = {};
      for (const [key, bytes] of collect(call, given, "ConfigMap")) {
        const text = decode(bytes);
        if (text.includes("\ufffd")) binaryData[key] = base64(bytes);
        else data[key] = text;
      }
      return newObject("v1", "ConfigMap", {
        ...(Object.keys(data).length > 0 && { data }),
        ...(Object.keys(binaryData).length > 0 && { binaryData }),
        metadata: newMeta(name),
      });
    },
  }),
  generator({
    name: "secret generic",
    summary: "create a Secret",
    flags: "from-file from-literal from-env-file type",
    example: "kubectl create secret generic key --from-literal=word=swordfish",
    make(name, given, { call }) {
      const data = Object.fromEntries(
        [...collect(call, given, "Secret")].map(([key, bytes]) => [key, base64(bytes)]),
      );
      return newObject("v1", "Secret", {
        ...(Object.keys(data).length > 0 && { data }),
        metadata: newMeta(name),
        ...(given.given("type") && { type: given.text("type") }),
      });
    },
  }),
  generator({
    name: "secret tls",
    summary: "create a Secret with a certificate and its key",
    flags: "cert key",
    example: "kubectl create secret tls my-site-cert-secret --cert=tls.crt --key=tls.key",
    async make(name, given, { call }) {
      if (given.text("cert") === "" || given.text("key") === "") {
        throw new KubectlError("key and cert must be specified");
      }
      const cert = readPem(call, given.text("cert"));
      const key = readPem(call, given.text("key"));
      await checkPair(call, cert, key);
      return newObject("v1", "Secret", {
        data: { "tls.crt": base64(cert), "tls.key": base64(key) },
        metadata: newMeta(name),
        type: "kubernetes.io/tls",
      });
    },
  }),
  generator({
    name: "secret docker-registry",
    summary: "create a Secret for a registry",
    flags: "docker-server docker-username docker-password docker-email from-file",
    example: "kubectl create secret docker-registry reg --docker-username=u --docker-password=p",
    make: (name, given) => dockerSecret(name, given),
  }),
  generator({
    name: "namespace",
    summary: "create a Namespace",
    flags: "",
    example: "kubectl create namespace web",
    make: (name) => newObject("v1", "Namespace", { metadata: newMeta(name), spec: {}, status: {} }),
  }),
  generator({
    name: "serviceaccount",
    summary: "create a ServiceAccount",
    flags: "",
    example: "kubectl create serviceaccount robot",
    make: (name) => newObject("v1", "ServiceAccount", { metadata: newMeta(name) }),
  }),
];

/** create_secret_tls.go, readFile. */
function readPem(call: Call, path: string): Uint8Array {
  try {
    return call.world.files.read(pathOf(call, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const why =
      error.fault === "EISDIR"
        ? `read ${path}: is a directory`
        : `open ${path}: no such file or directory`;
    throw new KubectlError(`Cannot read file ${path}, ${why}`);
  }
}

/** tls.X509KeyPair. What reads certificates is fetched only here. */
async function checkPair(call: Call, cert: Uint8Array, key: Uint8Array): Promise<void> {
  const { KeyPairError, readKeyPair } = await call.world.clock.during(
    import("../../../../net/x509/keypair.ts"),
  );
  try {
    readKeyPair(decode(cert), decode(key));
  } catch (error) {
    if (!(error instanceof KeyPairError)) throw error;
    throw new KubectlError(error.message);
  }
}

function dockerSecret(name: string, given: Arguments): ReturnType<typeof newObject> {
  const username = given.text("docker-username");
  const password = given.text("docker-password");
  if (username === "" || password === "") {
    throw new KubectlError(
      "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
    );
  }
  const server = given.text("docker-server") || "https://index.docker.io/v1/";
  const email = given.text("docker-email");
  const auth = base64(utf8(`${username}:${password}`));
  const entry = { username, password, ...(email !== "" && { email }), auth };
  const config = base64(utf8(JSON.stringify({ auths: { [server]: entry } })));
  return newObject("v1", "Secret", {
    data: { ".dockerconfigjson": config },
    metadata: newMeta(name),
    type: "kubernetes.io/dockerconfigjson",
  });
}

/** What --from-literal, --from-file and --from-env-file give, by key. */
function collect(call: Call, given: Arguments, kind: string): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  const add = (key: string, value: Uint8Array): void => {
    if (out.has(key)) {
      throw new KubectlError(
        `cannot add key "${key}", another key by that name already exists in Data for ${kind} "${given.operands[0]}"`,
      );
    }
    out.set(key, value);
  };
  for (const source of given.all("from-literal")) {
    const equals = source.indexOf("=");
    if (equals <= 0) throw new KubectlError(`invalid literal source ${source}, expected key=value`);
    add(source.slice(0, equals), utf8(source.slice(equals + 1)));
  }
  for (const source of given.all("from-file")) {
    const equals = source.indexOf("=");
    const path = source.slice(equals + 1);
    const { files } = call.world;
    if (equals < 0 && files.kind(pathOf(call, path)) === "folder") {
      for (const entry of files.list(pathOf(call, path))) {
        if (!entry.endsWith("/")) add(entry, readBytes(call, joinPath(path, entry)));
      }
    } else add(equals < 0 ? baseName(path) : source.slice(0, equals), readBytes(call, path));
  }
  for (const source of given.all("from-env-file")) {
    for (const line of decode(readBytes(call, source)).split("\n")) {
      const trimmed = line.trimStart();
      if (trimmed === "" || trimmed.startsWith("#")) continue;
      const [key = "", ...value] = trimmed.split("=");
      add(key, utf8(value.join("=")));
    }
  }
  return out;
}

function readBytes(call: Call, path: string): Uint8Array {
  try {
    return call.world.files.read(pathOf(call, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.fault === "EISDIR") throw new KubectlError(`read ${path}: is a directory`);
    throw new KubectlError(`error reading ${path}: no such file or directory`);
  }
}
