// Lines of the table whose output differs on purpose, or by the machine that they run on, and why.

export const differences: ReadonlyMap<string, string> = new Map([]);
