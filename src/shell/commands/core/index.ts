// The everyday commands of a Unix machine, as one list.

import type { Command } from "../../command.ts";
import { absentCommands } from "./absent.ts";
import { awk } from "./awk.ts";
import { diff } from "./diff.ts";
import { editors } from "./editor.ts";
import { filesystem } from "./filesystem.ts";
import { filters } from "./filters.ts";
import { grep } from "./grep.ts";
import { helps } from "./help.ts";
import { jq } from "./jq.ts";
import { ls } from "./ls.ts";
import { sed } from "./sed.ts";
import { sessionCommands } from "./session.ts";
import { tests } from "./test.ts";
import { texts } from "./text.ts";
import { times } from "./time.ts";
import { xargs } from "./xargs.ts";

export const coreCommands: readonly Command[] = [
  ls,
  ...filesystem,
  ...texts,
  ...filters,
  ...grep,
  sed,
  awk,
  jq,
  diff,
  xargs,
  ...tests,
  ...times,
  ...sessionCommands,
  ...editors,
  ...helps,
  ...absentCommands,
];
