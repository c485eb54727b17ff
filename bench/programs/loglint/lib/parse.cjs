"use strict";

const WEB = /^(\d+\.\d+\.\d+\.\d+) \S+ \S+ \[([^\]]+)\] "(\w+) ([^ "]+)[^"]*" (\d{3}) (\d+) "([^"]*)" ([\d.]+)$/;
const APP = /^(\S+) (DEBUG|INFO|WARN|ERROR) \[([^\]]+)\] job=(\d+) took=(\d+)ms user=(\S+)$/;

exports.parseLine = function (line) {
  let m = WEB.exec(line);
  if (m) {
    return {
      kind: "web",
      ip: m[1],
      hour: new Date(m[2]).getUTCHours(),
      method: m[3],
      path: m[4].split("?")[0],
      status: Number(m[5]),
      bytes: Number(m[6]),
      agent: m[7],
      seconds: Number(m[8]),
    };
  }
  m = APP.exec(line);
  if (m) return { kind: "app", level: m[2], worker: m[3], job: Number(m[4]), ms: Number(m[5]), user: m[6] };
  return null;
};

exports.parseFile = function (text) {
  const entries = [];
  const bad = [];
  text.split("\n").forEach(function (line, index) {
    if (line === "") return;
    const entry = exports.parseLine(line);
    if (entry) entries.push(entry);
    else bad.push(index + 1);
  });
  return { entries: entries, bad: bad };
};
