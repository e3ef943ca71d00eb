// The Pods of a Job, with their completion index where it has them.
// Models kubernetes/pkg/controller/job/indexed_job_utils.go.

import type { Job } from "../../api/kinds/job.ts";
import type { Container, Pod } from "../../api/kinds/pod.ts";
import type { Tally } from "./jobstatus.ts";
import { podFrom } from "./template.ts";

export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
const indexName = "batch.kubernetes.io/job-completion-index";

/** @param index the completion index, for an Indexed Job */
export function podOfJob(job: Job, index: number | undefined): Pod {
  const { name } = job.metadata;
  const pod = podFrom(
    job,
    job.spec.template,
    index === undefined ? `${name}-` : `${name}-${index}-`,
  );
  const finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  const { metadata, spec } = pod;
  if (index === undefined) return { ...pod, metadata: { ...metadata, finalizers } };
  const word = { [indexName]: String(index) };
  return {
    ...pod,
    metadata: {
      ...metadata,
      finalizers,
      labels: { ...metadata.labels, ...word },
      annotations: { ...metadata.annotations, ...word },
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndex) }),
    },
  };
}

function withIndex(container: Container): Container {
  const { env = [] } = container;
  if (env.some(({ name }) => name === "JOB_COMPLETION_INDEX")) return container;
  const fieldRef = { fieldPath: `metadata.labels['${indexName}']` };
  return {
    ...container,
    env: [...env, { name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef } }],
  };
}

/** -1 for a Pod without one. */
export function indexOf({ metadata }: Pod): number {
  return Number(metadata.annotations?.[indexName] ?? -1);
}

/** The lowest indexes that neither are done nor have a Pod at work. */
export function pendingIndexes(job: Job, { indexes, active }: Tally, count: number): number[] {
  const busy = new Set(active.map(indexOf));
  const pending: number[] = [];
  for (let i = 0; i < (job.spec.completions ?? 0) && pending.length < count; i++) {
    if (!indexes.has(i) && !busy.has(i)) pending.push(i);
  }
  return pending;
}

/** "0-2,4" and the set that it stands for. */
export const indexRanges = {
  parse(words: string | undefined): Set<number> {
    const all = new Set<number>();
    for (const range of words ? words.split(",") : []) {
      const [first = 0, last = first] = range.split("-").map(Number);
      for (let i = first; i <= last; i++) all.add(i);
    }
    return all;
  },
  print(indexes: ReadonlySet<number>): string {
    const sorted = [...indexes].filter((i) => i >= 0).sort((a, b) => a - b);
    const ranges: [number, number][] = [];
    for (const i of sorted) {
      const last = ranges.at(-1);
      if (last && last[1] === i - 1) last[1] = i;
      else ranges.push([i, i]);
    }
    // Two neighbours are listed, as upstream does: "0,1", but "0-2".
    return ranges
      .map(([a, b]) => (a === b ? `${a}` : b === a + 1 ? `${a},${b}` : `${a}-${b}`))
      .join(",");
  },
};
