/**
 * Node's `process.env`, as it was before the program ran. Each read of a property asks the operating system. The program can assign
 * another object to `process.env`.
 */
export const environment: object = process.env;
