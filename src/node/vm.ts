/** What dumbo uses of `node:vm`, in its bundles (see fs.ts). */
export const { compileFunction } = process.getBuiltinModule("node:vm");
