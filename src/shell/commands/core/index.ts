// The everyday commands that come with the shell, as one list. Larger ones are fetched when they
// are first wanted: see ../index.ts.

import type { Command } from "../../command.ts";
import { absentCommands } from "./absent.ts";
import { editors } from "./editor.ts";
import { filesystem } from "./filesystem.ts";
import { helps } from "./help.ts";
import { ls } from "./ls.ts";
import { sessionCommands } from "./session.ts";
import { tests } from "./test.ts";
import { texts } from "./text.ts";
import { times } from "./time.ts";
import { xargs } from "./xargs.ts";

export const builtInCommands: readonly Command[] = [
  ls,
  ...filesystem,
  ...texts,
  xargs,
  ...tests,
  ...times,
  ...sessionCommands,
  ...editors,
  ...helps,
  ...absentCommands,
];
