#!/usr/bin/env node
"use strict";
const fs = require("fs");
const walk = require("./lib/walk.cjs");
const { parseFile } = require("./lib/parse.cjs");
const { summarize } = require("./lib/stats.cjs");

function parseArguments(argv) {
  const options = { top: 10, folders: [] };
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === "--top") options.top = Number(argv[++i]);
    else options.folders.push(argv[i]);
  }
  return options;
}

function report(title, rows) {
  process.stdout.write(title + "\n");
  rows.forEach(function (row) {
    process.stdout.write("  " + String(row.count).padStart(8) + " " + row.key + "\n");
  });
}

const options = parseArguments(process.argv.slice(2));
let all = [];
options.folders.forEach(function (folder) {
  walk(folder).forEach(function (file) {
    const parsed = parseFile(fs.readFileSync(file, "utf8"));
    const one = summarize(parsed.entries, 1);
    const best = (one.paths[0] || one.levels[0]).key;
    process.stdout.write(
      file + ": " + parsed.entries.length + " entries, mostly " + best + ", " + one.slow + " slow\n",
    );
    if (parsed.bad.length > 0) process.stderr.write(file + ": " + parsed.bad.length + " lines not understood\n");
    all = all.concat(parsed.entries);
  });
});
const total = summarize(all, options.top);
report("paths", total.paths);
report("statuses", total.statuses);
report("addresses", total.ips);
report("levels", total.levels);
process.stdout.write("busiest hour: " + total.busiest + ", slow: " + total.slow + "\n");
