/** Takes dumbo's files out of `require.cache`, which a program may list or empty: all but the one that programs require themselves. */
export function leaveRequireCache(dumboFolder: string): void {
  const required = `${dumboFolder}index.cjs`;
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(dumboFolder) && path !== required) delete require.cache[path];
  }
}
