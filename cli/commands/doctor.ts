/** `dumbo doctor`: checks whether dumbo has everything that it needs. */
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAssumePure } from "../../audit/assume-pure.ts";
import { supportsSyncHooks } from "../../loader/hooks/in-thread.ts";
import { placesOf } from "../../loader/remote/start.ts";
import { ConfigError } from "../../src/config/config.ts";
import { isSwitchedOff } from "../../src/config/switched-off.ts";
import { userDirectory } from "../../src/config/user-directory.ts";
import { readDistrusted } from "../../src/policy/profile.ts";
import { bytes, plural } from "../../src/report/words.ts";
import { findAddon } from "../../src/store/disk/addon.ts";
import { checkStore } from "../../src/store/disk/check-store.ts";
import { prepareDirectory } from "../../src/store/disk/directory.ts";
import { directorySize } from "../../src/store/disk/directory-contents.ts";
import { lookAtUserDirectory } from "../../src/store/disk/user-directory.ts";
import { USER_LIMIT, userFiles } from "../../src/store/disk/user-files.ts";
import type { Command, Request } from "../command.ts";
import { type Project, projectOf } from "../project.ts";

type Grade = "ok" | "note" | "bad";

/** The result of one check. */
interface Finding {
  readonly what: string;
  readonly grade: Grade;
  readonly text: string;
}

const MARKS = { ok: ["green", "ok  "], note: ["yellow", "note"], bad: ["red", "BAD "] } as const;

export const doctor: Command = {
  name: "doctor",
  summary:
    "looks whether Node, its hooks, other loaders, the store, the file system and the clock are as dumbo needs them",
  example: { line: "npx dumbo doctor", text: "to be put into a report of a bug, too" },
  fails: "if anything is bad: dumbo does not work, or loses what it stores",
  run(request) {
    const { paint } = request;
    const findings = [...aboutNode(request), ...aboutProject(request)];
    const lines = findings.map(({ what, grade, text }) => {
      const [style, mark] = MARKS[grade];
      return `${paint(style, mark)} ${what.padEnd(12)} ${text}`;
    });
    return { code: findings.some(({ grade }) => grade === "bad") ? 1 : 0, data: { findings }, lines };
  },
};

function aboutNode({ env }: Request): Finding[] {
  const { node, v8 } = process.versions;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const isSupported = major > 20 || (major === 20 && minor >= 19);
  const hooks = supportsSyncHooks(node) ? "in the program's thread" : "in a thread of their own";
  const loaders = otherLoaders(env);
  return [
    {
      what: "node",
      grade: isSupported ? "ok" : "bad",
      text: `${node} (V8 ${v8}), ${process.platform} ${process.arch}`,
    },
    { what: "hooks", grade: "ok", text: `modules are rewritten by hooks ${hooks}` },
    isSwitchedOff(env.DUMBO)
      ? { what: "switch", grade: "note", text: `DUMBO=${env.DUMBO} switches dumbo off` }
      : { what: "switch", grade: "ok", text: "on" },
    loaders.length === 0
      ? { what: "loaders", grade: "ok", text: "none but dumbo's, as far as NODE_OPTIONS says" }
      : {
          what: "loaders",
          grade: "note",
          text: `NODE_OPTIONS loads ${loaders.join(", ")}: dumbo sees what comes out of those before it`,
        },
  ];
}

/** The modules that NODE_OPTIONS loads beside dumbo. */
function otherLoaders({ NODE_OPTIONS = "" }: NodeJS.ProcessEnv): string[] {
  const found = NODE_OPTIONS.matchAll(/(?:--import|--require|-r|--loader|--experimental-loader)[ =]"?([^\s"]+)/g);
  return [...found].map((match) => match[1] as string).filter((name) => !/dumbo/.test(name));
}

function aboutProject(request: Request): Finding[] {
  let project: Project;
  try {
    project = projectOf(request);
    readAssumePure(project.root, request.env.DUMBO_ASSUME_PURE, request.cwd);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ what: "config", grade: "bad", text: error.message }];
  }
  const { root, config, directory } = project;
  const isThere = existsSync(directory);
  const findings: Finding[] = [
    { what: "project", grade: "ok", text: `${root}, policy ${config.policy}${config.readOnly ? ", read only" : ""}` },
    ...aboutRemote(project, request),
  ];
  try {
    prepareDirectory(directory, config.readOnly);
  } catch (error) {
    return [...findings, { what: "directory", grade: "bad", text: (error as Error).message }];
  }
  const was = isThere ? "" : ", which was made now";
  findings.push({ what: "directory", grade: "ok", text: directory + was }, aboutUser(project, request), aboutAddon());
  if (!config.readOnly) findings.push(...aboutFiles(directory));
  return [...findings, ...aboutStore(directory, config.maxSize)];
}

/** Checks the directory for all projects of the user. */
function aboutUser({ root, config }: Project, { env, cwd }: Request): Finding {
  const what = "shared";
  const path = userDirectory(root, config, env, cwd);
  if (path === null) return { what, grade: "ok", text: "nothing is shared with other projects" };
  if (lookAtUserDirectory(path) === "foreign") {
    const text = `${path} is not a folder that is yours and that only you can write: nothing is shared with other projects`;
    return { what, grade: "note", text };
  }
  const size = userFiles(path).reduce((sum, one) => sum + one.bytes, 0);
  return { what, grade: "ok", text: `${bytes(size)} of ${bytes(USER_LIMIT)} for all projects: ${path}` };
}

/** Checks the settings of shared caches. No server is asked. */
function aboutRemote({ root, config }: Project, { env }: Request): Finding[] {
  if (config.remote.length === 0) return [];
  const read = placesOf(root, config, env);
  if ("wrong" in read) return [{ what: "remote", grade: "bad", text: read.wrong }];
  return read.places.map(({ name, writes, namespace, from, believesAll }): Finding => {
    const spaces = from.length === 0 ? namespace : `${namespace}, and reads ${from.join(", ")}`;
    const text = `${name}: ${writes ? "reads and writes" : "reads"} ${spaces}`;
    if (believesAll) return { what: "remote", grade: "note", text: `${text}; believes whoever can write there` };
    return { what: "remote", grade: "ok", text };
  });
}

function aboutAddon(): Finding {
  try {
    findAddon();
    return { what: "addon", grade: "ok", text: "lmdb's addon for this system is there" };
  } catch (error) {
    return { what: "addon", grade: "bad", text: `nothing can be stored: ${(error as Error).message.split("\n")[0]}` };
  }
}

/** Checks the times of files, on which their signatures depend: how fine they are, and whether they follow this machine's clock. */
function aboutFiles(directory: string): Finding[] {
  const folder = mkdtempSync(join(directory, "doctor-"));
  try {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const now = Date.now();
    const { mtimeNs, mtimeMs } = statSync(file, { bigint: true });
    utimesSync(file, 1, 1);
    const { ctimeMs } = statSync(file);
    const isCoarse = mtimeNs % 1_000_000_000n === 0n;
    const skew = Math.round(Math.abs(Number(mtimeMs) - now));
    const hasChangeTime = Math.abs(ctimeMs - now) < 60_000;
    return [
      isCoarse
        ? {
            what: "file times",
            grade: "note",
            text: "whole seconds: files that were changed in the last 2 s are read again",
          }
        : { what: "file times", grade: "ok", text: "finer than a second" },
      hasChangeTime
        ? { what: "ctime", grade: "ok", text: "changes with a file" }
        : {
            what: "ctime",
            grade: "note",
            text: "does not change with a file: a change that sets the old time back is not seen",
          },
      skew < 2000
        ? { what: "clock", grade: "ok", text: "the file system's clock is this machine's" }
        : {
            what: "clock",
            grade: "note",
            text: `the file system's clock is ${skew} ms off: files count as changed for longer`,
          },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function aboutStore(directory: string, limit: number): Finding[] {
  const { records, damaged, incomplete, trouble } = checkStore(directory, () => {});
  const { store } = directorySize(directory);
  const distrusted = Object.values(readDistrusted(directory)).reduce((sum, sites) => sum + sites.length, 0);
  const lost = damaged.length + incomplete.length;
  const size = `${plural(records, "record")}, ${bytes(store)} of ${bytes(limit)}`;
  const wrong = `${plural(distrusted, "function")} found wrong by DUMBO_VERIFY, and off until dumbo clear`;
  return [
    trouble !== null
      ? { what: "store", grade: "note", text: `damaged (${trouble}): the next program that writes begins it anew` }
      : lost > 0
        ? { what: "store", grade: "note", text: `${size}; ${lost} are damaged, and count as misses: npx dumbo gc` }
        : { what: "store", grade: "ok", text: size },
    ...(distrusted > 0 ? [{ what: "verify", grade: "note", text: wrong } as const] : []),
  ];
}
