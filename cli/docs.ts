/** Makes the parts of docs/command-line.md that come from the table of commands. */
import type { Command } from "./command.ts";
import { exitText, optionRows, usageOf } from "./help.ts";

/** The part of one command, in Markdown. */
export function docsOf(command: Command): string {
  const { name, summary, argument, example, fails, hasNoJson } = command;
  const rows = optionRows(command).filter(([left]) => !left.startsWith("-h"));
  const own = rows.filter(([left]) => left !== "--json");
  return [
    start(name),
    "",
    `\`${usageOf(command)}\`: ${summary}.`,
    "",
    ...(argument ? [`- \`${argument.name}\`: ${argument.text}`] : []),
    ...own.map(([left, text]) => `- \`${left}\`: ${text}`),
    ...(argument || own.length > 0 ? [""] : []),
    "```sh",
    `${example.line}   # ${example.text}`,
    "```",
    "",
    `${exitText(fails)}.${hasNoJson ? "" : ` JSON: \`${name}\`.`}`,
    "",
    END,
  ].join("\n");
}

const END = "<!-- end -->";

function start(name: string): string {
  return `<!-- dumbo ${name} -->`;
}

/**
 * Replaces the part of each command in a document by the present one.
 * @throws if the document has no place for a command
 */
export function withDocs(text: string, commands: readonly Command[]): string {
  return commands.reduce((sum, command) => {
    const from = sum.indexOf(start(command.name));
    const to = sum.indexOf(END, from);
    if (from < 0 || to < 0)
      throw new Error(`the document has no place for ${command.name}: ${start(command.name)} ... ${END}`);
    return sum.slice(0, from) + docsOf(command) + sum.slice(to + END.length);
  }, text);
}
