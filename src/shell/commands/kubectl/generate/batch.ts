// kubectl create job, cronjob. Models kubectl pkg/cmd/create/create_job.go and create_cronjob.go.

import type { Obj } from "../../../../api/object.ts";
import type { PodTemplate } from "../../../../api/kinds/pod.ts";
import type { Arguments } from "../arguments.ts";
import { KubectlError } from "../errors.ts";
import type { Kubectl, Verb } from "../verb.ts";
import { generator } from "../verbs/create.ts";
import { newMeta, newObject, required } from "./objects.ts";

type CronJob = Obj & {
  spec: { jobTemplate: { metadata?: { annotations?: object; labels?: object }; spec: object } };
};

export const createBatch: readonly Verb[] = [
  generator({
    name: "job",
    summary: "create a Job",
    flags: "image from",
    example: "kubectl create job hello --image=busybox -- echo hello",
    make: (name, given, kubectl) =>
      given.given("from") ? fromCronJob(name, given, kubectl) : job(name, given),
  }),
  generator({
    name: "cronjob",
    summary: "create a CronJob",
    flags: "image schedule restart",
    example: "kubectl create cronjob hello --image=busybox --schedule='*/5 * * * *' -- date",
    make(name, given) {
      required(given, "image", "schedule");
      const restart = given.text("restart") || "OnFailure";
      return newObject("batch/v1", "CronJob", {
        metadata: newMeta(name),
        spec: {
          jobTemplate: {
            metadata: newMeta(name),
            spec: { template: template(name, given, restart) },
          },
          schedule: given.text("schedule"),
        },
        status: {},
      });
    },
  }),
];

function job(name: string, given: Arguments): Obj {
  if (!given.given("image")) throw new KubectlError("either --image or --from must be specified");
  return newObject("batch/v1", "Job", {
    metadata: newMeta(name),
    spec: { template: template(name, given, "Never") },
    status: {},
  });
}

function template(name: string, given: Arguments, restartPolicy: string): PodTemplate {
  const command = given.after ?? [];
  const container = {
    ...(command.length > 0 && { command }),
    image: given.text("image"),
    name,
    resources: {},
  };
  return {
    metadata: { creationTimestamp: null },
    spec: { containers: [container], restartPolicy },
  } as unknown as PodTemplate;
}

async function fromCronJob(name: string, given: Arguments, kubectl: Kubectl): Promise<Obj> {
  if (given.given("image")) throw new KubectlError("either --image or --from must be specified");
  if (given.after !== undefined) throw new KubectlError("cannot specify --from and command");
  const [type = "", from = ""] = given.text("from").split("/");
  const resource = await kubectl.discovery.find(type);
  if (resource.kind !== "CronJob") throw new KubectlError("from must be an existing cronjob");
  const found = (await kubectl.api.get(resource, kubectl.namespace, from)) as CronJob;
  const { metadata, spec } = found.spec.jobTemplate;
  const owner = {
    apiVersion: found.apiVersion,
    controller: true,
    kind: found.kind,
    name: from,
    uid: found.metadata.uid,
  };
  return newObject("batch/v1", "Job", {
    metadata: {
      ...newMeta(name),
      annotations: { "cronjob.kubernetes.io/instantiate": "manual", ...metadata?.annotations },
      ...(metadata?.labels && { labels: metadata.labels }),
      ownerReferences: [owner],
    },
    spec,
    status: {},
  });
}
