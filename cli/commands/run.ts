/** `dumbo run`: runs a program with dumbo. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { readProfiles } from "../../src/policy/profile.ts";
import { writeTimes } from "../../src/policy/times.ts";
import { explain } from "../../src/report/explain.ts";
import { prepareDirectory } from "../../src/store/disk/directory.ts";
import { endAs, runNode } from "../child.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { prepareProgram } from "../prepare-program.ts";
import { readThreads } from "../profile/cpu-profile.ts";
import { profiledRun } from "../profile/profile-run.ts";
import { ProgramFunctions } from "../profile/program-functions.ts";
import { writeTimeline } from "../profile/timeline-file.ts";
import { projectOf } from "../project.ts";

const AUDIT = "--permission-audit";

export const run: Command = {
  name: "run",
  summary: "runs a program with dumbo: its arguments, signals and exit code pass through",
  argument: { name: "SCRIPT", text: "the program, or options for Node behind --", isRequired: true, isScript: true },
  options: {
    prepare: { text: "analyses first what earlier runs of the program had no time for" },
    profile: { text: "measures how long each function takes, for explain, suggest and report" },
    "permission-audit": {
      text: "tells at exit what the program touched outside, as Node itself sees it (Node 24 and later)",
    },
  },
  example: {
    line: "npx dumbo run --profile build.js --minify",
    text: "runs node build.js --minify, and notes where the time goes",
  },
  fails: null,
  hasNoJson: true,
  async run(request) {
    const { argument: script = "", rest, has, env, cwd } = request;
    if (has("prepare")) await prepareProgram(request, script);
    const flags = ["--import", pathToFileURL(join(__dirname, "auto.cjs")).href];
    if (has("permission-audit")) flags.push(...auditFlags());
    const own = has("permission-audit") ? { ...env, DUMBO_CACHE: projectOf(request, script).directory } : env;
    if (!has("profile")) return { code: endAs(await runNode([...flags, script, ...rest], own, cwd)) };
    const folder = mkdtempSync(join(tmpdir(), "dumbo-profile-"));
    try {
      flags.push("--cpu-prof", `--cpu-prof-dir=${folder}`);
      const ended = await runNode([...flags, script, ...rest], own, cwd);
      keepProfile(request, script, folder);
      return { code: endAs(ended) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The flags of Node's own audit. It forbids addons and the inspector unless they are allowed, and dumbo writes its store by an addon. */
function auditFlags(): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  if (!known.has(AUDIT)) throw new CommandError(`Node ${process.versions.node} has no ${AUDIT}: it came with Node 24`);
  const allowed = ["--allow-addons", "--allow-inspector"].filter((flag) => known.has(flag));
  return [AUDIT, ...allowed, "--disable-warning=SecurityWarning", "--require", join(__dirname, "permission-audit.cjs")];
}

function keepProfile(request: Request, script: string, folder: string): void {
  const { root, directory, config } = projectOf(request, script);
  if (config.readOnly) {
    process.stderr.write(`dumbo: the profile is not kept: ${directory} is read only\n`);
    return;
  }
  const functions = new ProgramFunctions(root, __dirname + sep, explain(directory, root, ""));
  const at = Date.now();
  const { timeline, ...times } = profiledRun(readThreads(folder), functions, at);
  const place = prepareDirectory(directory);
  writeTimes(place, { at, program: script, ...times });
  writeTimeline(place, timeline);
  const count = Object.keys(readProfiles(directory)).length;
  process.stderr.write(`dumbo: profile kept, of ${count} functions: npx dumbo explain, npx dumbo report\n`);
}
