// A Pod's STATUS as kubectl's column says it.

import { Pod } from "../api/kinds/pod.ts";

/** @param at cluster time in milliseconds. */
export function statusOf(pod: Pod, at: number): string {
  const column = Pod.columns.find(({ name }) => name === "Status");
  return column ? String(column.cell(pod, at)) : (pod.status?.phase ?? "Pending");
}
