// curl's progress meter: shown when the output does not go to the terminal.

import type { Call } from "../../command.ts";
import type { Facts } from "./transfer.ts";

const heading =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n";

export class ProgressMeter {
  readonly #call: Call;
  readonly #on: boolean;

  constructor(call: Call, on: boolean) {
    this.#call = call;
    this.#on = on;
    if (on) call.stderr.write(`${heading}\r${line(0, 0, 0, 0, "--:--:--")}`);
  }

  /** The last line. `length` is the Content-Length, if there was one. */
  finish(facts: Facts, length: string | undefined): void {
    if (!this.#on) return;
    const { downloaded, uploaded, totalMs } = facts;
    const total = Number(length ?? downloaded);
    const spent = totalMs < 1000 ? "--:--:--" : clockText(totalMs);
    this.#call.stderr.write(`\r${line(downloaded, total, uploaded, totalMs, spent)}\n`);
  }
}

function line(received: number, total: number, sent: number, ms: number, spent: string): string {
  const percent = (part: number, whole: number): string =>
    String(whole > 0 ? Math.floor((part / whole) * 100) : 0).padStart(3);
  const all = total + sent;
  const speed = (bytes: number): string =>
    short(ms > 0 ? Math.round((bytes * 1000) / ms) : 0).padStart(5);
  return (
    `${percent(received + sent, all)} ${short(all)}  ${percent(received, total)} ${short(received)}` +
    `  ${percent(sent, sent)} ${short(sent)}  ${speed(received)}  ${speed(sent)} --:--:-- ${spent.padStart(8)} --:--:-- ${speed(received + sent)}`
  );
}

/** Five characters: 12345, 123k, 12.3M. */
function short(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * 1024) return `${Math.floor(bytes / 1024)}k`.padStart(5);
  return `${(bytes / 1024 / 1024).toFixed(1)}M`.padStart(5);
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
