// kubectl patch, replace, set image, set env: changes to single fields.

import { parseYaml } from "../../../../api/yaml.ts";
import type { Obj } from "../../../../api/object.ts";
import type { Container, EnvVar, PodSpec } from "../../../../api/kinds/pod.ts";
import { readFileText } from "../../../command.ts";
import type { Arguments } from "../arguments.ts";
import { combined, fromSource, KubectlError } from "../errors.ts";
import { pathOf } from "../rest.ts";
import { allTargets, forEachTarget, wantedBy, type Target } from "../targets.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { dryRunOf, dryRunQuery, Teller } from "../writing.ts";
import { strictness } from "./apply.ts";

export const patch: Verb = {
  path: "patch",
  summary: "change fields of an object",
  flags: "patch patch-file type filename recursive dry-run output subresource",
  completes: "type-name",
  example: `kubectl patch service web -p '{"spec":{"type":"NodePort"}}'`,
  async run(kubectl, given) {
    const text = given.given("patch-file")
      ? readFileText(kubectl.call, given.text("patch-file"))
      : given.text("patch");
    if (text === "")
      throw new KubectlError(
        "must specify --patch or --patch-file containing the contents of the patch",
      );
    const type = given.text("type") || "strategic";
    const types = {
      json: "json-patch+json",
      merge: "merge-patch+json",
      strategic: "strategic-merge-patch+json",
    } as const;
    if (!(type in types))
      throw new KubectlError(`--type must be one of [json merge strategic], not "${type}"`);
    const [document] = parseYaml(text);
    if (document === undefined || document.error) {
      throw new KubectlError(
        `unable to parse "${text}": ${document?.error?.message ?? "yaml: empty"}`,
      );
    }
    await change(kubectl, given, async (target, teller) => {
      const { resource, namespace, name } = target;
      const before = await kubectl.api.get(resource, namespace, name);
      const dryRun = dryRunOf(given);
      if (dryRun === "client") return teller.tell(resource, before, "patched");
      const after = await kubectl.api.patch(resource, namespace, name, {
        body: document.value,
        type: types[type as keyof typeof types],
        query: { fieldManager: "kubectl-patch", ...dryRunQuery(dryRun) },
        ...(given.given("subresource") && { subresource: given.text("subresource") }),
      });
      const same =
        after.metadata.resourceVersion === before.metadata.resourceVersion && dryRun === "none";
      teller.tell(resource, after, same ? "patched (no change)" : "patched");
    });
  },
};

export const replace: Verb = {
  path: "replace",
  summary: "put files in the place of objects",
  flags: "filename recursive dry-run output",
  completes: "file",
  example: "kubectl replace -f ingress.yaml",
  async run(kubectl, given) {
    if (!given.given("filename")) throw new KubectlError("must specify --filename to replace");
    const wanted = await wantedBy(kubectl, given);
    const dryRun = dryRunOf(given);
    const teller = new Teller(kubectl, given, dryRun);
    const errors = await forEachTarget(
      wanted.targets,
      async ({ resource, namespace, name, object, source }) => {
        if (dryRun === "client") return teller.tell(resource, object!, "replaced");
        try {
          const path = pathOf(resource, namespace, name);
          const query = {
            fieldManager: "kubectl-replace",
            fieldValidation: strictness(given),
            ...dryRunQuery(dryRun),
          };
          const response = await kubectl.api.send("PUT", path, { body: object, query });
          teller.tell(resource, response.body as Obj, "replaced");
        } catch (error) {
          throw fromSource(error, "replacing", source);
        }
      },
    );
    teller.finish();
    const error = combined([...wanted.errors, ...errors]);
    if (error) throw error;
  },
};

/** Runs over the targets that the words before the first change name. */
export async function change(
  kubectl: Kubectl,
  given: Arguments,
  act: (target: Target, teller: Teller) => Promise<void>,
  words?: readonly string[],
): Promise<void> {
  const wanted = await allTargets(kubectl, given, words);
  const teller = new Teller(kubectl, given, dryRunOf(given));
  const errors = await forEachTarget(wanted.targets, (target) => act(target, teller));
  teller.finish();
  const error = combined([...wanted.errors, ...errors]);
  if (error) throw error;
}

type Workload = Obj & { spec?: { template?: { spec: PodSpec } } & Partial<PodSpec> };

function podSpecOf(object: Workload): PodSpec {
  const spec =
    object.kind === "Pod" ? (object.spec as PodSpec | undefined) : object.spec?.template?.spec;
  if (spec === undefined) {
    throw new KubectlError(
      `${object.kind.toLowerCase()}s "${object.metadata.name}" has no Pod template`,
    );
  }
  return spec;
}

export async function patchPodSpec(
  kubectl: Kubectl,
  given: Arguments,
  words: readonly string[],
  did: string,
  edit: (spec: PodSpec) => Partial<PodSpec>,
): Promise<void> {
  await change(
    kubectl,
    given,
    async ({ resource, namespace, name }, teller) => {
      const object = (await kubectl.api.get(resource, namespace, name)) as Workload;
      const changed = edit(podSpecOf(object));
      const nothing = Object.values(changed).every((list) => (list as unknown[]).length === 0);
      if (nothing) return;
      const body = { spec: object.kind === "Pod" ? changed : { template: { spec: changed } } };
      const dryRun = dryRunOf(given);
      if (dryRun === "client") return teller.tell(resource, object, did);
      const query = { fieldManager: "kubectl-set", ...dryRunQuery(dryRun) };
      const type = "strategic-merge-patch+json";
      teller.tell(
        resource,
        await kubectl.api.patch(resource, namespace, name, { body, type, query }),
        did,
      );
    },
    words,
  );
}

/** "web=nginx:1.28" after the types and names. */
function splitChanges(given: Arguments): { words: string[]; changes: [string, string][] } {
  const words = given.operands.filter((word) => !word.includes("=") && !/[a-zA-Z_]-$/.test(word));
  const changes = given.operands
    .filter((word) => word.includes("="))
    .map((word): [string, string] => [
      word.slice(0, word.indexOf("=")),
      word.slice(word.indexOf("=") + 1),
    ]);
  return { words, changes };
}

export const setImage: Verb = {
  path: "set image",
  summary: "change the images of containers",
  flags: "filename recursive selector all dry-run output",
  completes: "type-name",
  example: "kubectl set image deployment/web nginx=nginx:1.28",
  async run(kubectl, given) {
    const { words, changes } = splitChanges(given);
    if (words.length > 0 && changes.length === 0)
      throw new KubectlError("at least one image update is required");
    await patchPodSpec(kubectl, given, words, "image updated", (spec) => {
      const update = (containers: readonly Container[] = []): Container[] =>
        containers.flatMap(({ name, image: old }) => {
          const image = changes.find(([wanted]) => wanted === name || wanted === "*")?.[1];
          return image === undefined || image === old ? [] : [{ name, image }];
        });
      const all = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
      const missing = changes.find(([name]) => name !== "*" && !all.includes(name));
      if (missing) throw new KubectlError(`unable to find container named "${missing[0]}"`);
      const init = update(spec.initContainers);
      return {
        containers: update(spec.containers),
        ...(init.length > 0 && { initContainers: init }),
      };
    });
  },
};

export const setEnv: Verb = {
  path: "set env",
  summary: "change the variables of containers",
  flags: "filename recursive selector all containers list dry-run output",
  completes: "type-name",
  example: "kubectl set env deployment/web COLOUR=brass",
  async run(kubectl, given) {
    const { words, changes } = splitChanges(given);
    const removed = given.operands
      .filter((word) => /^[A-Za-z_]\w*-$/.test(word))
      .map((word) => word.slice(0, -1));
    if (given.is("list")) return listEnv(kubectl, given, words);
    if (changes.length + removed.length === 0)
      throw new KubectlError("at least one environment variable must be provided");
    const only = given.text("containers") || "*";
    await patchPodSpec(kubectl, given, words, "env updated", (spec) => ({
      containers: spec.containers
        .filter(({ name }) => only === "*" || only === name)
        .map(({ name, env = [] }) => {
          const set = changes.map(([key, value]): EnvVar => ({ name: key, value }));
          const gone = removed
            .filter((key) => env.some((one) => one.name === key))
            .map((key) => ({ name: key, $patch: "delete" }) as EnvVar);
          const names = [...env.map((one) => one.name), ...changes.map(([key]) => key)];
          const order = [...new Set(names)].filter((key) => !removed.includes(key));
          return {
            name,
            "$setElementOrder/env": order.map((key) => ({ name: key })),
            env: [...set, ...gone],
          };
        }),
    }));
  },
};

async function listEnv(
  kubectl: Kubectl,
  given: Arguments,
  words: readonly string[],
): Promise<void> {
  const { targets } = await allTargets(kubectl, given, words);
  for (const { resource, namespace, name } of targets) {
    const object = (await kubectl.api.get(resource, namespace, name)) as Workload;
    for (const container of podSpecOf(object).containers) {
      kubectl.out(`# ${resource.kind} ${name}, container ${container.name}\n`);
      for (const { name: key, value = "" } of container.env ?? []) kubectl.out(`${key}=${value}\n`);
    }
  }
}
