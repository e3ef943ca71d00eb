// The xterm of the page: loaded when the terminal is first wanted, themed from the page's own colours.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type ITheme } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { objectLinks, type ObjectLink } from "./objectlinks.ts";

export interface Screen {
  write(data: string): void;
  focus(): void;
  /** Fills its element again; returns the new size. */
  fit(): { columns: number; rows: number };
  /** Takes the colours of the page as they are now. */
  recolour(): void;
  dispose(): void;
}

/**
 * Opens a terminal in `element`. `keys` gets what the learner types.
 * `tabLeaves()` tells whether Tab belongs to the page now; `toggleTab` is Ctrl+M.
 */
export function openScreen(
  element: HTMLElement,
  {
    keys,
    tabLeaves,
    toggleTab,
    follow,
  }: {
    keys(data: string): void;
    tabLeaves(): boolean;
    toggleTab(): void;
    /** The name of an object was clicked. */
    follow(link: ObjectLink): void;
  },
): Screen {
  const terminal = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: innerWidth < 800 ? 12 : 13,
    lineHeight: 1.2,
    cursorBlink: false,
    scrollback: 5000,
    minimumContrastRatio: 4.5,
    theme: themeOfPage(),
  });
  const fitter = new FitAddon();
  terminal.loadAddon(fitter);
  terminal.onData(keys);
  linkObjects(terminal, follow);
  // Escape and then Tab leaves, as in the editor: nobody is caught in here.
  let escaped = false;
  terminal.attachCustomKeyEventHandler((event) => {
    const plainCtrl = event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (plainCtrl && event.key.toLowerCase() === "m") {
      if (event.type === "keydown") toggleTab();
      event.preventDefault();
      return false;
    }
    // Ctrl+1…3 belong to the page's tabs; Tab does while the learner wants to move on.
    if (plainCtrl && /^[123]$/.test(event.key)) return false;
    const leaves = event.key === "Tab" && (tabLeaves() || escaped);
    if (event.type === "keydown" && event.key !== "Shift") escaped = event.key === "Escape";
    return !leaves;
  });
  terminal.open(element);
  const input = terminal.textarea;
  input?.setAttribute("aria-label", "Terminal input");
  input?.setAttribute("aria-describedby", "terminal-hint");

  return {
    // The text twin is drawn once a second at most: begun with the prompt there, it has it at once.
    write: (data) => terminal.write(data, () => (terminal.options.screenReaderMode = true)),
    focus: () => terminal.focus(),
    fit: () => {
      fitter.fit();
      return { columns: terminal.cols, rows: terminal.rows };
    },
    recolour: () => (terminal.options.theme = themeOfPage()),
    dispose: () => terminal.dispose(),
  };
}

/** Makes links of the objects that are named on the screen. */
function linkObjects(terminal: Terminal, follow: (link: ObjectLink) => void): void {
  const line = (at: number): string | undefined => {
    const row = terminal.buffer.active.getLine(at);
    return row?.translateToString(true);
  };
  terminal.registerLinkProvider({
    provideLinks: (row, give) => {
      give(
        objectLinks(line, row - 1).map((link) => ({
          text: link.name,
          range: { start: { x: link.start + 1, y: row }, end: { x: link.end, y: row } },
          activate: () => follow(link),
        })),
      );
    },
  });
}

function themeOfPage(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: colour("--raised"),
    foreground: colour("--ink"),
    cursor: colour("--brass"),
    cursorAccent: colour("--raised"),
    selectionBackground: colour("--line"),
    black: colour("--ink"),
    brightBlack: colour("--muted"),
    red: colour("--err"),
    brightRed: colour("--err"),
    green: colour("--ok"),
    brightGreen: colour("--ok"),
    yellow: colour("--brass"),
    brightYellow: colour("--brass"),
    blue: colour("--teal"),
    brightBlue: colour("--teal"),
    magenta: colour("--plum"),
    brightMagenta: colour("--plum"),
    cyan: colour("--teal"),
    brightCyan: colour("--teal"),
    white: colour("--muted"),
    brightWhite: colour("--ink"),
  };
}
