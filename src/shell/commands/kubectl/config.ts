// kubectl's own memory: ~/.kube/config, as a file that the learner may read and change.

import { text, utf8 } from "../../../base/bytes.ts";
import { parseYaml, printYaml } from "../../../api/yaml.ts";
import type { Call } from "../../command.ts";
import { joinPath, parentOf, resolvePath } from "../../path.ts";
import { valueOf } from "../../session.ts";
import { BareError, KubectlError } from "./errors.ts";

export interface KubeConfig {
  apiVersion: "v1";
  kind: "Config";
  preferences?: Record<string, unknown>;
  "current-context"?: string;
  clusters: { name: string; cluster: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster?: string; user?: string; namespace?: string } }[];
  users: { name: string; user: Record<string, unknown> }[];
}

/** Where the API server is, seen from the laptop. */
export const serverUrl = "https://10.0.0.10:6443";

/** What `grand hotel` setups hand to a new guest. */
function defaultConfig(): KubeConfig {
  return {
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    "current-context": "hotel",
    clusters: [
      {
        name: "hotel",
        cluster: { server: serverUrl, "certificate-authority-data": "DATA+OMITTED" },
      },
    ],
    contexts: [{ name: "hotel", context: { cluster: "hotel", user: "manager" } }],
    users: [
      {
        name: "manager",
        user: { "client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED" },
      },
    ],
  };
}

export function configPath(call: Pick<Call, "session">): string {
  const named = valueOf(call.session, "KUBECONFIG");
  if (named !== "") return resolvePath(call.session.cwd, named.split(":")[0]!);
  return joinPath(valueOf(call.session, "HOME"), ".kube/config");
}

/** The configuration in force. Throws KubectlError when the file cannot be read as one. */
export function loadConfig(call: Pick<Call, "session" | "world">): KubeConfig {
  const path = configPath(call);
  if (call.world.files.kind(path) !== "file") {
    if (valueOf(call.session, "KUBECONFIG") === "") return defaultConfig();
    return {
      apiVersion: "v1",
      kind: "Config",
      preferences: {},
      clusters: [],
      contexts: [],
      users: [],
    };
  }
  const [document] = parseYaml(text(call.world.files.read(path)));
  if (document?.error)
    throw new KubectlError(`error loading config file "${path}": ${document.error.message}`);
  const value = (document?.value ?? {}) as Partial<KubeConfig>;
  return {
    ...value,
    apiVersion: "v1",
    kind: "Config",
    clusters: value.clusters ?? [],
    contexts: value.contexts ?? [],
    users: value.users ?? [],
  };
}

export function saveConfig(call: Pick<Call, "session" | "world">, config: KubeConfig): void {
  const path = configPath(call);
  const folder = parentOf(path);
  if (call.world.files.kind(folder) === undefined) call.world.files.makeFolder(folder);
  call.world.files.write(path, utf8(printYaml(config)));
}

/** The context in force, or the one that --context names. */
export function contextOf(
  config: KubeConfig,
  named = "",
): KubeConfig["contexts"][number] | undefined {
  const name = named || (config["current-context"] ?? "");
  const found = config.contexts.find((context) => context.name === name);
  if (named !== "" && found === undefined) {
    throw new BareError(
      `Error in configuration: context was not found for specified context: ${named}`,
    );
  }
  return found;
}
