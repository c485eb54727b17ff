/** A small project, and the `dumbo` command in it. Expects dist/ to be built. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const package_ = fileURLToPath(new URL("../..", import.meta.url));

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Some milliseconds of work. */
const WORK = "let s = 0; for (let i = 0; i < 2e6; i++) s = (s * 31 + i * n) % 1000003;";

/** Cached, cached with a file it reads, not cached for a clock, for a variable, and for what it returns. */
export const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module", "scripts": { "build": "node main.js", "start": "node x.js" } }\n',
  "options.js": 'export const options = { theme: "dark" };\n',
  "page.js": `import { readFileSync } from "node:fs";
import { options } from "./options.js";
export function work(n) { ${WORK} return s; }
export function renderPage(page) {
  return \`<h1>\${page.title}</h1>\${work(page.n)}\${options.theme}\`;
}
export function readData(file) {
  const n = readFileSync(file, "utf8").length;
  ${WORK}
  return s;
}
globalThis.count = 0;
export function counted(n) {
  globalThis.count++;
  ${WORK}
  return s;
}
export function clock(n) {
  ${WORK}
  return s + Date.now();
}
`,
  "main.js": `import { renderPage, readData, counted, clock } from "./page.js";
const pages = [{ title: "one", n: 1 }, { title: "two", n: 2 }];
for (const page of pages) console.log(renderPage(page));
console.log(readData("data.txt"));
counted(3);
clock(4);
`,
  "data.txt": "some data\n",
};

export class CliProject {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-cli-")));
  readonly cli = join(package_, "dist/cli.cjs");

  constructor(files: Readonly<Record<string, string>> = FILES) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    mkdirSync(join(this.root, "node_modules"), { recursive: true });
    symlinkSync(package_, join(this.root, "node_modules/dumbo"), "junction");
  }

  /** A package that this repository has, with what it needs. */
  install(name: string): void {
    const place = join(this.root, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(package_, "node_modules", name), place, "junction");
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** Replaces a text that is there. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, text.replace(from, to));
  }

  /** `dumbo ...`: by default, all that is sound is stored, so that nothing depends on a clock. */
  dumbo(args: readonly string[], env: NodeJS.ProcessEnv = {}): Result {
    return this.node([this.cli, ...args], env);
  }

  /** @param input what it reads from stdin */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ""): Result {
    const { DUMBO, DUMBO_DIR, DUMBO_LOG, DUMBO_ASSUME_PURE, NODE_OPTIONS, NODE_TEST_CONTEXT, ...outer } = process.env;
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: this.root,
      encoding: "utf8",
      input,
      env: { ...outer, DUMBO_POLICY: "always", DUMBO_PREPARE: "0", DUMBO_USER_DIR: "off", ...env },
    });
    return { stdout, stderr, status };
  }

  /** What a command prints with `--json`. */
  json<T = Record<string, unknown>>(args: readonly string[]): T {
    const { stdout, stderr } = this.dumbo([...args, "--json"]);
    if (stdout === "") throw new Error(`dumbo ${args.join(" ")} printed nothing: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
