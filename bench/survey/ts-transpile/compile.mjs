import ts from "typescript";

const OPTIONS = { target: ts.ScriptTarget.ES2017, module: ts.ModuleKind.CommonJS, removeComments: true };

export function compile(source, fileName) {
  const { outputText, diagnostics } = ts.transpileModule(source, {
    compilerOptions: OPTIONS,
    fileName,
    reportDiagnostics: true,
  });
  return { code: outputText, problems: diagnostics.length };
}
