/** How fast what was measured is forgotten. */

/** The mean of times follows the last ones, about so many of them. */
export const RECENT = 8;
/** With each declined call, keys and records are expected to take less by this factor: else one that took long would end all of them. */
export const FADING = 0.98;
