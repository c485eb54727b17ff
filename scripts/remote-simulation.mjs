// A thousand machines on one shared cache, simulated: hit rates by memory and eviction policy, and what happens when every result is
// new at once. The server's rates are those that bench/remote.ts measures; everything else is said in MODEL.
//   node scripts/remote-simulation.mjs [--reads RECORDS/S] [--writes RECORDS/S]
const flag = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const MODEL = {
  machines: 1000,
  /** Results that a run uses, and the size of one with what Redis keeps beside it. */
  perRun: 2000,
  bytes: 10_240 + 190,
  /** Places in the code base that a result may be of; a run uses mostly the popular ones. */
  places: 50_000,
  zipf: 0.8,
  /** Runs that are simulated, and how many of them build the main branch. */
  runs: 3000,
  ofMain: 0.3,
  /** Branches that are open at a time, and the share of places that one has edited; a merge edits main by as much. */
  branches: 60,
  edited: 0.01,
  /** Runs between two merges. */
  merge: 10,
  /** A call: median milliseconds, and how wide that is spread (log-normal). */
  call: 40,
  spread: 1.2,
  /** From here on calls are claimed (single flight), in milliseconds. */
  claimed: 100,
  /** Seconds within which all machines start after a version bump. */
  burst: 60,
};
const server = { reads: flag("reads", 6000), writes: flag("writes", 6000) };

// Mulberry32: the same numbers in each run.
let state = 1;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (n) => Math.floor(random() * n);

/** Places by popularity: the sums of their shares. */
const shares = new Float64Array(MODEL.places);
let total = 0;
for (let i = 0; i < MODEL.places; i++) {
  total += (i + 1) ** -MODEL.zipf;
  shares[i] = total;
}
function place() {
  const wanted = random() * total;
  let from = 0;
  let to = MODEL.places - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (shares[middle] < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A store of so many records that forgets as Redis does: five are looked at, and the worst of them goes. */
class Store {
  constructor(most, policy) {
    this.most = most;
    this.policy = policy;
    this.records = new Map();
    this.keys = [];
    this.clock = 0;
  }

  get(key) {
    this.clock++;
    const record = this.records.get(key);
    if (record === undefined) return false;
    record.used = this.clock;
    record.count = Math.min(255, record.count + (random() < 1 / (record.count * 10 + 1) ? 1 : 0));
    return true;
  }

  put(key) {
    if (this.records.has(key)) return;
    if (this.records.size >= this.most) {
      if (this.policy === "noeviction") return;
      this.evict();
    }
    this.records.set(key, { at: this.keys.push(key) - 1, used: this.clock, count: 5 });
  }

  evict() {
    let worst = this.looked();
    for (let i = 1; i < 5 && this.policy !== "allkeys-random"; i++) {
      const other = this.looked();
      if (other.worth < worst.worth) worst = other;
    }
    this.records.delete(worst.key);
    const last = this.keys.pop();
    if (last === worst.key) return;
    this.keys[worst.at] = last;
    this.records.get(last).at = worst.at;
  }

  /** One of them, and what it is worth. */
  looked() {
    const key = this.keys[below(this.keys.length)];
    const { at, used, count } = this.records.get(key);
    const idle = (this.clock - used) / (MODEL.perRun * 20);
    return { key, at, worth: this.policy === "allkeys-lfu" ? count - idle : used };
  }
}

function hitRate(gigabytes, policy) {
  state = 1;
  const store = new Store(Math.floor((gigabytes * 1e9) / MODEL.bytes), policy);
  const main = new Uint32Array(MODEL.places);
  let version = 0;
  const edit = (target) => {
    version++;
    for (let i = MODEL.places * MODEL.edited; i > 0; i--) target.set(below(MODEL.places), version);
  };
  const asMain = {
    set(at, value) {
      main[at] = value;
    },
  };
  const branches = Array.from({ length: MODEL.branches }, () => new Map());
  for (const branch of branches) edit(branch);
  let hits = 0;
  let asked = 0;
  for (let run = 0; run < MODEL.runs; run++) {
    if (run % MODEL.merge === 0) {
      const merged = below(branches.length);
      for (const [at, value] of branches[merged]) main[at] = value;
      branches[merged] = new Map();
      edit(branches[merged]);
      if (random() < 0.1) edit(asMain);
    }
    const branch = random() < MODEL.ofMain ? null : branches[below(branches.length)];
    for (let i = 0; i < MODEL.perRun; i++) {
      const at = place();
      const key = at * 65536 + (branch?.get(at) ?? main[at]);
      // The first half fills the store.
      const counts = run >= MODEL.runs / 2;
      if (counts) asked++;
      if (store.get(key)) hits += counts ? 1 : 0;
      else store.put(key);
    }
  }
  return hits / asked;
}

/** The work of all machines when nothing is stored yet. */
function herd(isClaimed) {
  state = 2;
  const seen = new Map();
  const machines = [];
  for (let i = 0; i < MODEL.machines; i++) machines.push({ now: random() * MODEL.burst, left: MODEL.perRun });
  const heap = machines.map(({ now }, i) => ({ now, i }));
  heap.sort((a, b) => a.now - b.now);
  const counts = { computed: 0, waited: 0, hits: 0, busy: 0 };
  const writes = new Map();
  // In steps of a tenth of a second, each machine goes on by itself.
  for (let until = 0.1, open = machines.length; open > 0; until += 0.1) {
    for (const machine of machines) {
      if (machine.left === 0) continue;
      while (machine.left > 0 && machine.now < until) {
        const at = place();
        machine.left--;
        const ms = Math.exp(Math.log(MODEL.call) + MODEL.spread * gauss(at));
        const done = seen.get(at);
        if (done !== undefined && done <= machine.now) {
          counts.hits++;
          machine.now += 0.001;
        } else if (done !== undefined && isClaimed && ms >= MODEL.claimed) {
          counts.waited++;
          machine.now = done + 0.002;
        } else {
          counts.computed++;
          counts.busy += ms / 1000;
          machine.now += ms / 1000;
          if (done === undefined || done > machine.now) seen.set(at, machine.now);
          const second = Math.floor(machine.now);
          writes.set(second, (writes.get(second) ?? 0) + 1);
        }
      }
      if (machine.left === 0) open--;
    }
  }
  const end = Math.max(...machines.map(({ now }) => now));
  return { ...counts, distinct: seen.size, end, peak: Math.max(...writes.values()) };
}

/** Of a place, the same each time. */
function gauss(at) {
  const u = ((Math.imul(at + 1, 2654435761) >>> 0) + 1) / (2 ** 32 + 1);
  const v = (Math.imul(at + 7, 2246822519) >>> 0) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

console.log("| memory | allkeys-lru | allkeys-lfu | allkeys-random | noeviction |\n| --- | --- | --- | --- | --- |");
const percent = (share) => `${(100 * share).toFixed(1)} %`;
for (const gigabytes of [0.1, 0.25, 0.5, 1, 2]) {
  const rates = ["allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"].map((one) =>
    percent(hitRate(gigabytes, one)),
  );
  console.log(`| ${gigabytes} GB | ${rates.join(" | ")} |`);
}
const perRun = (MODEL.perRun * MODEL.bytes) / 1e6;
console.log(
  `\na run fetches ${perRun.toFixed(0)} MB if its disk is empty: ${(MODEL.perRun / server.reads).toFixed(2)} s of a server that gives ${server.reads} records a second;`,
);
console.log(
  `${Math.floor((3600 * server.reads) / MODEL.perRun)} such runs an hour, and ${((perRun * 1000) / 1000).toFixed(0)} GB for a thousand of them`,
);
console.log(
  "\n| a version bump | calls computed | waited for | hits | processor hours | over after | most writes a second |\n| --- | --- | --- | --- | --- | --- | --- |",
);
const alone = MODEL.machines * MODEL.perRun;
for (const [name, isClaimed] of [
  ["without claims", false],
  ["with claims", true],
]) {
  const { computed, waited, hits, busy, end, peak } = herd(isClaimed);
  console.log(
    `| ${name} | ${computed} of ${alone} | ${waited} | ${hits} | ${(busy / 3600).toFixed(1)} | ${end.toFixed(0)} s | ${peak} (the server takes ${server.writes}) |`,
  );
}
