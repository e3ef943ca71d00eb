// The workload controllers that most hotels do without, each fetched with the first object of
// its kind.

import type { Kind } from "../api/kinds/kind.ts";
import type { Obj } from "../api/object.ts";
import type { Reconciler } from "../client/reconciler.ts";
import type { ControllerContext, ServedKinds } from "./context.ts";

type Load = (context: ControllerContext) => Promise<Reconciler>;

const workloads: Readonly<Record<string, Load>> = {
  Job: async (context) => new (await import("./workloads/job.ts")).JobController(context),
  CronJob: async (context) =>
    new (await import("./workloads/cronjob.ts")).CronJobController(context),
};

/** Runs each controller through `run`, once the first object of its kind is seen. */
export function followWorkloads(
  context: ControllerContext,
  served: ServedKinds,
  run: (reconciler: Reconciler) => void,
): void {
  const begun = new Set<string>();
  const follow = (kinds: readonly Kind<Obj>[]): void => {
    for (const kind of kinds) {
      const load = Object.hasOwn(workloads, kind.kind) ? workloads[kind.kind] : undefined;
      if (!load || begun.has(kind.kind)) continue;
      begun.add(kind.kind);
      const off = context.informers.of(kind).on(() => {
        off();
        void context.clock.during(load(context)).then(run);
      });
    }
  };
  follow(served.now());
  served.later(follow);
}
