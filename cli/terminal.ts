/** Colours and progress, where there is a terminal to show them. */
import { styleText } from "node:util";

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours a text for a stream, or leaves it alone: where it is no terminal, or `NO_COLOR` is set. */
export function painter(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const isPlain = stream.isTTY !== true || !!env.NO_COLOR || env.TERM === "dumb";
  return isPlain ? (_, text) => text : (style, text) => styleText(style, text);
}

const BAR = 30;
/** Milliseconds between two pictures of a bar, and between two lines where there is no terminal. */
const PAUSE = { bar: 50, line: 5000 };

/** Tells how far some work is, on stderr: a bar on a terminal, now and then a line elsewhere. */
export class Progress {
  readonly #label: string;
  readonly #isSilent: boolean;
  readonly #hasTerminal = process.stderr.isTTY === true;
  #shown = performance.now();
  #isDrawn = false;

  /** @param label names the work: `preparing` */
  constructor(label: string, isSilent: boolean) {
    this.#label = label;
    this.#isSilent = isSilent;
  }

  /** @param what is being worked on */
  step(done: number, total: number, what: string): void {
    const now = performance.now();
    const pause = this.#hasTerminal ? PAUSE.bar : PAUSE.line;
    if (this.#isSilent || now - this.#shown < pause) return;
    this.#shown = now;
    if (this.#hasTerminal) this.#draw(done, total, what);
    else process.stderr.write(`dumbo: ${this.#label}: ${done} of ${total}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isDrawn) process.stderr.write("\r\u001b[K");
  }

  #draw(done: number, total: number, what: string): void {
    const filled = total === 0 ? BAR : Math.round((BAR * done) / total);
    const bar = "#".repeat(filled) + ".".repeat(BAR - filled);
    const width = Math.max(0, (process.stderr.columns ?? 80) - BAR - this.#label.length - 20);
    const shown = what.length > width ? `...${what.slice(what.length - Math.max(0, width - 3))}` : what;
    process.stderr.write(`\r\u001b[K${this.#label} ${bar} ${done}/${total} ${shown}`);
    this.#isDrawn = true;
  }
}
