import { EigenvalueDecomposition, Matrix, SVD, solve } from "ml-matrix";
import * as ss from "simple-statistics";

export function makeData(rows, columns) {
  let s = 5;
  const random = () => {
    s = (s * 16807) % 2147483647;
    return s / 2147483647;
  };
  const x = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random() * 10));
  const y = x.map((row) => row.reduce((sum, value, j) => sum + value * (j % 5), 3) + random());
  return { x, y };
}

export function fit(x, y) {
  const design = new Matrix(x.map((row) => [1, ...row]));
  const normal = design.transpose().mmul(design);
  const right = design.transpose().mmul(Matrix.columnVector(y));
  return solve(normal, right).to1DArray();
}

export function principalComponents(x, count) {
  const means = x[0].map((_, j) => ss.mean(x.map((row) => row[j])));
  const centred = new Matrix(x.map((row) => row.map((value, j) => value - means[j])));
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(x.length - 1);
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  return [...realEigenvalues].sort((a, b) => b - a).slice(0, count);
}

export const rank = (x) => new SVD(new Matrix(x)).rank;

export function crossValidate(x, y, folds) {
  const errors = [];
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (_, i) => i % folds === fold;
    const outside = (_, i) => i % folds !== fold;
    const weights = fit(x.filter(outside), y.filter(outside));
    const truth = y.filter(inFold);
    const guesses = x
      .filter(inFold)
      .map((row) => row.reduce((sum, value, j) => sum + value * weights[j + 1], weights[0]));
    errors.push(ss.rootMeanSquare(truth.map((value, i) => value - guesses[i])));
  }
  return { mean: ss.mean(errors), deviation: ss.standardDeviation(errors) };
}

export function clusters(x, count) {
  const groups = ss.ckmeans(
    x.map((row) => row[0] + row[1]),
    count,
  );
  return groups.map((group) => ({ size: group.length, median: ss.median(group), skew: ss.sampleSkewness(group) }));
}
