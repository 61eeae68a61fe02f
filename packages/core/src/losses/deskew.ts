/**
 * Takes the slant out of an image: each row is moved sideways by what its ink leans.
 *
 * In: an image, any scale. Out: the same array, changed in place; the middle of its ink comes to the middle of the image.
 * Source: the moments of LeCun et al. 1998, Gradient-Based Learning, section III, "deslanting".
 */

/** Mean position of the ink, and how far columns lean with rows; null for an image without ink. */
const leaning = (image: Float64Array, height: number, width: number) => {
  let mass = 0;
  let row = 0;
  let column = 0;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const ink = image[r * width + c];
      mass += ink;
      row += ink * r;
      column += ink * c;
    }
  }
  if (mass === 0) return null;
  const [meanRow, meanColumn] = [row / mass, column / mass];
  let along = 0;
  let across = 0;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const ink = image[r * width + c];
      along += ink * (r - meanRow) ** 2;
      across += ink * (r - meanRow) * (c - meanColumn);
    }
  }
  return { meanRow, meanColumn, lean: along === 0 ? 0 : across / along };
};

export const deskew = (image: Float64Array, { height, width }: { readonly height: number; readonly width: number }) => {
  const found = leaning(image, height, width);
  if (found === null) return;
  const { meanRow, meanColumn, lean } = found;
  const source = image.slice();
  for (let r = 0; r < height; r++) {
    const shift = lean * (r - meanRow) + meanColumn - (width - 1) / 2;
    const whole = Math.floor(shift);
    const part = shift - whole;
    for (let c = 0; c < width; c++) {
      const left = c + whole;
      const a = left >= 0 && left < width ? source[r * width + left] : 0;
      const b = left + 1 >= 0 && left + 1 < width ? source[r * width + left + 1] : 0;
      image[r * width + c] = a + (b - a) * part;
    }
  }
};
