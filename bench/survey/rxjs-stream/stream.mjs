import { bufferCount, filter, from, groupBy, map, mergeMap, reduce, scan, toArray } from "rxjs";

export function averages(values, size) {
  const out = [];
  from(values)
    .pipe(
      filter((v) => v % 3 !== 0),
      scan((sum, v) => (sum * 31 + v) % 100003, 7),
      bufferCount(size, 1),
      map((list) => list.reduce((a, b) => a + b, 0) / list.length),
      groupBy((v) => Math.floor(v) % 10),
      mergeMap((group) =>
        group.pipe(
          reduce((acc, v) => acc + v, 0),
          map((sum) => [group.key, sum]),
        ),
      ),
      toArray(),
    )
    .subscribe((list) => out.push(...list));
  return out;
}
