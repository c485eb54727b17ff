/** A program may list `require.cache`, or empty it: of dumbo's files only the one that programs require may be in there. */
export function leaveRequireCache(dumboFolder: string): void {
  const required = `${dumboFolder}index.cjs`;
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(dumboFolder) && path !== required) delete require.cache[path];
  }
}
