// What stands before the line being typed on the learner's laptop: "guest@hotel:~/x$ ".

import { valueOf, type Session } from "../session.ts";

export function laptopPrompt(session: Session): string {
  const home = valueOf(session, "HOME");
  const inHome = session.cwd === home || session.cwd.startsWith(`${home}/`);
  const at = inHome ? `~${session.cwd.slice(home.length)}` : session.cwd;
  return `\x1b[1;32m${session.user}@hotel\x1b[0m:\x1b[1;34m${at}\x1b[0m$ `;
}
