/** What dumbo uses of `node:vm`, in its bundles (see fs.ts). */
export const { compileFunction, Script } = process.getBuiltinModule("node:vm");
