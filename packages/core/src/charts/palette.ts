/**
 * The colours of classes.
 *
 * In: a palette's name and a class. Out: its colour and the colour of text upon it. Classes are never told apart by
 * colour alone: their names stand on the plane and beside their shares.
 */

/** A palette: one whose colours people with colour-blindness tell apart, or Tableau's ten. */
export type PaletteName = 'accessible' | 'tab10';

/** Names of the palettes. */
export const PALETTE_NAMES = ['accessible', 'tab10'] as const satisfies readonly PaletteName[];

/** Title of each palette for people. */
export const PALETTE_TITLES: Readonly<Record<PaletteName, string>> = {
  accessible: 'Colour-blind aware',
  tab10: 'Classic tab10',
};

const PALETTES: Readonly<Record<PaletteName, readonly string[]>> = {
  // Ten colours optimised for people with colour-vision deficiencies. Source: Petroff 2021, arXiv:2107.02270.
  accessible: [
    '#3f90da',
    '#ffa90e',
    '#bd1f01',
    '#94a4a2',
    '#832db6',
    '#a96b59',
    '#e76300',
    '#b9ac70',
    '#717581',
    '#92dadd',
  ],
  // Matplotlib's default cycle since version 2; Tableau's ten of 2016.
  tab10: ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f', '#bcbd22', '#17becf'],
};

/** `#rrggbb` of a class; the colours repeat after ten. */
export const classColour = (palette: PaletteName, label: number): string => {
  const colours = PALETTES[palette];
  return colours[label % colours.length];
};

/** `#rrggbb` to red, green and blue, 0..255. */
export const colourBytes = (colour: string): readonly [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** Red, green and blue of classes, 0..255, as a function of the class: quick where there are many points. */
export const classBytes = (palette: PaletteName): ((label: number) => readonly [number, number, number]) => {
  const colours = PALETTES[palette].map(colourBytes);
  return (label) => colours[label % colours.length];
};

/** Relative luminance, 0..1. Source: WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export const luminance = (colour: string): number => {
  const [r, g, b] = colourBytes(colour).map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Contrast ratio of two luminances, 1..21. */
export const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** Black or white, whichever reads better on the colour. */
export const textOn = (colour: string): '#000000' | '#ffffff' => {
  const background = luminance(colour);
  return contrast(background, 0) >= contrast(background, 1) ? '#000000' : '#ffffff';
};
