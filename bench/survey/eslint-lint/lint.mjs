import { Linter } from "eslint";

const linter = new Linter();
const CONFIG = [
  {
    rules: {
      "no-unused-vars": "error",
      eqeqeq: "error",
      "prefer-const": "warn",
      "no-shadow": "warn",
      complexity: ["warn", 5],
      "no-undef": "error",
      "array-callback-return": "error",
      camelcase: "warn",
      "no-else-return": "warn",
    },
  },
];

export function lint(code, file) {
  return linter.verify(code, CONFIG, file).map(({ ruleId, line, message }) => `${line} ${ruleId} ${message}`);
}
