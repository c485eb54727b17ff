import BigNumber from "bignumber.js";
import Fraction from "fraction.js";

BigNumber.config({ DECIMAL_PLACES: 220 });

export function pi(terms) {
  let sum = new BigNumber(0);
  for (let k = 0; k < terms; k++) {
    const part = new BigNumber(4)
      .div(8 * k + 1)
      .minus(new BigNumber(2).div(8 * k + 4))
      .minus(new BigNumber(1).div(8 * k + 5))
      .minus(new BigNumber(1).div(8 * k + 6));
    sum = sum.plus(part.div(new BigNumber(16).pow(k)));
  }
  return sum.toFixed(200);
}

export function harmonic(n) {
  let sum = new Fraction(0);
  for (let i = 1; i <= n; i++) sum = sum.add(new Fraction(1, i));
  return sum.toFraction();
}
