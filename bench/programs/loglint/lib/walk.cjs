"use strict";
const fs = require("fs");
const path = require("path");

module.exports = function walk(folder) {
  let files = [];
  fs.readdirSync(folder)
    .sort()
    .forEach(function (name) {
      const file = path.join(folder, name);
      if (fs.statSync(file).isDirectory()) files = files.concat(walk(file));
      else if (/\.log$/.test(name)) files.push(file);
    });
  return files;
};
