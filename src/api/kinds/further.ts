// Kinds that the opening scene does without: they are served once somebody asks over HTTP, or
// needs one of them in process. In the order of discovery.

import { ControllerRevision } from "./controllerrevision.ts";
import { CronJob } from "./cronjob.ts";
import { CustomResourceDefinition } from "./customresourcedefinition.ts";
import { DaemonSet } from "./daemonset.ts";
import { EventsV1 } from "./eventsv1.ts";
import { Job } from "./job.ts";
import type { Kind } from "./kind.ts";
import { NetworkPolicy } from "./networkpolicy.ts";
import { PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import { PodDisruptionBudget } from "./poddisruptionbudget.ts";
import { PriorityClass } from "./priorityclass.ts";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "./rbac.ts";
import { StatefulSet } from "./statefulset.ts";
import { PersistentVolume, StorageClass } from "./storage.ts";

export const furtherKinds: readonly Kind[] = [
  PersistentVolume,
  PersistentVolumeClaim,
  EventsV1,
  ControllerRevision,
  DaemonSet,
  StatefulSet,
  CronJob,
  Job,
  NetworkPolicy,
  PodDisruptionBudget,
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  StorageClass,
  PriorityClass,
  CustomResourceDefinition,
];
