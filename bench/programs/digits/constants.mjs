import Decimal from "decimal.js";

export function machinPi(digits) {
  Decimal.set({ precision: digits + 10 });
  const arctan = (n) => {
    const x = new Decimal(1).div(n);
    const square = x.times(x);
    let term = x;
    let sum = x;
    for (let k = 3; term.abs().gt(new Decimal(10).pow(-digits - 8)); k += 2) {
      term = term.times(square).neg();
      sum = sum.plus(term.div(k));
    }
    return sum;
  };
  return arctan(5).times(16).minus(arctan(239).times(4)).toFixed(digits);
}

export function euler(digits) {
  Decimal.set({ precision: digits + 10 });
  let term = new Decimal(1);
  let sum = new Decimal(1);
  for (let n = 1; term.gt(new Decimal(10).pow(-digits - 8)); n++) {
    term = term.div(n);
    sum = sum.plus(term);
  }
  return sum.toFixed(digits);
}

export function squareRoot(n, digits) {
  Decimal.set({ precision: digits + 10 });
  let x = new Decimal(n).div(2);
  for (let round = 0; round < Math.ceil(Math.log2(digits)) + 6; round++) x = x.plus(new Decimal(n).div(x)).div(2);
  return x.toFixed(digits);
}

export function compound(principal, rate, years) {
  Decimal.set({ precision: 60 });
  let balance = new Decimal(principal);
  for (let day = 0; day < years * 365; day++) balance = balance.times(new Decimal(rate).div(36500).plus(1));
  return balance.toFixed(2);
}
