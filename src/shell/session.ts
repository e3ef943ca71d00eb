// What a shell remembers between two command lines: where it is, its variables, its aliases.

/** One shell's memory. A subshell gets a copy. */
export interface Session {
  cwd: string;
  user: string;
  readonly variables: Map<string, string>;
  /** Names of the variables that `env` shows. */
  readonly exported: Set<string>;
  readonly aliases: Map<string, string>;
  /** Lines typed, oldest first. Shared by subshells. */
  readonly history: string[];
  /** The last command's exit status: $?. */
  status: number;
}

export function newSession({ user, cwd }: { user: string; cwd: string }): Session {
  const variables = new Map([
    ["HOME", user === "root" ? "/root" : `/home/${user}`],
    ["USER", user],
    ["PATH", "/usr/local/bin:/usr/bin:/bin"],
    ["SHELL", "/bin/bash"],
    ["TERM", "xterm-256color"],
    ["LANG", "C.UTF-8"],
    ["HOSTNAME", "hotel"],
    ["EDITOR", "vi"],
    ["PWD", cwd],
  ]);
  return {
    cwd,
    user,
    variables,
    exported: new Set(variables.keys()),
    aliases: new Map([
      ["k", "kubectl"],
      ["ll", "ls -l"],
    ]),
    history: [],
    status: 0,
  };
}

/** A copy whose changes stay its own, as in "( … )" and in the parts of a pipeline. */
export function subshell(session: Session): Session {
  return {
    ...session,
    variables: new Map(session.variables),
    exported: new Set(session.exported),
    aliases: new Map(session.aliases),
  };
}

/** A variable's value; "" when unset. */
export function valueOf(session: Session, name: string): string {
  if (name === "?") return String(session.status);
  if (name === "$") return "4242";
  if (name === "#") return "0";
  if (name === "0") return "bash";
  if (name === "PWD") return session.cwd;
  return session.variables.get(name) ?? "";
}
