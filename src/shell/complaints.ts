// bash's words for what breaks the grammar of a command line.

import { ShellSyntaxError } from "./syntax.ts";

/** The line could go on. */
export const more = { incomplete: true };

export function unexpected(token: string): ShellSyntaxError {
  return new ShellSyntaxError(`syntax error near unexpected token \`${token}'`);
}

export function endOfFile(): ShellSyntaxError {
  return new ShellSyntaxError("syntax error: unexpected end of file", more);
}

export function hereEnd(delimiter: string): ShellSyntaxError {
  return new ShellSyntaxError(
    `warning: here-document delimited by end-of-file (wanted \`${delimiter}')`,
    more,
  );
}
