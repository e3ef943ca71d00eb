// Runs cases of Gateway API. Cases that only look share a cluster with those before them that
// apply the same groups; one that changes something has a cluster of its own.

import type { Obj } from "../../../api/object.ts";
import { text } from "../../../base/bytes.ts";
import { keyOf } from "../../../api/object.ts";
import type { CaseReport } from "../run.ts";
import { echoed, replyComplaints, workloadOf } from "./replies.ts";
import type {
  GatewayCase,
  GatewayCaseFile,
  GeneratedObjects,
  Mirrored,
  Phase,
  RequestCase,
} from "./format.ts";
import { Stage } from "./stage.ts";
import { statusComplaints } from "./statuses.ts";
import { Visitor } from "./visitor.ts";

export interface GatewayReport extends Omit<CaseReport, "verdict"> {
  readonly verdict: "passed" | "failed" | "skipped";
}

const defaultName = "example.com/gateway-under-test";

export class GatewayCases {
  readonly #file: GatewayCaseFile;
  #open: { readonly key: string; readonly stage: Stage } | undefined;
  #features: ReadonlySet<string> | undefined;

  constructor(file: GatewayCaseFile) {
    this.#file = file;
  }

  /** Never throws: what breaks is a complaint. */
  async run(one: GatewayCase): Promise<GatewayReport> {
    const { id, title } = one;
    const complaints: string[] = [];
    try {
      const stage = await this.#stage(one);
      const skip = this.#whySkipped(one);
      if (skip !== undefined) return { id, title, verdict: "skipped", complaints: [skip] };
      await look(stage, one, complaints);
      if (one.generatedObjects) await generated(stage, one.generatedObjects, complaints);
      for (const phase of one.then ?? []) await later(stage, phase, complaints);
    } catch (error) {
      complaints.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      this.close();
    }
    if (one.then) this.close();
    return { id, title, verdict: complaints.length === 0 ? "passed" : "failed", complaints };
  }

  close(): void {
    this.#open?.stage.close();
    this.#open = undefined;
  }

  /** The reason, by what the controller itself says that it supports. */
  #whySkipped({ features = [], onlyIfUnsupported = [] }: GatewayCase): string | undefined {
    const missing = features.filter((name) => !this.#features?.has(name));
    const known = onlyIfUnsupported.find((name) => this.#features?.has(name));
    if (known !== undefined) return `only for who does not support ${known}, and it is supported`;
    // Such a case may name the very features that it is about the lack of.
    const wanting = missing.filter((name) => !onlyIfUnsupported.includes(name));
    if (wanting.length === 0) return undefined;
    return `GatewayClass status.supportedFeatures does not list ${wanting.join(", ")}`;
  }

  async #stage(one: GatewayCase): Promise<Stage> {
    const key = JSON.stringify([one.manifests, one.setup, one.then ? one.id : ""]);
    if (this.#open?.key === key) return this.#open.stage;
    this.close();
    const groups = one.manifests.map((name) => this.#file.manifests[name] ?? []);
    const stage = new Stage(this.#file.controllerName ?? defaultName);
    this.#open = { key, stage };
    await stage.open(groups, one.setup);
    this.#features ??= await featuresOf(stage, groups.flat());
    return stage;
  }
}

async function featuresOf(stage: Stage, objects: readonly Obj[]): Promise<ReadonlySet<string>> {
  const written = objects.find(({ kind }) => kind === "GatewayClass");
  const found = (await stage.get("GatewayClass", written?.metadata.name ?? "")) as
    (Obj & { status?: { supportedFeatures?: { name: string }[] } }) | undefined;
  return new Set((found?.status?.supportedFeatures ?? []).map(({ name }) => name));
}

async function look(
  stage: Stage,
  { status = [], requests = [] }: Pick<Phase, "status" | "requests">,
  complaints: string[],
): Promise<void> {
  for (const want of status) {
    complaints.push(...statusComplaints(await stage.get(want.kind, want.name), want));
  }
  for (const one of requests) {
    const { method = "", host, path = "", protocol = "" } = one.request;
    const label = `${protocol}${method} ${host ?? "(gateway)"}${path}`;
    const found = await visits(stage, one);
    complaints.push(...[...new Set(found)].slice(0, 5).map((what) => `${label}: ${what}`));
  }
}

async function visits(stage: Stage, one: RequestCase): Promise<string[]> {
  const visitor = new Visitor(stage);
  const out: string[] = [];
  for (let i = 0; i < (one.repeat ?? 1); i++) {
    const before = await mirroredCounts(stage, one);
    out.push(...replyComplaints(one.expect, await visitor.visit(one)));
    if (one.expect.mirroredTo) out.push(...(await mirrorComplaints(stage, one, before)));
  }
  if (one.distribution) out.push(...(await shares(visitor, one, one.distribution)));
  for (const mirrored of one.expect.mirroredTo ?? []) {
    if (mirrored.ofRequests) out.push(...(await mirrorShare(stage, visitor, one, mirrored)));
  }
  return out;
}

async function shares(
  visitor: Visitor,
  one: RequestCase,
  { requests, shareOf, tolerance, attempts }: NonNullable<RequestCase["distribution"]>,
): Promise<string[]> {
  let wrong: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const counts = new Map<string, number>();
    for (let i = 0; i < requests; i++) {
      const seen = echoed(await visitor.visit(one));
      const name = seen ? workloadOf(seen) : "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    wrong = Object.entries(shareOf)
      .filter(([name, share]) => {
        const has = (counts.get(name) ?? 0) / requests;
        return Math.abs(has - share) > tolerance || (share === 0 && has > 0);
      })
      .map(([name, share]) => `${name} got ${counts.get(name) ?? 0} of ${requests}, not ${share}`);
    if (wrong.length === 0) return [];
  }
  return wrong;
}

/** How often each mirror's Pods have told in their logs of the request's path. */
async function mirroredCounts(stage: Stage, one: RequestCase): Promise<number[]> {
  const counts: number[] = [];
  for (const mirrored of one.expect.mirroredTo ?? []) {
    counts.push(await echoCount(stage, mirrored, one.request.path ?? "/"));
  }
  return counts;
}

async function mirrorComplaints(
  stage: Stage,
  one: RequestCase,
  before: readonly number[],
): Promise<string[]> {
  await stage.cluster.clock.advance(500);
  const after = await mirroredCounts(stage, one);
  return (one.expect.mirroredTo ?? [])
    .filter(({ ofRequests }, i) => !ofRequests && after[i]! <= before[i]!)
    .map(({ workload }) => `nothing was mirrored to ${workload}`);
}

async function mirrorShare(
  stage: Stage,
  visitor: Visitor,
  one: RequestCase,
  mirrored: Mirrored,
): Promise<string[]> {
  const { requests, minCount, maxCount, attempts } = mirrored.ofRequests!;
  let count = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await echoCount(stage, mirrored, one.request.path ?? "/");
    for (let i = 0; i < requests; i++) await visitor.visit(one);
    await stage.cluster.clock.advance(500);
    count = (await echoCount(stage, mirrored, one.request.path ?? "/")) - before;
    if (count >= minCount && count <= maxCount) return [];
  }
  return [
    `${mirrored.workload} got ${count} copies of ${requests}, not ${minCount} to ${maxCount}`,
  ];
}

async function echoCount(stage: Stage, mirrored: Mirrored, path: string): Promise<number> {
  const { clock, client } = stage.cluster;
  const line = `Echoing back request made to ${path} to client`;
  let count = 0;
  for (const pod of await stage.pods()) {
    const { namespace, labels } = pod.metadata;
    if (labels?.app !== mirrored.workload || namespace !== mirrored.namespace) continue;
    const read = async (): Promise<string> => {
      let out = "";
      for await (const piece of client.log(keyOf(pod))) out += text(piece);
      return out;
    };
    count += (await clock.finish(read())).split(line).length - 1;
  }
  return count;
}

async function generated(
  stage: Stage,
  want: GeneratedObjects,
  complaints: string[],
): Promise<void> {
  const { labelsInclude, annotationsInclude } = want.firstOfEachKindFound;
  let found = false;
  for (const kind of want.atLeastOneOf) {
    const [first] = await stage.list(kind, want.namespace, want.labelSelector);
    if (!first) continue;
    found = true;
    const { labels = {}, annotations = {} } = first.metadata;
    const wants = [...Object.entries(labelsInclude), ...Object.entries(annotationsInclude)];
    const has = { ...labels, ...annotations };
    for (const [name, value] of wants) {
      if (has[name] !== value) complaints.push(`${kind} ${keyOf(first)} has no ${name}=${value}`);
    }
  }
  if (!found) complaints.push(`none of ${want.atLeastOneOf.join(", ")} was made`);
}

async function later(stage: Stage, phase: Phase, complaints: string[]): Promise<void> {
  const generations = new Map<string, number | undefined>();
  const read = async (what: string): Promise<number | undefined> => {
    const [kind = "", name = ""] = what.split(" ");
    return (await stage.get(kind, name))?.metadata.generation;
  };
  for (const what of phase.generationChanged ?? []) generations.set(what, await read(what));
  await stage.change(phase.changes ?? []);
  for (const [what, before] of generations) {
    if ((await read(what)) === before)
      complaints.push(`${what}: its generation is still ${before}`);
  }
  await look(stage, phase, complaints);
}
