/** Names the random numbers that seeds lead to (src/api/seed.ts). It is a part of keys: change it whenever the numbers change. */
export const SEEDED_NUMBERS = "xoroshiro128+ 1";
