import { diskCache } from "../disk-cache.mjs";
import { bootstrap, linearFit, makeSurvey, mean, median, permutationTest } from "./stats.mjs";

const cached = diskCache(new URL("stats.mjs", import.meta.url));
const survey = makeSurvey(3000);
const incomes = survey.map((person) => person.income);
const interval = ({ low, high }) => `[${low.toFixed(2)}, ${high.toFixed(2)}]`;

console.log(`people: ${survey.length}`);
const means = cached("mean", incomes, () => bootstrap(incomes, mean));
console.log(`mean income ${mean(incomes).toFixed(2)} ${interval(means)}`);
const medians = cached("median", incomes, () => bootstrap(incomes, median, { rounds: 600 }));
console.log(`median income ${median(incomes).toFixed(2)} ${interval(medians)}`);

const points = survey.map(({ age, income }) => [age, income]);
const slopes = cached("slope", points, () =>
  bootstrap(points, (sample) => linearFit(sample).slope, { rounds: 500, seed: 3 }),
);
console.log(`euros a year of age ${linearFit(points).slope.toFixed(3)} ${interval(slopes)}`);

for (const [first, second] of ["ab", "ac", "bc"]) {
  const a = survey.filter(({ group }) => group === first).map(({ income }) => income);
  const b = survey.filter(({ group }) => group === second).map(({ income }) => income);
  const p = cached("permutation", [a, b], () => permutationTest(a, b, 2000, 11));
  console.log(`${first} against ${second}: p = ${p.toFixed(4)}`);
}
