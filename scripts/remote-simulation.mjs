// A thousand machines on one shared cache, simulated: hit rates by memory and eviction policy, and what happens when every result is
// new at once. The server's rates are measured (docs/shared-cache-scale.md says how); everything else is said in MODEL.
//   node scripts/remote-simulation.mjs [--reads RECORDS/S]
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
/** Records of that size that a redis-server gives in a second, in batches. */
const READS = flag("reads", 64_000);
/** Seconds of a step of the herd. */
const STEP = 0.1;

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

/**
 * The work of all machines when nothing is stored yet. What the server cannot give in time is computed: no machine waits for calls
 * of milliseconds.
 * @param {number} gigabits of the server's network
 */
function herd(gigabits, isClaimed) {
  state = 2;
  const seen = new Map();
  const machines = [];
  for (let i = 0; i < MODEL.machines; i++) machines.push({ now: random() * MODEL.burst, left: MODEL.perRun });
  const counts = { computed: 0, late: 0, waited: 0, hits: 0, busy: 0 };
  const [writes, reads] = [new Map(), new Map()];
  const count = (map, second) => map.set(second, (map.get(second) ?? 0) + 1);
  const perStep = STEP * Math.min(READS, (gigabits * 1e9) / 8 / MODEL.bytes);
  let first = 0;
  // In steps, each machine goes on by itself. No machine is always the first to be served.
  for (let until = STEP, open = machines.length; open > 0; until += STEP, first++) {
    let room = perStep;
    for (let i = 0; i < machines.length; i++) {
      const machine = machines[(i + first * 7) % machines.length];
      if (machine.left === 0) continue;
      while (machine.left > 0 && machine.now < until) {
        const at = place();
        machine.left--;
        const ms = Math.exp(Math.log(MODEL.call) + MODEL.spread * gauss(at));
        const done = seen.get(at);
        const isThere = done !== undefined && done <= machine.now;
        if (isThere && room >= 1) {
          room--;
          counts.hits++;
          count(reads, Math.floor(machine.now));
          machine.now += 0.001;
        } else if (done !== undefined && !isThere && isClaimed && ms >= MODEL.claimed) {
          counts.waited++;
          machine.now = done + 0.002;
        } else {
          counts.computed++;
          if (isThere) counts.late++;
          counts.busy += ms / 1000;
          machine.now += ms / 1000;
          if (done === undefined || done > machine.now) seen.set(at, machine.now);
          count(writes, Math.floor(machine.now));
        }
      }
      if (machine.left === 0) open--;
    }
  }
  const end = Math.max(...machines.map(({ now }) => now));
  const most = (map) => (Math.max(...map.values()) * MODEL.bytes) / 1e6;
  return { ...counts, end, sent: most(reads), taken: most(writes) };
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
  `\na run fetches ${perRun.toFixed(0)} MB if its disk is empty, a thousand of them ${perRun.toFixed(0)} GB\n`,
);
const HEAD = [
  "",
  "computed",
  "of these not given in time",
  "waited for",
  "processor hours",
  "over after",
  "sent",
  "taken",
];
console.log(`| ${HEAD.join(" | ")} |\n| ${HEAD.map(() => "---").join(" | ")} |`);
for (const { gigabits, isClaimed } of [
  { gigabits: 1, isClaimed: true },
  { gigabits: 10, isClaimed: true },
  { gigabits: 10, isClaimed: false },
]) {
  const { computed, late, waited, busy, end, sent, taken } = herd(gigabits, isClaimed);
  const what = `${gigabits} Gbit/s${isClaimed ? "" : ", no claims"}`;
  const rates = [sent, taken].map((one) => `${one.toFixed(0)} MB/s`);
  const times = [`${(busy / 3600).toFixed(1)}`, `${end.toFixed(0)} s`];
  console.log(`| ${[what, computed, late, waited, ...times, ...rates].join(" | ")} |`);
}
console.log(`all of it, without a cache: ${MODEL.machines * MODEL.perRun} calls`);
