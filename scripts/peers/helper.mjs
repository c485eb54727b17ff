/** A function that another module calls: one program edits it. */
export function helper(n) {
  return n + 10;
}
