// The page's CodeMirror: YAML, findings from the sandbox as lint, keys that never trap.
// This file and CodeMirror are a chunk of their own, loaded when the editor is first opened.

import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { forceLinting, lintGutter, linter, lintKeymap, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Finding } from "../../sandbox/protocol.ts";

export interface TextEditor {
  /** Shows another text; its undo history starts afresh. */
  show(content: string): void;
  /** Brings in a change from outside without losing the place. */
  replace(content: string): void;
  content(): string;
  /** Puts the cursor at a finding. */
  goTo(place: { readonly line: number; readonly column: number }): void;
  recheck(): void;
  focus(): void;
  dispose(): void;
}

export interface EditorEvents {
  changed(content: string): void;
  check(content: string): Promise<readonly Finding[]>;
  apply(): void;
}

/** Opens an editor in `parent`. Esc, then Tab leaves it; Ctrl+S applies. */
export function openEditor(parent: HTMLElement, events: EditorEvents): TextEditor {
  const extensions = [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    yaml(),
    syntaxHighlighting(colours),
    lintGutter(),
    linter(
      async (view) => toDiagnostics(await events.check(view.state.doc.toString()), view.state.doc),
      {
        delay: 350,
      },
    ),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (events.apply(), true) },
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({
      "aria-label": "YAML editor. Escape, then Tab leaves it.",
      tabindex: "0", // editable anyway, said once more for what looks for it
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.isUserEvent("outside"))) {
        events.changed(update.state.doc.toString());
      }
    }),
    look,
  ];
  const view = new EditorView({ parent, state: EditorState.create({ extensions }) });
  return {
    show: (content) => view.setState(EditorState.create({ doc: content, extensions })),
    replace: (content) => {
      if (content === view.state.doc.toString()) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: content },
        userEvent: "outside",
      });
    },
    content: () => view.state.doc.toString(),
    goTo: (place) => {
      const at = position(view.state.doc, place.line, place.column);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
    recheck: () => forceLinting(view),
    focus: () => view.focus(),
    dispose: () => view.destroy(),
  };
}

function toDiagnostics(findings: readonly Finding[], text: Text): Diagnostic[] {
  return findings.map((finding) => {
    const from = position(text, finding.line, finding.column);
    const to = Math.max(position(text, finding.endLine, finding.endColumn), from);
    return {
      from,
      to: to > from ? to : Math.min(from + 1, text.length),
      severity: finding.severity === "hint" ? "hint" : finding.severity,
      message: finding.message,
      ...(finding.field !== undefined && { source: finding.field }),
    };
  });
}

/** Lines and columns of findings count from 1, and may lie beyond the end of a broken text. */
function position(text: Text, line: number, column: number): number {
  const at = text.line(Math.min(Math.max(line, 1), text.lines));
  return Math.min(at.from + Math.max(column - 1, 0), at.to);
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--teal)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--sienna)" },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: "var(--plum)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  {
    tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace],
    color: "var(--muted)",
  },
]);

const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--raised)" },
  "&.cm-focused": { outline: "none", boxShadow: "inset 4px 0 0 var(--brass)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--brass)" },
  ".cm-cursor": { borderLeftColor: "var(--brass)", borderLeftWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--sunk)",
    color: "var(--muted)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--brass) 9%, transparent)",
  },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--line) !important",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line-strong)",
  },
  ".cm-diagnostic": { fontFamily: "var(--sans)" },
});
