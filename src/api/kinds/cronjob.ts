import { ageSince } from "../age.ts";
import type { FieldError } from "../errors.ts";
import { invalidValue, nonNegative, oneOf, required } from "../fielderrors.ts";
import { checkMeta, checkMetaUpdate } from "../meta.ts";
import { nameIsSubdomain } from "../names.ts";
import type { Labels, Obj } from "../object.ts";
import { formatSelector } from "../selector.ts";
import { ageColumn, column, count, nameColumn, wide } from "./columns.ts";
import { checkSchedule } from "./cronschedule.ts";
import { checkJobSpec, defaultedJobSpec } from "./job.ts";
import type { JobSpec } from "./job.ts";
import { defineKind } from "./kind.ts";
import type { Kind } from "./kind.ts";

export interface CronJob extends Obj {
  spec: {
    schedule: string;
    timeZone?: string;
    startingDeadlineSeconds?: number;
    concurrencyPolicy?: "Allow" | "Forbid" | "Replace";
    suspend?: boolean;
    jobTemplate: {
      metadata?: { labels?: Labels; annotations?: Record<string, string> };
      spec: JobSpec;
    };
    successfulJobsHistoryLimit?: number;
    failedJobsHistoryLimit?: number;
  };
  status?: {
    active?: { kind?: string; namespace?: string; name?: string; uid?: string }[];
    lastScheduleTime?: string;
    lastSuccessfulTime?: string;
  };
}

export const CronJob: Kind<CronJob> = defineKind<CronJob>({
  kind: "CronJob",
  group: "batch",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  validate,
  defaulted: (o) => ({
    ...o,
    spec: {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      ...o.spec,
      jobTemplate: { ...o.spec?.jobTemplate, spec: templateSpec(o.spec?.jobTemplate?.spec) },
    },
    status: o.status ?? {},
  }),
  columns: [
    nameColumn,
    column("Schedule", ({ spec }) => spec?.schedule ?? ""),
    column("Timezone", ({ spec }) => spec?.timeZone ?? "<none>"),
    column("Suspend", ({ spec }) => boolText(spec?.suspend), "boolean"),
    count("Active", ({ status }) => status?.active?.length ?? 0),
    column("Last Schedule", ({ status }, now) =>
      status?.lastScheduleTime ? ageSince(status.lastScheduleTime, now) : "<none>",
    ),
    ageColumn,
    wide("Containers", (o) => containersOf(o, ({ name }) => name)),
    wide("Images", (o) => containersOf(o, ({ image = "" }) => image)),
    wide("Selector", ({ spec }) => formatSelector(spec?.jobTemplate?.spec?.selector)),
  ],
});

function boolText(value: boolean | undefined): string {
  if (value === undefined) return "<unset>";
  return value ? "True" : "False";
}

function containersOf(
  { spec }: CronJob,
  text: (container: { name: string; image?: string }) => string,
): string {
  return (spec?.jobTemplate?.spec?.template?.spec?.containers ?? []).map(text).join(",");
}

/** A Job's defaults come when the Job does; those of its Pods come now. */
function templateSpec(spec: JobSpec | undefined): JobSpec {
  const { template } = defaultedJobSpec(spec);
  return { ...spec, template };
}

/** What the controller adds to a name is 11 characters long. */
const nameLengthMax = 63 - 11;

function validate(job: CronJob, old?: CronJob): FieldError[] {
  const spec = (job.spec ?? {}) as Partial<CronJob["spec"]>;
  const { schedule = "", jobTemplate } = spec;
  const { name } = job.metadata;
  const errors = [
    ...(old
      ? checkMetaUpdate(job.metadata, old.metadata)
      : checkMeta(job.metadata, { namespaced: true, name: nameIsSubdomain })),
    ...(schedule === "" ? [required("spec.schedule")] : checkSchedule("spec.schedule", schedule)),
    ...nonNegative("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds),
    ...oneOf("spec.concurrencyPolicy", spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"]),
    ...checkJobSpec("spec.jobTemplate.spec", jobTemplate?.spec ?? {}),
    ...nonNegative("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit),
    ...nonNegative("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit),
  ];
  if (!old && name.length > nameLengthMax) {
    const detail = `must be no more than ${nameLengthMax} characters`;
    errors.push(invalidValue("metadata.name", name, detail));
  }
  return errors;
}
