/** Slope of a line through 0 that, cut at two values, steps from one to the other for every number that a float32 network has. */
export const STEEP = 1e30;
