/** Made-up pictures of 64x64 pixels in colour, the same from the same seed. */

/** Rows and columns. */
export const SIDE = 64;

/** A seeded sequence of whole numbers below 2^32. Source: Steele, Lea & Flood 2014, SplitMix, of 32 bits. */
export const randomOf = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
};

/** A bright disc on a dark ground that grows lighter downwards. */
export const draw = (pixels, at, random) => {
  const colour = [random() % 160, random() % 160, random() % 160].map((value) => 96 + value);
  const ground = [random() % 64, random() % 64, random() % 64];
  const radius = 6 + (random() % 14);
  const x0 = radius + (random() % (SIDE - 2 * radius));
  const y0 = radius + (random() % (SIDE - 2 * radius));
  for (let y = 0, to = at; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const isDisc = (x - x0) ** 2 + (y - y0) ** 2 < radius ** 2;
      for (let c = 0; c < 3; c++) pixels[to++] = isDisc ? colour[c] : ground[c] + (y >> 1);
    }
};
