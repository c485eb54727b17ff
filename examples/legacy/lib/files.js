"use strict";

const fs = require("fs");
const path = require("path");

/** The folder of an installed package. Not every package allows to require its package.json. */
function packageFolder(name) {
  for (const base of require.resolve.paths(name)) {
    const folder = path.join(base, name);
    if (fs.existsSync(path.join(folder, "package.json"))) return folder;
  }
  throw new Error(`${name} is not installed`);
}

/** The scripts of an entry of packages.js. */
exports.findScripts = function findScripts(entry) {
  const folder = path.join(packageFolder(entry.name), entry.folder);
  const files = fs.readdirSync(folder).filter((file) => entry.pattern.test(file));
  return files.sort().map((file) => ({
    name: `${entry.name}/${entry.folder}/${file}`,
    file: path.join(folder, file),
  }));
};

exports.writeFile = function writeFile(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
};
