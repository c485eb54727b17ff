/** Which numbers a seed leads to (src/api/seed.ts). It is part of keys: whoever changes the numbers changes it, too. */
export const SEEDED_NUMBERS = "xoroshiro128+ 1";
