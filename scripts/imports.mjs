// The picture of imports: reads what dependency-cruiser has found, and counts folders, arrows and circles. notes/imports.md has the
// command, and what it has printed. With `--mermaid` it draws the rooms, without the arrows that follow from others.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

/** @type {{ modules: { source: string, dependencies: { resolved: string }[] }[] }} */
const { modules } = JSON.parse(readFileSync(0, "utf8"));
const files = new Set(modules.map(({ source }) => source));
/** @type {Map<string, string[]>} */
const imports = new Map(
  modules.map(({ source, dependencies }) => [
    source,
    dependencies.map(({ resolved }) => resolved).filter((to) => files.has(to)),
  ]),
);

const arrows = between(dirname);
const rooms = between(roomOf);
if (process.argv.includes("--mermaid")) draw(rooms);
else {
  const circles = circlesIn(imports);
  const back = [...arrows].flatMap(([from, to]) => [...to].filter((one) => from < one && arrows.get(one)?.has(from)));
  console.table({
    files: files.size,
    imports: sum([...imports.values()].map(({ length }) => length)),
    folders: new Set([...files].map((file) => dirname(file))).size,
    "arrows between folders": sum([...arrows.values()].map(({ size }) => size)),
    "pairs of folders with arrows both ways": back.length,
    "rooms in src": new Set([...files].map(roomOf).filter((room) => room.startsWith("src"))).size,
    "pairs of rooms with arrows both ways": [...rooms].flatMap(([from, to]) =>
      [...to].filter((one) => from < one && rooms.get(one)?.has(from)),
    ).length,
    "circles of files": circles.length,
    "files in circles": sum(circles.map(({ length }) => length)),
  });
}

/** A room: a folder of src with all below it, and each other folder at the top. */
function roomOf(file) {
  const [top, next, more] = file.split("/");
  return top === "src" && more !== undefined ? `${top}/${next}` : top;
}

/** Which groups of files import which others. */
function between(groupOf) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const [a, b] = [groupOf(from), groupOf(to)];
      if (a !== b) found.set(a, (found.get(a) ?? new Set()).add(b));
    }
  }
  return found;
}

/** Tarjan's strongly connected components, of more than one file. */
function circlesIn(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const circles = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node)) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) circles.push(circle);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return circles;
}

function draw(graph) {
  const hasCircles =
    circlesIn(new Map([...files].map(roomOf).map((room) => [room, [...(graph.get(room) ?? [])]]))).length > 0;
  const reaches = (from, to) => [...(graph.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  const follows = (targets, to) => !hasCircles && [...targets].some((other) => other !== to && reaches(other, to));
  console.log("flowchart TB");
  for (const [from, targets] of [...graph].sort(([a], [b]) => a.localeCompare(b))) {
    const direct = [...targets].filter((to) => !follows(targets, to));
    console.log(`  ${from} --> ${direct.sort().join(" & ")}`);
  }
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
