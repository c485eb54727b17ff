export function makeRandom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function makeSurvey(count) {
  const random = makeRandom(2024);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: count }, (_, id) => {
    const age = 18 + Math.floor(random() * 60);
    const hours = 20 + random() * 30;
    const income = 900 + 25 * age + 40 * hours + 300 * normal();
    return { id, age, hours, income, group: ["a", "b", "c"][Math.floor(random() * 3)] };
  });
}

export const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function bootstrap(values, statistic, { rounds = 1000, seed = 1, level = 0.95 } = {}) {
  const random = makeRandom(seed);
  const estimates = [];
  for (let round = 0; round < rounds; round++) {
    const sample = values.map(() => values[Math.floor(random() * values.length)]);
    estimates.push(statistic(sample));
  }
  estimates.sort((a, b) => a - b);
  const cut = (1 - level) / 2;
  return { low: estimates[Math.floor(cut * rounds)], high: estimates[Math.floor((1 - cut) * rounds)] };
}

export function linearFit(points) {
  const mx = mean(points.map(([x]) => x));
  const my = mean(points.map(([, y]) => y));
  let above = 0;
  let below = 0;
  for (const [x, y] of points) {
    above += (x - mx) * (y - my);
    below += (x - mx) ** 2;
  }
  const slope = above / below;
  return { slope, intercept: my - slope * mx };
}

export function permutationTest(a, b, rounds, seed) {
  const random = makeRandom(seed);
  const observed = Math.abs(mean(a) - mean(b));
  const all = [...a, ...b];
  let extreme = 0;
  for (let round = 0; round < rounds; round++) {
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [all[i], all[j]] = [all[j], all[i]];
    }
    if (Math.abs(mean(all.slice(0, a.length)) - mean(all.slice(a.length))) >= observed) extreme++;
  }
  return extreme / rounds;
}
