// The everyday commands, as GNU coreutils 9, grep 3, mawk and jq 1.6 print.

import { expect, test } from "vitest";
import { makeLaptop } from "./laptop.ts";

const files = {
  "/home/guest/fruit": "pear 3\napple 10\nfig 2\napple 10\n",
  "/home/guest/csv": "name,port\nweb,80\napi,8080\n",
  "/home/guest/pods.json": JSON.stringify({
    items: [
      { metadata: { name: "web-1" }, status: { phase: "Running", podIP: "10.244.1.2" } },
      { metadata: { name: "web-2" }, status: { phase: "Pending" } },
    ],
  }),
  "/home/guest/sub/a.yaml": "a: 1\n",
};

test.each([
  ["ls", "csv\nfruit\npods.json\nsub\n"],
  ["ls -a sub", ".\n..\na.yaml\n"],
  ["ls sub/*.yaml", "sub/a.yaml\n"],
  ["ls -R sub", "sub:\na.yaml\n"],
  ["cat -n csv | head -1", "     1\tname,port\n"],
  ["head -n 1 fruit csv", "==> fruit <==\npear 3\n\n==> csv <==\nname,port\n"],
  ["tail -1 fruit", "apple 10\n"],
  ["tail -n +3 fruit", "fig 2\napple 10\n"],
  ["head -n -3 fruit", "pear 3\n"],
  ["wc -l fruit", "4 fruit\n"],
  ["wc -l < fruit", "4\n"],
  ["printf 'a b\\n1' | wc", "      1       3       5\n"],
  ["sort fruit | uniq -c", "      2 apple 10\n      1 fig 2\n      1 pear 3\n"],
  ["sort -k2 -n fruit | head -1", "fig 2\n"],
  ["sort -t, -k2 -nr csv | cut -d, -f1", "api\nweb\nname\n"],
  ["sort -u fruit | wc -l", "3\n"],
  ["cut -c1-3 fruit | uniq", "pea\napp\nfig\napp\n"],
  ["echo aabb | tr -s a-z", "ab\n"],
  ["echo hello | tr -d l", "heo\n"],
  ["echo abc | tr '[:lower:]' '[:upper:]'", "ABC\n"],
  ["seq 2 2 6", "2\n4\n6\n"],
  ["seq -s, 3", "1\n2\n3\n"],
  ["grep -n apple fruit", "2:apple 10\n4:apple 10\n"],
  ["grep -c apple fruit csv", "fruit:2\ncsv:0\n"],
  ["grep -v apple fruit", "pear 3\nfig 2\n"],
  ["grep -E 'pear|fig' fruit", "pear 3\nfig 2\n"],
  ["grep 'pear\\|fig' fruit", "pear 3\nfig 2\n"],
  ["grep -o '[0-9][0-9]*' fruit", "3\n10\n2\n10\n"],
  ["grep -iw APPLE fruit | head -1", "apple 10\n"],
  ["grep -A1 pear fruit", "pear 3\napple 10\n"],
  ["grep nothing fruit; echo $?", "1\n"],
  ["grep -q fig fruit && echo found", "found\n"],
  ["sed 's/apple/APPLE/' fruit | grep -c APPLE", "2\n"],
  ["sed -n 2p fruit", "apple 10\n"],
  ["sed -n '/fig/,$p' fruit", "fig 2\napple 10\n"],
  ["sed '1d;$d' fruit", "apple 10\nfig 2\n"],
  ["echo a/b/c | sed 's#/#-#g'", "a-b-c\n"],
  ["echo 'host: x' | sed -E 's/(\\w+): (\\w+)/\\2=\\1 &/'", "x=host host: x\n"],
  ["sed -i s/pear/plum/ fruit; head -1 fruit", "plum 3\n"],
  ["awk '{print $2, $1}' fruit | head -1", "3 pear\n"],
  ["awk -F, 'NR>1 {print $2}' csv", "80\n8080\n"],
  ["awk '/apple/ {n += $2} END {print n, NR}' fruit", "20 4\n"],
  ['awk \'$2 > 2 && $1 != "pear" {print NF ":" $1}\' fruit', "2:apple\n2:apple\n"],
  ["awk '{printf \"%-6s|%3d\\n\", $1, $2}' fruit | head -1", "pear  |  3\n"],
  ["echo 'a b' | awk '{print $NF}'", "b\n"],
  ["echo abc | tee copy | cat; cat copy", "abc\nabc\n"],
  ["echo hello | base64", "aGVsbG8K\n"],
  ["echo aGVsbG8K | base64 -d", "hello\n"],
  ["echo a b c | xargs -n1 echo -", "- a\n- b\n- c\n"],
  ["printf 'x\\ny\\n' | xargs -I{} echo '<{}>'", "<x>\n<y>\n"],
  ["jq -r '.items[].metadata.name' pods.json", "web-1\nweb-2\n"],
  [
    "jq -r '.items[] | select(.status.phase==\"Running\") | .status.podIP' pods.json",
    "10.244.1.2\n",
  ],
  ["jq '.items | length' pods.json", "2\n"],
  [
    "jq -c '[.items[] | {n: .metadata.name, up: (.status.phase == \"Running\")}]' pods.json",
    '[{"n":"web-1","up":true},{"n":"web-2","up":false}]\n',
  ],
  [
    "jq -r '.items[0] | \"\\(.metadata.name) is \\(.status.phase)\"' pods.json",
    "web-1 is Running\n",
  ],
  ["jq -r '.items | map(.metadata.name) | join(\",\")' pods.json", "web-1,web-2\n"],
  ["jq '.items[1].status.podIP // \"none\"' pods.json", '"none"\n'],
  ["mkdir -p a/b/c && ls -R a | grep -c :", "3\n"],
  ["cp fruit f2; mv f2 sub/; ls sub", "a.yaml\nf2\n"],
  ["cp -r sub s2; rm -r sub; ls -d s*; ls s2", "s2\na.yaml\n"],
  ["touch new; wc -c new; [ -s new ] || echo empty", "0 new\nempty\n"],
  ["test 3 -gt 2 -a -d sub && echo yes", "yes\n"],
  ["[ ! -e nofile ] && [ -n x ] && echo yes", "yes\n"],
  ["cd sub; pwd; cd -; cd ..; pwd", "/home/guest/sub\n/home/guest\n/home\n"],
  ["printf '%s=%d\\n' a 1 b 2", "a=1\nb=2\n"],
  ["echo -n x; echo -e 'a\\nb'", "xa\nb\n"],
  ["date; date -u +%Y-%m-%dT%H:%M:%SZ", "Mon Nov 23 09:00:00 UTC 2026\n2026-11-23T09:00:00Z\n"],
  ["sleep 90; date +%T", "09:01:30\n"],
  ["diff fruit csv | head -3; diff fruit fruit; echo $?", "1,4c1,3\n< pear 3\n< apple 10\n0\n"],
  ["export A=1; env | grep ^A=; unset A; env | grep ^A=; echo $?", "A=1\n1\n"],
  ["type k ls cd", "k is aliased to `kubectl'\nls is /usr/bin/ls\ncd is a shell builtin\n"],
  ["watch -n 5 -t date +%T | head -2", "09:00:00\n09:00:05\n"],
  ["timeout 3 sleep 10; echo $?", "124\n"],
])("%s", async (line, printed) => {
  expect(await makeLaptop({ files }).run(line)).toBe(printed);
});

test("a file of 350,000 lines is written, sorted and counted", async () => {
  const laptop = makeLaptop({ files });
  expect(await laptop.run("seq 350000 > many; sort -rn many | head -1; wc -l many")).toBe(
    "350000\n350000 many\n",
  );
});

test.each([
  ["cat nofile", "cat: nofile: No such file or directory\n"],
  ["cat sub", "cat: sub: Is a directory\n"],
  ["ls nofile", "ls: cannot access 'nofile': No such file or directory\n"],
  ["ls -z", "ls: invalid option -- 'z'\nTry 'ls --help' for more information.\n"],
  ["ls --zz", "ls: unrecognized option '--zz'\nTry 'ls --help' for more information.\n"],
  ["ls -i", "ls: not in this hotel: -i (the real ls has it, this one does not)\n"],
  ["cd nofile", "bash: cd: nofile: No such file or directory\n"],
  ["cd fruit", "bash: cd: fruit: Not a directory\n"],
  ["rm nofile", "rm: cannot remove 'nofile': No such file or directory\n"],
  ["rm sub", "rm: cannot remove 'sub': Is a directory\n"],
  ["rmdir sub", "rmdir: failed to remove 'sub': Directory not empty\n"],
  ["mkdir sub", "mkdir: cannot create directory ‘sub’: File exists\n"],
  ["mv a b", "mv: cannot stat 'a': No such file or directory\n"],
  [
    "cp a",
    "cp: missing destination file operand after 'a'\nTry 'cp --help' for more information.\n",
  ],
  ["cp sub b", "cp: -r not specified; omitting directory 'sub'\n"],
  ["touch /no/x", "touch: cannot touch '/no/x': No such file or directory\n"],
  ["head nofile", "head: cannot open 'nofile' for reading: No such file or directory\n"],
  ["head -n x", "head: invalid number of lines: ‘x’\n"],
  [
    "cut",
    "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n",
  ],
  ["sleep a", "sleep: invalid time interval ‘a’\nTry 'sleep --help' for more information.\n"],
  ["grep", "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"],
  ["grep -E '(' fruit", "grep: Unmatched ( or \\(\n"],
  ["sed s/a/ fruit", "sed: -e expression #1, char 4: unterminated `s' command\n"],
  ["sed y/a/b/ fruit", "sed: not in this hotel: the command y (the real sed has it)\n"],
  ["test 1 -eq a", "bash: test: a: integer expression expected\n"],
  ["[ 1 = 1", "bash: [: missing `]'\n"],
  ["base64 -d <<< '!!'", "base64: invalid input\n"],
  ["tr", "tr: missing operand\nTry 'tr --help' for more information.\n"],
  ["jq .x <<< '{'", /^jq: parse error: /],
  ["jq '.items[' pods.json", /^jq: error: syntax error/],
  ["vi x", "vi: not in this hotel: there is no editor beside this terminal\n"],
])("refuses %s", async (line, words) => {
  const { out, err, status } = await makeLaptop({ files }).result(line);
  if (typeof words === "string") expect(err).toBe(words);
  else expect(err).toMatch(words);
  expect(out).toBe("");
  expect(status).not.toBe(0);
});
