/** What Node does where a stream of the process has failed, and nobody listens to its errors. */
import { inspect } from "node:util";
import { writeError } from "../../src/node/process.ts";

/** The code with which the process ends then. */
export const UNCAUGHT = 1;

/** Prints what Node prints, without the places in the code: the program has not run. */
export function tellOfUncaught({ code, errno, message, syscall }: NodeJS.ErrnoException): void {
  // Only where the stream is a file, the error comes from the file system.
  const error = Object.assign(new Error(code === "EPIPE" ? `write ${code}` : message), { errno, code, syscall });
  error.stack = `Error: ${error.message}`;
  writeError(
    `node:events\n      throw er; // Unhandled 'error' event\n      ^\n\n${inspect(error)}\n\nNode.js ${process.version}\n`,
  );
}
