// The line editor, seen on a screen: keys in, rows out. "|" is the cursor.

import { expect, test } from "vitest";
import { Terminal } from "../../src/shell/shell.ts";
import { makeLaptop, type Laptop } from "./laptop.ts";
import { ScreenModel } from "./screen.ts";

interface Sitting {
  readonly laptop: Laptop;
  readonly terminal: Terminal;
  readonly screen: ScreenModel;
  /** Types keys, then lets everything run that is due within `ms`. */
  type(keys: string, ms?: number): Promise<void>;
}

function sitDown({
  columns = 60,
  files = {},
}: { columns?: number; files?: Record<string, string> } = {}): Sitting {
  const laptop = makeLaptop({ files });
  const screen = new ScreenModel(columns);
  const terminal = new Terminal({
    shell: laptop.shell,
    write: (data) => screen.write(data),
    columns,
    rows: 24,
  });
  const type: Sitting["type"] = async (keys, ms = 100) => {
    terminal.input(keys);
    await laptop.clock.advance(ms);
  };
  return { laptop, terminal, screen, type };
}

const key = {
  left: "\x1b[D",
  right: "\x1b[C",
  up: "\x1b[A",
  down: "\x1b[B",
  home: "\x1b[H",
  end: "\x1b[F",
  back: "\x7f",
  del: "\x1b[3~",
  altB: "\x1bb",
  altF: "\x1bf",
  ctrl: (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 96),
};

test.each([
  ["abc", "abc|"],
  [`abc${key.left}${key.left}X`, "aX|bc"],
  [`abc${key.home}X${key.end}Y`, "XabcY|"],
  [`abc${key.ctrl("a")}X${key.ctrl("e")}Y`, "XabcY|"],
  [`abc${key.back}`, "ab|"],
  [`abc${key.home}${key.del}`, "|bc"],
  [`one two${key.ctrl("w")}`, "one |"],
  [`one two${key.ctrl("u")}`, "|"],
  [`one two${key.altB}${key.ctrl("k")}`, "one |"],
  [`one two${key.altB}${key.altB}${key.altF}X`, "oneX| two"],
  [`one two${key.ctrl("w")}${key.ctrl("a")}${key.ctrl("y")} `, "two |one"],
  [`a${key.left}${key.left}${key.left}b`, "b|a"],
  ["größe 漢字", "größe 漢字|"],
  [`漢字${key.left}x`, "漢x|字"],
  [`a👩‍💻b${key.left}${key.back}`, "a|b"],
  [`é${key.back}`, "|"],
])("%j", async (keys, line) => {
  const { screen, type } = sitDown();
  await type(keys);
  expect(screen.lastRow.replace("", "")).toBe(`guest@hotel:~$ ${line}`.trimEnd());
});

test("a command runs, prints, and the prompt comes back", async () => {
  const { screen, type } = sitDown();
  await type("echo hello; cd /\r");
  expect(screen.text).toBe("guest@hotel:~$ echo hello; cd /\nhello\nguest@hotel:/$");
});

test("output without a last line end does not spoil the prompt", async () => {
  const { screen, type } = sitDown();
  await type("echo -n x\r");
  expect(screen.text).toBe("guest@hotel:~$ echo -n x\nx\nguest@hotel:~$");
});

test("long lines wrap, and the cursor moves over the fold", async () => {
  const { screen, type } = sitDown({ columns: 20 });
  await type(`echo abcdefghijk${key.left.repeat(9)}X`);
  expect(screen.text).toBe("guest@hotel:~$ echo\nabXcdefghijk");
  expect(screen.lastRow).toBe("abX|cdefghijk");
  await type(`${key.home}Y`);
  expect(screen.text).toBe("guest@hotel:~$ Yecho\n abXcdefghijk");
});

test("Up and Down walk through history, and the draft is kept", async () => {
  const { screen, type } = sitDown();
  await type("echo 1\recho 2\rdraft");
  await type(key.up);
  expect(screen.lastRow).toBe("guest@hotel:~$ echo 2|");
  await type(key.up + key.up);
  expect(screen.lastRow).toBe("guest@hotel:~$ echo 1|");
  await type(key.down + key.down);
  expect(screen.lastRow).toBe("guest@hotel:~$ draft|");
});

test("Ctrl+R searches back, again further back, and Enter runs", async () => {
  const { screen, type } = sitDown();
  await type("echo one\recho two\recho three\r\x12ec");
  expect(screen.lastRow).toContain("(reverse-i-search)`ec': echo three");
  await type("\x12");
  expect(screen.lastRow).toContain("echo two");
  await type("\r");
  expect(screen.text).toMatch(/\ntwo\nguest@hotel:~\$$/);
});

test("Ctrl+C drops the line; while a command runs it ends the command", async () => {
  const { screen, type, laptop } = sitDown();
  await type("echo no\x03");
  expect(screen.text).toBe("guest@hotel:~$ echo no^C\nguest@hotel:~$");
  await type("sleep 100\r");
  await type("\x03");
  expect(screen.text).toMatch(/sleep 100\n\^C\nguest@hotel:~\$$/);
  expect(laptop.shell.session.status).toBe(130);
});

test("Ctrl+L clears the screen and keeps the line", async () => {
  const { screen, type } = sitDown();
  await type("echo a\rhalf\x0c");
  expect(screen.text).toBe("guest@hotel:~$ half");
});

test("a here-document is asked for with the second prompt", async () => {
  const { screen, type, laptop } = sitDown();
  await type("cat <<EOF > f\rone\rtwo\rEOF\rcat f\r");
  expect(screen.text).toBe(
    "guest@hotel:~$ cat <<EOF > f\n> one\n> two\n> EOF\nguest@hotel:~$ cat f\none\ntwo\nguest@hotel:~$",
  );
  expect(laptop.shell.session.history[0]).toBe("cat <<EOF > f\none\ntwo\nEOF");
});

test("an open quote asks for more; Ctrl+D gives bash's complaint", async () => {
  const { screen, type } = sitDown();
  await type('echo "abc\r\x04');
  expect(screen.text).toContain("bash: unexpected EOF while looking for matching `\"'");
});

test("a paste of several lines is one command to look at first", async () => {
  const { screen, type } = sitDown();
  await type("\x1b[200~for i in 1 2; do\n  echo $i\ndone\n\x1b[201~");
  expect(screen.text).toBe("guest@hotel:~$ for i in 1 2; do\n  echo $i\ndone");
  await type("\r");
  expect(screen.text).toMatch(/done\n1\n2\nguest@hotel:~\$$/);
});

test("a command reads what is typed, line by line, up to Ctrl+D", async () => {
  const { screen, type } = sitDown();
  await type("cat > f\r");
  await type("hello\rworlf\x7fd\r\x04");
  await type("cat f\r");
  expect(screen.text).toMatch(/cat f\nhello\nworld\nguest@hotel:~\$$/);
});

test("Tab completes commands, files and after pipes; twice it lists", async () => {
  const files = {
    "/home/guest/ingress.yaml": "",
    "/home/guest/intro.md": "",
    "/home/guest/sub/x": "",
  };
  const { screen, type } = sitDown({ files });
  await type("histo\t");
  expect(screen.lastRow).toBe("guest@hotel:~$ history |".trimEnd());
  await type("\x03cat ing\t");
  expect(screen.lastRow).toBe("guest@hotel:~$ cat ingress.yaml |");
  await type("\x03cat su\t\t");
  expect(screen.lastRow).toBe("guest@hotel:~$ cat sub/x |");
  await type("\x03cat in\t\t");
  expect(screen.text).toMatch(/ingress.yaml {2}intro.md\nguest@hotel:~\$ cat in$/);
  await type("\x03echo a | gre\t");
  expect(screen.lastRow).toBe("guest@hotel:~$ echo a | grep |");
});

test("run types a command and gives its status, one after another", async () => {
  const { screen, terminal, laptop, type } = sitDown();
  await type("half a line");
  const both = Promise.all([terminal.run("sleep 2; false"), terminal.run("echo second")]);
  expect(await laptop.clock.finish(both)).toEqual([1, 0]);
  expect(screen.text).toContain(
    "half a line^C\nguest@hotel:~$ sleep 2; false\nguest@hotel:~$ echo second\nsecond",
  );
});

test("what is typed while a command runs stands on the next line", async () => {
  const { screen, type } = sitDown();
  await type("sleep 1\r");
  await type("echo next", 2_000);
  expect(screen.text).toMatch(/guest@hotel:~\$ echo next$/);
});

test("a paste of 10 MB is cut, not fatal", async () => {
  const { laptop, type } = sitDown();
  await type(`\x1b[200~${"x".repeat(10_000_000)}\x1b[201~\x15`);
  await type("echo alive\r");
  expect(laptop.shell.session.history.at(-1)).toBe("echo alive");
});
