/** A spec as files: modules that import each other in several ways, and a script. */
import { type Declaration, declareClass, declareFunction, declareState } from "./declarations.ts";
import { makeScript } from "./script.ts";
import type { Spec } from "./spec.ts";
import { Tape } from "./tape.ts";
import type { Fn, State, Variable, World } from "./world.ts";

/** Sources by path. */
export type Files = Readonly<Record<string, string>>;

const EXPORTED = /^export (?:let|const|class|(?:async )?function\*?) ([\w$]+)/gm;
const HOISTED = /^export (?:async )?function/;

/** @param suffix for the names of functions and classes: programs that share a process are told apart by them */
export function render({ layout, state, classes, functions, script }: Spec, suffix: string): Files {
  const tape = new Tape(layout);
  const modules = 1 + tape.next(3);
  const states: State[] = [];
  const world: World = { suffix, states, functions: [], classes: [] };
  const declarations: Declaration[] = [];
  for (const values of state) {
    const [one, declaration] = declareState(world, values, modules);
    states.push(one);
    declarations.push(declaration);
  }
  functions.forEach((declared, index) => {
    // Methods know the first two functions, and those after them know the methods.
    if (index === Math.min(2, functions.length - 1)) {
      for (const declaredClass of classes) {
        const [one, declaration] = declareClass(world, declaredClass, modules, suffix);
        world.classes.push(one);
        declarations.push(declaration);
      }
    }
    const [fn, declaration] = declareFunction(world, declared, modules, suffix);
    world.functions.push(fn);
    declarations.push(declaration);
  });
  const copies = tape.once(3) ? copied(world) : [];
  return link(declarations, makeScript(world, script, copies), modules, tape);
}

/**
 * What the script gets of the first module and of a second module with the same text: the same code, and yet others.
 * Only functions that take no function: a function that comes to call itself would end with its stack.
 */
function copied({ functions, classes }: World): Variable[] {
  const takesFunctions = ({ params }: Fn) => params.some(({ sort }) => /^(fn|any|list)$/.test(sort));
  const values = functions.filter(
    (fn) => fn.module === 0 && fn.kind === "sync" && fn.call === fn.name && !takesFunctions(fn),
  );
  return [
    ...values
      .flatMap(({ name }) => [name, `copy.${name}`])
      .map((text): Variable => ({ text, sort: "fn", kind: "param" })),
    ...classes
      .filter(({ module }) => module === 0)
      .map(({ index, name }): Variable => ({ text: `new copy.${name}(1, [])`, sort: `K${index}`, kind: "param" })),
  ];
}

type Style = "named" | "barrel" | "namespace";
const STYLES: readonly [Style, Style, Style, Style] = ["named", "named", "barrel", "namespace"];

function link(declarations: readonly Declaration[], script: string, modules: number, tape: Tape): Files {
  const owners = new Map<string, number>();
  for (const { module, text } of declarations) {
    for (const [, name] of text.matchAll(EXPORTED)) owners.set(name as string, module);
  }
  const files: Record<string, string> = {};
  for (let module = 0; module < modules; module++) {
    const own = declarations.filter((one) => one.module === module).map(({ text }) => text);
    // Functions are hoisted: they may stand anywhere.
    if (tape.next(2) === 1) own.sort((a, b) => Number(HOISTED.test(a)) - Number(HOISTED.test(b)));
    files[`m${module}.mjs`] = withImports(own.join("\n"), module, owners, tape.pick(STYLES));
  }
  files["main.mjs"] = withImports(script, -1, owners, tape.pick(STYLES));
  if (files["main.mjs"].includes("copy.")) files["copy.mjs"] = files["m0.mjs"] as string;
  const all = Array.from({ length: modules }, (_, module) => `export * from "./m${module}.mjs";\n`).join("");
  return Object.values(files).some((text) => text.includes("./barrel.mjs")) ? { ...files, "barrel.mjs": all } : files;
}

function withImports(text: string, module: number, owners: ReadonlyMap<string, number>, style: Style): string {
  const imports: string[] = [];
  let body = text;
  const used = [...owners].filter(([name, owner]) => owner !== module && new RegExp(`\\b${name}\\b`).test(text));
  for (const owner of new Set(used.map(([, owner]) => owner))) {
    const names = used.filter((one) => one[1] === owner).map(([name]) => name);
    if (style === "namespace") {
      imports.push(`import * as n${owner} from "./m${owner}.mjs";`);
      for (const name of names) body = body.replace(new RegExp(`(?<![\\w$.])${name}\\b`, "g"), `n${owner}.${name}`);
      // What is spread is looked up as well.
      for (const name of names) body = body.replaceAll(`...${name}`, `...n${owner}.${name}`);
    } else {
      imports.push(`import { ${names.join(", ")} } from "./${style === "barrel" ? "barrel" : `m${owner}`}.mjs";`);
    }
  }
  if (body.includes("copy.")) imports.push('import * as copy from "./copy.mjs";');
  if (/\bemit\(/.test(body)) imports.push('import { emit } from "../emit.mjs";');
  return `${[...imports, body].join("\n")}\n`;
}
