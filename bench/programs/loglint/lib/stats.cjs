"use strict";

function Counter() {
  this.counts = Object.create(null);
}
Counter.prototype.add = function (key) {
  this.counts[key] = (this.counts[key] || 0) + 1;
};
Counter.prototype.top = function (n) {
  const counts = this.counts;
  return Object.keys(counts)
    .sort(function (a, b) {
      return counts[b] - counts[a] || (a < b ? -1 : 1);
    })
    .slice(0, n)
    .map(function (key) {
      return { key: key, count: counts[key] };
    });
};

function summarize(entries, top) {
  const paths = new Counter();
  const statuses = new Counter();
  const ips = new Counter();
  const levels = new Counter();
  const slow = [];
  const hours = new Array(24).fill(0);
  entries.forEach(function (entry) {
    if (entry.kind === "web") {
      paths.add(entry.method + " " + entry.path);
      statuses.add(entry.status);
      ips.add(entry.ip);
      hours[entry.hour] += entry.bytes;
      if (entry.seconds > 3.9) slow.push(entry.seconds);
    } else {
      levels.add(entry.level + " " + entry.worker);
      if (entry.ms > 2950) slow.push(entry.ms / 1000);
    }
  });
  return {
    paths: paths.top(top),
    statuses: statuses.top(top),
    ips: ips.top(top),
    levels: levels.top(top),
    busiest: hours.indexOf(Math.max.apply(null, hours)),
    slow: slow.length,
  };
}

module.exports = { Counter: Counter, summarize: summarize };
