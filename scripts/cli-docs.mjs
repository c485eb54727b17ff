// Writes what the table of commands says into docs/command-line.md: `npm run docs`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../cli/commands/commands.ts";
import { withDocs } from "../cli/docs.ts";

const file = fileURLToPath(new URL("../docs/command-line.md", import.meta.url));
writeFileSync(file, withDocs(readFileSync(file, "utf8"), COMMANDS));
