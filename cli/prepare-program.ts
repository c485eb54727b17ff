/** Analyses the modules that a program would analyse when it runs, and the package files for which earlier runs had no time. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { supportsSyncHooks } from "../loader/hooks/in-thread.ts";
import { readJobs } from "../loader/hooks/jobs.ts";
import { prepare } from "../loader/prepare/prepare.ts";
import * as transforming from "../loader/transform/index.ts";
import { prepareDirectory } from "../src/store/disk/directory.ts";
import { runNode } from "./child.ts";
import { type Request, UsageError } from "./command.ts";
import { loaderFor } from "./loader-for.ts";
import { projectOf } from "./project.ts";
import { requiredFiles } from "./required-files.ts";
import { Progress } from "./terminal.ts";

export interface PreparedProgram {
  readonly directory: string;
  /** How many files were analysed of those that earlier runs left, and of those that are required. Imported files are not counted. */
  readonly files: number;
  readonly ms: number;
}

/** Analyses a program, without running any of it. @throws UsageError if there is no such script */
export async function prepareProgram(request: Request, script: string): Promise<PreparedProgram> {
  const path = resolve(request.cwd, script);
  if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
  const project = projectOf(request, path);
  const started = performance.now();
  const directory = prepareDirectory(project.directory);
  const progress = new Progress("analysing", request.isJson);
  const commonJs = await progress.during(`what ${script} imports`, link(request, path));
  const required = requiredFiles(commonJs ?? [path]);
  const report = (line: string) => void process.stderr.write(`dumbo: ${line}\n`);
  const folder = __dirname + sep;
  const left = readJobs(directory, folder).reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  const onFile = (file: string) => progress.step(done++, left + required.length, file);
  prepare(
    directory,
    folder,
    () => transforming,
    () => {
      onFile("");
      return true;
    },
    report,
  );
  const loader = loaderFor(project, request, path, report);
  for (const file of required) {
    onFile(file);
    loader.prepare({ path: file, kind: requiredKind(), isText: true, bytes: 0 });
  }
  loader.flush();
  progress.end();
  return { directory, files: left + required.length, ms: performance.now() - started };
}

/** Has Node load what a script imports (linker.ts). @returns the CommonJS files among them; null where that came to no end */
async function link({ cwd, env }: Request, path: string): Promise<string[] | null> {
  const folder = mkdtempSync(join(tmpdir(), "dumbo-prepare-"));
  const list = join(folder, "commonjs.json");
  const urlOf = (name: string) => pathToFileURL(join(__dirname, name)).href;
  const flags = ["--no-warnings", "--import", urlOf("auto.cjs"), "--import", urlOf("linker.mjs")];
  try {
    await runNode([...flags, path], { ...env, DUMBO_LOG: "silent", DUMBO_LINKED: list }, cwd);
    return existsSync(list) ? (JSON.parse(readFileSync(list, "utf8")) as string[]) : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The kind that the hooks of this Node are told of a required file; undefined before Node 22, where the loader decides by the syntax. */
function requiredKind(): "commonjs" | undefined {
  const { node } = process.versions;
  return supportsSyncHooks(node) || Number.parseInt(node, 10) >= 22 ? "commonjs" : undefined;
}
