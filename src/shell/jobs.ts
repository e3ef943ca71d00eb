// Commands that run in the background of a shell: what "&" begins, and jobs, fg, wait and kill
// speak of. Words as bash prints them.

/** One background job. */
export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly words: string;
  /** Aborted by kill, and when the shell goes. */
  readonly stop: AbortController;
  /** Its exit status, once it has ended. */
  readonly ended: Promise<number>;
  /** Undefined while it runs. */
  status: number | undefined;
}

/** The first job's process id; each further one is one more. */
const firstPid = 4243;

export class JobTable {
  readonly #jobs: Job[] = [];
  #pids = 0;

  /** Youngest last. Jobs whose end has been told are gone. */
  get list(): readonly Job[] {
    return this.#jobs;
  }

  /** $!: "" before the first job. */
  get lastPid(): string {
    return this.#pids === 0 ? "" : String(firstPid + this.#pids - 1);
  }

  /** @param run the job's work, given the signal that ends it. */
  begin(words: string, run: (signal: AbortSignal) => Promise<number>): Job {
    const stop = new AbortController();
    const number = (this.#jobs.at(-1)?.number ?? 0) + 1;
    const ended = run(stop.signal).then((status) => (job.status = status));
    const pid = firstPid + this.#pids++;
    const job: Job = { number, pid, words, stop, ended, status: undefined };
    this.#jobs.push(job);
    return job;
  }

  /** "%1", "%%", "%+", "%-", "%kubectl", or a process id. */
  find(word: string): Job | undefined {
    if (!word.startsWith("%")) return this.#jobs.find(({ pid }) => String(pid) === word);
    const name = word.slice(1);
    if (/^[%+]?$/.test(name)) return this.#jobs.at(-1);
    if (name === "-") return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    const found = this.#jobs.find(({ number }) => String(number) === name);
    return found ?? this.#jobs.find(({ words }) => words.startsWith(name));
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
  }

  /** The lines about jobs that have ended since the last time; they are forgotten then. */
  news(): string {
    const over = this.#jobs.filter(({ status }) => status !== undefined);
    const lines = over.map((job) => this.line(job));
    for (const job of over) this.remove(job);
    return lines.join("");
  }

  /** "[1]+  Running                 sleep 60 &" */
  line(job: Job): string {
    const mark = job === this.#jobs.at(-1) ? "+" : job === this.#jobs.at(-2) ? "-" : " ";
    const words = job.status === undefined ? `${job.words} &` : job.words;
    return `[${job.number}]${mark}  ${stateOf(job).padEnd(24)}${words}\n`;
  }

  /** Ends all: the shell goes. */
  stop(): void {
    for (const job of this.#jobs.splice(0)) job.stop.abort();
  }
}

function stateOf({ status, stop }: Job): string {
  if (status === undefined) return "Running";
  if (stop.signal.aborted) return "Terminated";
  return status === 0 ? "Done" : `Exit ${status}`;
}
