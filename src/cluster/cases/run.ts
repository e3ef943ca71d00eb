// Runs cases, each in a cluster of its own.
//
//   const report = await runCase(one);   → { id, verdict: "passed" | "failed", complaints }

import { Ingress } from "../../api/kinds/ingress.ts";
import { complaints, cookieSet, togetherComplaints } from "./check.ts";
import type { Result } from "./check.ts";
import type { Case, Expectation, Phase, RequestCase } from "./format.ts";
import { Stage } from "./stage.ts";

export interface CaseReport {
  readonly id: string;
  readonly title: string;
  readonly verdict: "passed" | "failed";
  /** What differs, a sentence each. */
  readonly complaints: readonly string[];
}

/** Runs one case. Never throws: what breaks is a complaint. */
export async function runCase(one: Case): Promise<CaseReport> {
  let stage: Stage | undefined;
  const found: string[] = [];
  try {
    stage = new Stage(one);
    await stage.open();
    await requests(stage, one.requests, found);
    for (const phase of one.then ?? []) await runPhase(stage, phase, found);
    await finalChecks(stage, one, found);
  } catch (error) {
    found.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    stage?.close();
  }
  const verdict = found.length === 0 ? "passed" : "failed";
  return { id: one.id, title: one.title, verdict, complaints: found };
}

async function runPhase(stage: Stage, phase: Phase, found: string[]): Promise<void> {
  const before = phase.reload === undefined ? 0 : await reloads(stage);
  const { refused, told } = await stage.change(phase);
  if (phase.reload !== undefined) {
    const reloaded = (await reloads(stage)) > before;
    if (reloaded !== phase.reload) found.push(reloaded ? "nginx reloaded" : "nginx did not reload");
  }
  if (phase.applyExpect === "rejected" && refused === undefined) {
    found.push("the object was accepted, not rejected");
  }
  if (phase.applyExpect !== "rejected" && refused !== undefined) {
    found.push(`the object was rejected: ${refused}`);
  }
  const { kubectlApplyOutput: wanted } = phase;
  if (wanted !== undefined && told.trim() !== wanted.trim())
    found.push(`kubectl said "${told}", not "${wanted}"`);
  await requests(stage, phase.requests ?? [], found);
}

async function reloads(stage: Stage): Promise<number> {
  return (await stage.log()).split("Backend successfully reloaded").length - 1;
}

async function requests(
  stage: Stage,
  list: readonly RequestCase[],
  found: string[],
): Promise<void> {
  for (const one of list) {
    const { method, scheme, host, path } = one.request;
    const label = `${method} ${scheme}://${host ?? "(controller)"}${path}`;
    const wrong = await request(stage, one);
    found.push(...wrong.slice(0, 5).map((what) => `${label}: ${what}`));
  }
}

async function request(stage: Stage, one: RequestCase): Promise<string[]> {
  const { expect, repeat = 1, concurrent } = one;
  const results: Result[] = [];
  if (concurrent !== undefined) {
    const replies = await stage.visitor.visitAll(one.request, concurrent);
    for (const reply of replies) {
      results.push({
        reply,
        seen: undefined,
        upstreamAddress: undefined,
        upstreamScheme: undefined,
        atMs: stage.cluster.clock.now(),
        capturedPod: undefined,
      });
    }
  } else {
    for (let i = 0; i < repeat; i++) results.push(await visit(stage, one));
  }
  if (one.capture) {
    const { cookie } = one.capture;
    const value = cookieSet(results.at(-1)!.reply.headers, cookie);
    if (value !== undefined) stage.visitor.captured.set(cookie, value);
    const { seen } = results.at(-1)!;
    if (seen) stage.capturedPods.set(cookie, seen.pod);
  }
  const each = concurrent === undefined ? results.flatMap((r) => complaints(expect, r)) : [];
  return [...new Set(each), ...togetherComplaints(expect, results)];
}

async function visit(stage: Stage, { request: asked, expect }: RequestCase): Promise<Result> {
  stage.seen.length = 0;
  const reply = await stage.visitor.visit(asked);
  const needsLog = expect.upstreamAddress !== undefined || expect.upstreamScheme !== undefined;
  const log = needsLog ? await stage.log() : "";
  // Whoever answered last: an authentication server may have been asked before.
  const seen = stage.seen.at(-1);
  const answered = reply.body.includes(`"pod": "${seen?.pod}"`) || isPlain(reply.body);
  return {
    reply,
    seen: seen && (answered || reply.status < 300) ? seen : undefined,
    upstreamAddress: /\] (\S+) \S+ \S+ \S+ \S+\n$/.exec(log)?.[1],
    upstreamScheme: schemeIn(log) ?? (seen ? "http" : undefined),
    atMs: stage.cluster.clock.now(),
    capturedPod: capturedPod(stage, expect),
  };
}

function capturedPod(
  stage: Stage,
  { sameEndpointAsCaptured: cookie }: Expectation,
): string | undefined {
  return cookie === true
    ? [...stage.capturedPods.values()].at(-1)
    : stage.capturedPods.get(cookie ?? "");
}

/** Of the last upstream that an error line names. Backends here speak plain HTTP only. */
function schemeIn(log: string): string | undefined {
  return [...log.matchAll(/upstream: "(\w+):\/\//g)].at(-1)?.[1];
}

/** Content that no page of a controller has: a backend's own. */
function isPlain(body: string): boolean {
  return !body.includes("<html>");
}

async function finalChecks(stage: Stage, one: Case, found: string[]): Promise<void> {
  if (one.logs) {
    const log = await stage.log();
    // klog writes quotes inside quotes with a backslash.
    const has = (part: string): boolean =>
      log.includes(part) || log.includes(part.replaceAll('"', '\\"'));
    for (const { contains, notContains } of one.logs) {
      if (contains !== undefined && !has(contains)) {
        found.push(`the log does not contain "${contains}"`);
      }
      if (notContains !== undefined && has(notContains)) {
        found.push(`the log contains "${notContains}"`);
      }
    }
  }
  for (const [key, { hasAddress }] of Object.entries(one.ingressStatus ?? {})) {
    const ingress = await stage.get(Ingress, key);
    const has = (ingress?.status?.loadBalancer?.ingress ?? []).length > 0;
    if (has !== hasAddress) found.push(`Ingress ${key} has ${has ? "an" : "no"} address`);
  }
}
