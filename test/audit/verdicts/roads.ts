/**
 * The roads by which code gets at a name of the table: as an ES import by name, by default and as a namespace, by
 * `require`, through aliases, computed, through `process.getBuiltinModule`.
 */

/** One way to write it. */
export interface Road {
  /** `by an alias` */
  readonly by: string;
  readonly expression: string;
}

/** What a module has to begin with, and the roads that are open then, by name. */
export interface Roads {
  readonly head: string;
  readonly to: ReadonlyMap<string, readonly Road[]>;
}

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether a name can be written after a dot. */
export function isName(name: string): boolean {
  return NAME.test(name);
}

/** @param names globals and their members: `Math`, `Math.max` */
export function globalRoads(names: readonly string[]): Roads {
  let head = "";
  const to = new Map<string, Road[]>();
  for (const [i, name] of names.entries()) {
    const [root = "", ...members] = name.split(".");
    const member = members.at(-1);
    const roads = [
      { by: "by name", expression: name },
      { by: "of globalThis", expression: `globalThis.${name}` },
    ];
    if (member !== undefined) {
      const whole = [root, ...members.slice(0, -1)].join(".");
      head += `const { ${member}: g${i} } = ${whole};\n`;
      roads.push({ by: "computed", expression: computed(whole, member) }, { by: "by an alias", expression: `g${i}` });
    }
    to.set(name, roads);
  }
  return { head, to };
}

/** Roads of ES modules to exports of a built-in module. */
export function esModuleRoads(id: string, names: readonly string[]): Roads {
  let head = `import whole from "${id}";\nimport * as space from "${id}";\nconst got = process.getBuiltinModule("${id}");\n`;
  const to = new Map<string, Road[]>();
  for (const [i, name] of names.entries()) {
    head += `const named${i} = space.${name} ?? whole.${name};\nconst { ${name}: alias${i} } = whole;\nconst { ${name}: late${i} } = got;\n`;
    to.set(name, [
      { by: "by default import", expression: `whole.${name}` },
      { by: "by namespace", expression: `space.${name}` },
      { by: "computed", expression: computed("whole", name) },
      { by: "of getBuiltinModule", expression: `got.${name}` },
      { by: "of getBuiltinModule inside", expression: `process.getBuiltinModule("${id}").${name}` },
      { by: "by an alias of the namespace", expression: `named${i}` },
      { by: "by an alias", expression: `alias${i}` },
      { by: "by an alias of getBuiltinModule", expression: `late${i}` },
    ]);
  }
  return { head, to };
}

/** The same of CommonJS modules. */
export function commonJsRoads(id: string, names: readonly string[]): Roads {
  let head = `const whole = require("${id}");\n`;
  const to = new Map<string, Road[]>();
  for (const [i, name] of names.entries()) {
    head += `const { ${name}: alias${i} } = require("${id}");\nconst member${i} = require("${id}").${name};\n`;
    to.set(name, [
      { by: "by require", expression: `whole.${name}` },
      { by: "by require inside", expression: `require("${id}").${name}` },
      { by: "by a required alias", expression: `alias${i}` },
      { by: "by a required member", expression: `member${i}` },
    ]);
  }
  return { head, to };
}

function computed(whole: string, name: string): string {
  return `${whole}["${name.slice(0, 1)}" + "${name.slice(1)}"]`;
}

/** A CommonJS module of an ES one that only exports functions. */
export function exporting(text: string): string {
  return text.replaceAll(/^export (async )?function (f\d+)/gm, (_, async = "", name) => {
    return `exports.${name} = ${async}function ${name}`;
  });
}

/** How a module of the table is imported. */
export function specifier(place: string): string {
  return place.startsWith("node:") ? place : `node:${place}`;
}
