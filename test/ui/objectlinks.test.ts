// Names of objects in the terminal's output: kind/name anywhere, and the NAME column of a table.

import { expect, test } from "vitest";
import { describing } from "../../src/ui/terminal/describing.ts";
import { objectLinks } from "../../src/ui/terminal/objectlinks.ts";

/** The command that a click on the last line's names runs; one a name. */
function clicks(...lines: string[]): string[] {
  return objectLinks((at) => lines[at], lines.length - 1).map(describing);
}

test.each<[string[], string[]]>([
  [["ingress.networking.k8s.io/web created"], ["kubectl describe ingress.networking.k8s.io web"]],
  [["pod/a-1 deleted, service/b"], ["kubectl describe pod a-1", "kubectl describe service b"]],
  [["https://example.com/pod/web and text/html"], []],
  [
    ["guest@hotel:~$ kubectl get pods", "NAME    READY", "web-1   1/1"],
    ["kubectl describe pods web-1"],
  ],
  [
    ["guest@hotel:~$ k get ing -n shop", "NAME   CLASS", "a      nginx", "b      nginx"],
    ["kubectl describe ing b -n shop"],
  ],
  [
    ["guest@hotel:~$ k get svc -A", "NAMESPACE   NAME   TYPE", "shop        web    ClusterIP"],
    ["kubectl describe svc web -n shop"],
  ],
  [["guest@hotel:~$ echo hi", "hi"], []],
  [["guest@hotel:~$ kubectl get events", "LAST SEEN   TYPE", "5s          Normal"], []],
  [["guest@hotel:~$ kubectl get pods", "NAME    READY", "guest@hotel:~$ ls", "web-1"], []],
])("%j", (lines, commands) => {
  expect(clicks(...lines)).toEqual(commands);
});
