// What helm tells of a release after install, upgrade and status.

import { ansiTime } from "./print.ts";
import type { ReleaseRecord } from "./release.ts";

export function releaseReport({ name, namespace, version, info }: ReleaseRecord): string {
  return `NAME: ${name}
LAST DEPLOYED: ${ansiTime(info.last_deployed)}
NAMESPACE: ${namespace}
STATUS: ${info.status}
REVISION: ${version}
TEST SUITE: None
${info.notes ? `NOTES:\n${info.notes}` : ""}`;
}
