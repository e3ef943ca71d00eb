// One tab stop for many buttons: arrow keys walk among them, Home and End jump.
// For {@attach rove} on the element that contains the buttons.

import type { Attachment } from "svelte/attachments";

const selector = "button:not(:disabled)";

export const rove: Attachment<HTMLElement> = (container) => {
  const buttons = (): HTMLButtonElement[] => [
    ...container.querySelectorAll<HTMLButtonElement>(selector),
  ];

  const settle = (chosen?: HTMLElement): void => {
    const all = buttons();
    const active = chosen ?? all.find((one) => one.tabIndex === 0) ?? all[0];
    for (const one of all) one.tabIndex = one === active ? 0 : -1;
  };

  const onKey = (event: KeyboardEvent): void => {
    const all = buttons();
    const index = all.indexOf(document.activeElement as HTMLButtonElement);
    if (index < 0) return;
    const next = {
      ArrowRight: index + 1,
      ArrowDown: index + 1,
      ArrowLeft: index - 1,
      ArrowUp: index - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all[(next + all.length) % all.length]!.focus();
  };
  const onFocus = (event: FocusEvent): void => {
    if (event.target instanceof HTMLButtonElement) settle(event.target);
  };

  // Objects come and go with the cluster; exactly one of the buttons must stay reachable.
  const observer = new MutationObserver(() => settle());
  observer.observe(container, { childList: true, subtree: true });
  settle();
  container.addEventListener("keydown", onKey);
  container.addEventListener("focusin", onFocus);
  return () => {
    observer.disconnect();
    container.removeEventListener("keydown", onKey);
    container.removeEventListener("focusin", onFocus);
  };
};
