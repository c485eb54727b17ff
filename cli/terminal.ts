/** Colours and progress, for terminals that can show them. */
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Makes a function that colours texts for a stream. It leaves them as they are if the stream is no terminal, or `NO_COLOR` is set. */
export function painter(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isPlain = stream.isTTY !== true || !!env.NO_COLOR || env.TERM === "dumb";
  return isPlain ? (_, text) => text : (style, text) => styleText(style, text);
}

const BAR = { shortest: 5, longest: 30 };
/** Milliseconds between two updates: of the bar on a terminal, and of the lines elsewhere. */
const PAUSE = { bar: 50, line: 5000 };
const CLEAR = "\r\u001b[K";

/** Shows on stderr how far some work is: by a bar on a terminal, by a line now and then elsewhere. */
export class Progress {
  readonly #label: string;
  readonly #isSilent: boolean;
  readonly #hasTerminal = process.stderr.isTTY === true;
  #shown = performance.now();
  #isDrawn = false;

  /** @param label the name of the work: `preparing` */
  constructor(label: string, isSilent: boolean) {
    this.#label = label;
    this.#isSilent = isSilent;
  }

  /** @param what names the item that is worked on */
  step(done: number, total: number, what: string): void {
    if (this.#isDue()) {
      this.#show(
        () => barLine(this.#label, done, total, what, columns()),
        () => `${done} of ${total}`,
      );
    }
  }

  /** Shows that some work of unknown length goes on. @param what names the item that is worked on */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    const started = performance.now();
    const timer = setInterval(() => {
      if (!this.#isDue()) return;
      const text = `${what}, ${Math.round((performance.now() - started) / 1000)} s`;
      this.#show(
        () => waitLine(this.#label, text, columns()),
        () => text,
      );
    }, PAUSE.bar);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      this.end();
    }
  }

  /** Removes the bar. */
  end(): void {
    if (this.#isDrawn) process.stderr.write(CLEAR);
    this.#isDrawn = false;
  }

  #isDue(): boolean {
    return !this.#isSilent && performance.now() - this.#shown >= (this.#hasTerminal ? PAUSE.bar : PAUSE.line);
  }

  #show(picture: () => string, line: () => string): void {
    this.#shown = performance.now();
    this.#isDrawn = this.#hasTerminal;
    process.stderr.write(this.#hasTerminal ? CLEAR + picture() : `dumbo: ${this.#label}: ${line()}\n`);
  }
}

function columns(): number {
  // Some terminals report 0.
  return process.stderr.columns || 80;
}

/** A bar that fits in a line of a terminal. In a narrow terminal, the bar is short, and the name of the item is cut. */
export function barLine(label: string, done: number, total: number, what: string, room: number): string {
  const count = ` ${String(done).padStart(String(total).length)}/${total} `;
  const left = room - 1 - label.length - 1 - count.length;
  const length = Math.max(BAR.shortest, Math.min(BAR.longest, left));
  const filled = total === 0 ? length : Math.round((length * done) / total);
  const bar = "#".repeat(filled) + ".".repeat(length - filled);
  return `${label} ${bar}${count}${lastOf(what, left - length)}`;
}

function waitLine(label: string, text: string, room: number): string {
  return `${label} ${lastOf(text, room - 1 - label.length - 1)}`;
}

/** Cuts a text to a length, and keeps its end: it is a path, of which the end says most. */
function lastOf(text: string, room: number): string {
  if (text.length <= room) return text;
  return room <= 3 ? "" : `...${text.slice(3 - room)}`;
}
