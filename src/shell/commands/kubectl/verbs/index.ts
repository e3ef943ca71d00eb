// All commands of kubectl, in the order in which help lists them. A command that is not here and
// that a real kubectl has answers that it is not in this hotel.

import { createBatch } from "../generate/batch.ts";
import { createData } from "../generate/data.ts";
import { createIngress } from "../generate/ingress.ts";
import { createPolicies } from "../generate/policy.ts";
import { createRbac } from "../generate/rbac.ts";
import { createServices } from "../generate/services.ts";
import { createDeployment } from "../generate/workloads.ts";
import type { Verb } from "../verb.ts";
import { apiResources, apiVersions, clusterInfo, version } from "./about.ts";
import { pluginList } from "./absent.ts";
import { apply } from "./apply.ts";
import { alpha, completion, options } from "./completion.ts";
import { config } from "./config.ts";
import { configChanges } from "./configchange.ts";
import { cp } from "./cp.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { edit } from "./edit.ts";
import { events } from "./events.ts";
import { attach, exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { get } from "./get.ts";
import { annotate, label } from "./labels.ts";
import { logs } from "./logs.ts";
import { lastAppliedVerbs } from "./lastapplied.ts";
import { cordon, drain, taint, uncordon } from "./nodes.ts";
import { patch, replace, setEnv, setImage } from "./patch.ts";
import { portForward } from "./portforward.ts";
import { canI, whoAmI } from "./reviews.ts";
import { rollout } from "./rollout.ts";
import { expose, run } from "./run.ts";
import { setMore } from "./set.ts";
import { scale } from "./scale.ts";
import { wait } from "./wait.ts";

export const verbs: readonly Verb[] = [
  get,
  describe,
  apply,
  ...lastAppliedVerbs,
  create,
  createDeployment,
  createIngress,
  ...createServices,
  ...createData,
  ...createBatch,
  ...createRbac,
  ...createPolicies,
  remove,
  logs,
  scale,
  ...rollout,
  expose,
  run,
  edit,
  patch,
  replace,
  diff,
  setImage,
  setEnv,
  ...setMore,
  label,
  annotate,
  events,
  wait,
  explain,
  exec,
  attach,
  portForward,
  cp,
  cordon,
  uncordon,
  drain,
  taint,
  apiResources,
  apiVersions,
  version,
  clusterInfo,
  ...config,
  ...configChanges,
  completion,
  options,
  alpha,
  pluginList,
  canI,
  whoAmI,
];
