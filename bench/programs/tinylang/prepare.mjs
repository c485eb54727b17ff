import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("data", { recursive: true });
writeFileSync(
  "data/fib.tiny",
  `fn fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); }
let i = 20;
while i < 27 { print "fib " + i + " = " + fib(i); i = i + 1; }
return fib(27);
`,
);
writeFileSync(
  "data/primes.tiny",
  `fn prime(n) {
  let d = 2;
  while d * d <= n { if n % d == 0 { return 0; } d = d + 1; }
  return 1;
}
let n = 2; let count = 0;
while n < 40000 { if prime(n) == 1 { count = count + 1; if count % 500 == 0 { print count + ": " + n; } } n = n + 1; }
return count;
`,
);
writeFileSync(
  "data/collatz.tiny",
  `fn steps(n) {
  let s = 0;
  while n != 1 { if n % 2 == 0 { n = n / 2; } else { n = 3 * n + 1; } s = s + 1; }
  return s;
}
let best = 0; let at = 0; let n = 1;
while n < 20000 { let s = steps(n); if s > best { best = s; at = n; print n + " takes " + s; } n = n + 1; }
return at;
`,
);
