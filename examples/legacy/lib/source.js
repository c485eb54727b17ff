"use strict";

exports.countLines = (code) => code.split("\n").length;

/** Whether the code has to be parsed as an ES module. */
exports.isModule = function isModule(code) {
  return /^(?:import\b|export\b)/m.test(code);
};

/** The comments that have to stay: licenses. */
exports.licenses = function licenses(code) {
  const comments = code.match(/\/\*[\s\S]*?\*\//g) || [];
  return comments.filter((comment) => /@license|@preserve|copyright/i.test(comment));
};
