export function print({ log, counts, top }) {
  for (const { day, revenue, refused } of log) console.log(`day ${day}: revenue ${revenue}, refused ${refused}`);
  console.log(counts);
  console.table(top);
}
