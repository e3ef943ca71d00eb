// All commands of kubectl, in the order in which help lists them. A command that is not here and
// that a real kubectl has answers that it is not in this hotel.

import { createData } from "../generate/data.ts";
import { createIngress } from "../generate/ingress.ts";
import { createServices } from "../generate/services.ts";
import { createDeployment } from "../generate/workloads.ts";
import type { Verb } from "../verb.ts";
import { apiResources, apiVersions, canI, clusterInfo, version } from "./about.ts";
import { apply } from "./apply.ts";
import { config } from "./config.ts";
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
import { cordon, patch, replace, setEnv, setImage, uncordon } from "./patch.ts";
import { rollout } from "./rollout.ts";
import { expose, run } from "./run.ts";
import { scale } from "./scale.ts";
import { wait } from "./wait.ts";

export const verbs: readonly Verb[] = [
  get,
  describe,
  apply,
  create,
  createDeployment,
  createIngress,
  ...createServices,
  ...createData,
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
  label,
  annotate,
  events,
  wait,
  explain,
  exec,
  attach,
  cordon,
  uncordon,
  apiResources,
  apiVersions,
  version,
  clusterInfo,
  ...config,
  canI,
];
