/** `dumbo report`: writes a page that shows everything that is known. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { bytes, plural } from "../../src/report/words.ts";
import { type Command, CommandError } from "../command.ts";
import { usedProject } from "../project.ts";
import { collect } from "../report/collect.ts";
import { reportHtml } from "../report/html.ts";

const FILE = "dumbo-report.html";

export const report: Command = {
  name: "report",
  summary:
    "writes a page that shows where the time goes, what would pay, what missed and why: one file, which loads nothing",
  argument: { name: "SCRIPT", text: "part of the path of a script, where several programs share the directory" },
  options: { out: { value: "FILE", text: `the file to write (${FILE})` } },
  example: {
    line: "npx dumbo run --profile build.js && npx dumbo report",
    text: `writes ${FILE}, to be opened in a browser or attached to a pull request`,
  },
  fails: "if no run is known, or the file cannot be written",
  run(request) {
    const data = collect(usedProject(request), request);
    const file = resolve(request.cwd, request.value("out") ?? FILE);
    const html = reportHtml(data);
    try {
      writeFileSync(file, html);
    } catch (error) {
      throw new CommandError(`${file} cannot be written: ${(error as Error).message}`);
    }
    const size = Buffer.byteLength(html);
    const hint = data.profile ? "" : "; npx dumbo run --profile SCRIPT measures all functions";
    return {
      code: 0,
      data: {
        file,
        bytes: size,
        program: data.program,
        functions: data.functions.length,
        profiled: data.profile !== null,
      },
      lines: [`${file}: ${plural(data.functions.length, "function")}, ${bytes(size)}${hint}`],
    };
  },
};
