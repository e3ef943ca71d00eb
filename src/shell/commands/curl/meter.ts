// The progress meter, as lib/progress.c draws it: a head, a line that is drawn over once a
// second, and the last line when a transfer is done.

import type { Clock, Timer } from "../../../base/clock.ts";

const head =
  "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n" +
  "                                 Dload  Upload   Total   Spent    Left  Speed\n";

/** How much has been moved so far. */
export interface Moved {
  /** Undefined while the length of the answer is not known. */
  expectedBytes: number | undefined;
  receivedBytes: number;
  sentBytes: number;
}

export class Meter {
  readonly #clock: Clock;
  readonly #write: ((text: string) => void) | undefined;
  readonly #moved: () => Moved;
  #timer: Timer | undefined;
  #startedAt = 0;
  #headShown: boolean;

  /**
   * @param o.write where it is drawn; undefined for a meter that nobody sees.
   * @param o.again whether its head is there already.
   */
  constructor(o: {
    clock: Clock;
    write: ((text: string) => void) | undefined;
    moved: () => Moved;
    again: boolean;
  }) {
    this.#headShown = o.again;
    this.#clock = o.clock;
    this.#write = o.write;
    this.#moved = o.moved;
  }

  /** A request sets out. */
  start(): void {
    if (!this.#write) return;
    this.#startedAt = this.#clock.now();
    if (!this.#headShown) this.#write(head);
    this.#headShown = true;
    this.#tick();
  }

  /** The request is over; its last line stays. */
  done(): void {
    if (!this.#write || !this.#timer) return;
    this.stop();
    this.#draw();
    this.#write("\n");
  }

  /** Draws no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tick(): void {
    this.#draw();
    this.#timer = this.#clock.after(1000, () => this.#tick());
  }

  #draw(): void {
    this.#write?.(meterLine(this.#moved(), this.#clock.now() - this.#startedAt));
  }
}

/** One line of the meter, from its carriage return on. */
function meterLine({ expectedBytes, receivedBytes, sentBytes }: Moved, spentMs: number): string {
  const speed = (bytes: number): number =>
    spentMs > 0 ? Math.floor((bytes * 1000) / spentMs) : bytes;
  const percent = (part: number, whole: number): string =>
    String(whole > 0 ? Math.floor((part * 100) / whole) : 0).padStart(3);
  const size = (bytes: number): string => shortNumber(bytes);
  const total = sentBytes + (expectedBytes ?? receivedBytes);
  const all = sentBytes + receivedBytes;
  const received = percent(receivedBytes, expectedBytes ?? 0);
  const spentSeconds = Math.floor(spentMs / 1000);
  const download = speed(receivedBytes);
  const totalSeconds = expectedBytes && download ? Math.floor(expectedBytes / download) : 0;
  const left = totalSeconds > 0 ? totalSeconds - spentSeconds : 0;
  return (
    `\r${percent(all, total)} ${size(total)}  ${received} ${size(receivedBytes)}` +
    `  ${percent(sentBytes, sentBytes)} ${size(sentBytes)}  ${size(download)}` +
    `  ${size(speed(sentBytes))} ${time(totalSeconds)} ${time(spentSeconds)} ${time(left)}` +
    ` ${size(download + speed(sentBytes))}`
  );
}

/** Five characters (max5data). */
function shortNumber(bytes: number): string {
  const k = 1024;
  const tenths = (unit: number): string =>
    `${String(Math.floor(bytes / unit)).padStart(2)}.${Math.floor((bytes % unit) / (unit / 10))}`;
  if (bytes < 100_000) return String(bytes).padStart(5);
  if (bytes < 10_000 * k) return `${String(Math.floor(bytes / k)).padStart(4)}k`;
  if (bytes < 100 * k * k) return `${tenths(k * k)}M`;
  return `${String(Math.floor(bytes / k / k)).padStart(4)}M`;
}

/** Eight characters (time2str). */
function time(seconds: number): string {
  if (seconds <= 0) return "--:--:--";
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${String(hours).padStart(2)}:${two(minutes)}:${two(seconds % 60)}`;
}
