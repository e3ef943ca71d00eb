// The shell's language: what bash prints for the same line.

import { expect, test } from "vitest";
import { makeLaptop } from "./laptop.ts";

test.each([
  // words and quotes
  ["echo a   b", "a b\n"],
  [`echo "a   b" 'c  $HOME'`, "a   b c  $HOME\n"],
  [`echo a\\ \\ b`, "a  b\n"],
  [`echo "x\\"y\\$z\\n"`, 'x"y$z\\n\n'],
  [`echo 'it'"'"'s'`, "it's\n"],
  [`echo $'a\\tb'`, "a\tb\n"],
  [`echo ""`, "\n"],
  ["echo a # not this", "a\n"],
  ["echo a#b", "a#b\n"],
  ["echo one \\\n two", "one two\n"],
  // variables
  ["x=5; echo $x ${x}y '$x' \"$x\"", "5 5y $x 5\n"],
  ["echo ${nope:-default} [${nope}]", "default []\n"],
  ["f=ingress.yaml; echo ${f%.yaml} ${f#*.} ${#f}", "ingress yaml 12\n"],
  [`list="a b"; for i in $list; do echo "<$i>"; done`, "<a>\n<b>\n"],
  [`list="a  b"; echo "$list" $list`, "a  b a b\n"],
  ["false; echo $?; true; echo $?", "1\n0\n"],
  ["X=1 env | grep ^X", "X=1\n"],
  ["echo ~ ~/x a~", "/home/guest /home/guest/x a~\n"],
  // substitution and arithmetic
  ["echo $(echo a; echo b) `echo c`", "a b c\n"],
  ["echo \"$(printf 'a\\nb')\"", "a\nb\n"],
  ["echo $((2 + 3 * 4)) $(( (2+3)*4 ))", "14 20\n"],
  ["i=3; i=$((i+1)); echo $i", "4\n"],
  ["echo $(echo $(echo deep))", "deep\n"],
  // lists
  ["true && echo yes || echo no", "yes\n"],
  ["false && echo yes || echo no", "no\n"],
  ["! true; echo $?", "1\n"],
  ["echo a; echo b\necho c", "a\nb\nc\n"],
  ["(cd /; pwd); pwd", "/\n/home/guest\n"],
  ["{ echo a; echo b; } | wc -l", "2\n"],
  // pipes and redirections
  ["echo hello | tr a-z A-Z | rev", "OLLEH\n"],
  ["printf 'b\\na\\n' | sort", "a\nb\n"],
  ["echo a > f; echo b >> f; cat f; cat < f", "a\nb\na\nb\n"],
  ["ls nofile 2> err; cat err", "ls: cannot access 'nofile': No such file or directory\n"],
  ["ls nofile 2>&1 | wc -l", "1\n"],
  ["ls nofile > /dev/null 2>&1; echo $?", "2\n"],
  ["echo x > /dev/null", ""],
  ["cat <<EOF\nhi $USER\n$((1+1))\nEOF", "hi guest\n2\n"],
  ["cat <<'EOF'\nhi $USER\nEOF\necho after", "hi $USER\nafter\n"],
  ["cat <<-EOF | tr a b\n\tab\n\tEOF", "bb\n"],
  ["cat <<< text", "text\n"],
  ["yes=no; cat <<A && cat <<B\none\nA\ntwo\nB", "one\ntwo\n"],
  // compound commands
  ["for i in $(seq 3); do echo n$i; done", "n1\nn2\nn3\n"],
  ['for i in {1..3} a{b,c}; do printf "$i "; done', "1 2 3 ab ac "],
  ["for i in 1 2 3; do if [ $i = 2 ]; then continue; fi; echo $i; done", "1\n3\n"],
  ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"],
  ["until true; do echo never; done; echo end", "end\n"],
  ["if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"],
  ["if [ -f nofile ]; then echo a; else echo b; fi", "b\n"],
  ["for i in 1 2; do echo $i; break; done", "1\n"],
  ["for f in *.none; do echo $f; done", "*.none\n"],
  ["printf 'a 1\\nb 2\\n' | while read n v; do echo $v-$n; done", "1-a\n2-b\n"],
  ["read x <<< hello; echo $x; read y < /dev/null; echo $?", "hello\n1\n"],
  ["(exit 3); echo $?; bash -c 'echo in; exit 4; echo no'; echo $?", "3\nin\n4\n"],
  ["break; echo on", "bash: break: only meaningful in a `for', `while', or `until' loop\n"],
  // case, functions, parameters
  ["case ing.yaml in *.json) echo j;; *.yml | *.yaml) echo y;; *) echo n;; esac", "y\n"],
  ["x='*'; case abc in \"$x\") echo quoted;; $x) echo glob; esac", "glob\n"],
  ["case x in y) echo y;; esac; echo $?", "0\n"],
  ["hi() { echo hi $1 of $#; }; hi a b; hi", "hi a of 2\nhi of 0\n"],
  ["function f { return 3; echo no; }; f; echo $?", "3\n"],
  ['f() { for i in "$@"; do echo "<$i>"; done; }; f "a b" c', "<a b>\n<c>\n"],
  ["set -- x y z; shift; echo $1 $# $*", "y 2 y z\n"],
  ["bash -c 'echo $1-$2' x a b", "a-b\n"],
  [
    "echo 'echo script $1' > s.sh; chmod +x s.sh; ./s.sh arg; sh s.sh two",
    "script arg\nscript two\n",
  ],
  ["ls nofile |& wc -l", "1\n"],
  // background
  ["echo late & echo first; wait", "first\nlate\n"],
  ["(sleep 2; exit 3) & wait $!; echo $?", "3\n"],
  [
    "sleep 100 & jobs; kill %1; wait; jobs",
    "[1]+  Running                 sleep 100 &\n[1]+  Terminated              sleep 100\n",
  ],
  ["sleep 9 & sleep 1; kill $!; kill 99; echo $?", "1\nbash: kill: (99) - No such process\n"],
  // a JSONPath is no brace expansion
  ["echo -o jsonpath={.items[*].metadata.name}", "-o jsonpath={.items[*].metadata.name}\n"],
  // aliases
  ["alias hi='echo hello'; alias", "alias hi='echo hello'\nalias k='kubectl'\nalias ll='ls -l'\n"],
])("%s", async (line, printed) => {
  expect(await makeLaptop().run(line)).toBe(printed);
});

test.each([
  [`echo "abc`, 2, "bash: unexpected EOF while looking for matching `\"'\n"],
  [`echo 'abc`, 2, "bash: unexpected EOF while looking for matching `''\n"],
  ["echo $(ls", 2, "bash: unexpected EOF while looking for matching `)'\n"],
  ["ls | | wc", 2, "bash: syntax error near unexpected token `|'\n"],
  ["ls >", 2, "bash: syntax error near unexpected token `newline'\n"],
  ["fi", 2, "bash: syntax error near unexpected token `fi'\n"],
  [";;", 2, "bash: syntax error near unexpected token `;;'\n"],
  [")", 2, "bash: syntax error near unexpected token `)'\n"],
  ["if true; then echo a", 2, "bash: syntax error: unexpected end of file\n"],
  ["foo", 127, "bash: foo: command not found\n"],
  ["./foo", 127, "bash: ./foo: No such file or directory\n"],
  ["/home", 126, "bash: /home: Is a directory\n"],
  ["cat < nofile", 1, "bash: nofile: No such file or directory\n"],
  ["echo x > /home", 1, "bash: /home: Is a directory\n"],
  ["echo x > /no/where", 1, "bash: /no/where: No such file or directory\n"],
  ["${x!y}", 2, "bash: ${x!y}: bad substitution\n"],
  ["docker ps", 1, /^docker: not in this hotel: /],
])("refuses %s", async (line, status, words) => {
  const laptop = makeLaptop();
  const seen = await laptop.result(line);
  if (typeof words === "string") expect(seen.err).toBe(words);
  else expect(seen.err).toMatch(words);
  expect(seen).toMatchObject({ status, out: "" });
});

test("a subshell's changes stay inside, a group's do not", async () => {
  const { run } = makeLaptop();
  expect(await run("(x=1; cd /); echo [$x] $PWD; { x=2; }; echo $x")).toBe("[] /home/guest\n2\n");
});

test("a reader that goes away ends the writer", async () => {
  const { run, clock } = makeLaptop();
  const start = clock.now();
  expect(await run("while true; do echo y; done | head -n 2")).toBe("y\ny\n");
  expect(clock.now() - start).toBeLessThan(1000);
});

test("Ctrl+C ends a loop at once, with status 130", async () => {
  const { shell, clock } = makeLaptop();
  const stop = new AbortController();
  const io = { stdout: () => undefined, stderr: () => undefined, columns: 80, tty: true };
  const work = shell.execute("while true; do sleep 1; done", { ...io, signal: stop.signal });
  clock.after(2_500, () => stop.abort());
  expect(await clock.finish(work, { limitMs: 5_000 })).toBe(130);
});
