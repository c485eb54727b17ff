/** `dumbo prepare`: analyses all modules of a program now. */
import { plural, time } from "../../src/report/words.ts";
import type { Command } from "../command.ts";
import { prepareProgram } from "../prepare-program.ts";

export const prepare: Command = {
  name: "prepare",
  summary: "analyses all modules of a program now, without running it, so that its next run need not",
  argument: { name: "SCRIPT", text: "the program", isRequired: true },
  example: { line: "npx dumbo prepare build.js", text: "analyses build.js, what it imports, and the packages of both" },
  fails: "if the cache directory cannot be used",
  async run(request) {
    const { directory, files, ms } = await prepareProgram(request, request.argument ?? "");
    const left = files > 0 ? `, ${plural(files, "file")} of packages or required files among them` : "";
    const line = `all modules that ${request.argument} loads are analysed${left} (${time(ms)}): ${directory}`;
    return { code: 0, data: { directory, files, ms }, lines: [line] };
  },
};
