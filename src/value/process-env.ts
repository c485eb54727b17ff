/** The environment variables as Node shows them: an object of no class of its own, whose properties are looked up. */
export const environment: object = process.env;
