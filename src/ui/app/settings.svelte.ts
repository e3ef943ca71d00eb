// What the learner chose about the page itself, kept in localStorage where that is allowed.

export type Theme = "day" | "night";
export type Vocabulary = "hotel" | "kubernetes";

interface Stored {
  theme?: Theme;
  vocabulary?: Vocabulary;
}

const storageKey = "grand-ingress/settings";

/** The page's settings. Each change is stored at once; a refusing storage is no error. */
export class Settings {
  readonly #stored = $state<Stored>(read());
  readonly #system = $state({ night: matchMedia("(prefers-color-scheme: dark)").matches });

  constructor() {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
      this.#system.night = event.matches;
    });
  }

  get theme(): Theme {
    return this.#stored.theme ?? (this.#system.night ? "night" : "day");
  }

  get vocabulary(): Vocabulary {
    return this.#stored.vocabulary ?? "hotel";
  }

  toggleTheme(): void {
    this.#stored.theme = this.theme === "night" ? "day" : "night";
    write(this.#stored);
  }

  toggleVocabulary(): void {
    this.#stored.vocabulary = this.vocabulary === "hotel" ? "kubernetes" : "hotel";
    write(this.#stored);
  }
}

/** Puts the theme on <html>, where theme.css looks for it. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

function read(): Stored {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    return typeof parsed === "object" && parsed !== null ? onlyKnown(parsed as Stored) : {};
  } catch {
    return {}; // storage denied or spoilt: the defaults will do
  }
}

function onlyKnown({ theme, vocabulary }: Stored): Stored {
  return {
    ...((theme === "day" || theme === "night") && { theme }),
    ...((vocabulary === "hotel" || vocabulary === "kubernetes") && { vocabulary }),
  };
}

function write(stored: Stored): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(stored));
  } catch {
    // Storage denied or full: the choice holds until the page closes.
  }
}
