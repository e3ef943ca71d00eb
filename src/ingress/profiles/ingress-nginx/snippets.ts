// Snippets are nginx configuration, and there is no nginx here to run it. What most of them are
// written for is served: `more_set_headers` and `add_header`. All else is reported by name.

/** The fields that a snippet sets, and the directives that are not run. */
export function snippetHeaders(snippet: string): {
  headers: (readonly [name: string, value: string])[];
  unknown: string[];
} {
  const headers: (readonly [string, string])[] = [];
  const unknown: string[] = [];
  const text = snippet.replace(/^\s*#.*$/gm, "");
  for (const directive of text.split(";").map((one) => one.trim())) {
    if (directive === "") continue;
    const more = /^more_set_headers\s+(["'])([^:]+):\s*(.*)\1$/s.exec(directive);
    const add = /^add_header\s+(\S+)\s+(["']?)(.*?)\2(\s+always)?$/s.exec(directive);
    if (more) headers.push([more[2]!.trim(), more[3]!]);
    else if (add) headers.push([add[1]!, add[3]!]);
    else unknown.push(directive.split(/\s/)[0]!);
  }
  return { headers, unknown };
}
