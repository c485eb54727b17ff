import { bootstrap, linearFit, makeSurvey, mean, median, permutationTest } from "./stats.mjs";

const survey = makeSurvey(3000);
const incomes = survey.map((person) => person.income);
const interval = ({ low, high }) => `[${low.toFixed(2)}, ${high.toFixed(2)}]`;

console.log(`people: ${survey.length}`);
console.log(`mean income ${mean(incomes).toFixed(2)} ${interval(bootstrap(incomes, mean))}`);
console.log(`median income ${median(incomes).toFixed(2)} ${interval(bootstrap(incomes, median, { rounds: 600 }))}`);

const points = survey.map(({ age, income }) => [age, income]);
const slopes = bootstrap(points, (sample) => linearFit(sample).slope, { rounds: 500, seed: 3 });
console.log(`euros a year of age ${linearFit(points).slope.toFixed(3)} ${interval(slopes)}`);

for (const [first, second] of ["ab", "ac", "bc"]) {
  const a = survey.filter(({ group }) => group === first).map(({ income }) => income);
  const b = survey.filter(({ group }) => group === second).map(({ income }) => income);
  console.log(`${first} against ${second}: p = ${permutationTest(a, b, 2000, 11).toFixed(4)}`);
}
