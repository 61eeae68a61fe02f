import { describe, expect, it } from 'vitest';
import { classColour, colourBytes, contrast, luminance, PALETTE_NAMES, textOn } from './palette.ts';

const classes = Array.from({ length: 10 }, (_, label) => label);

describe('palettes', () => {
  it('gives ten classes ten colours, and the eleventh the first again', () => {
    for (const name of PALETTE_NAMES) {
      expect(new Set(classes.map((label) => classColour(name, label))).size).toBe(10);
      expect(classColour(name, 10)).toBe(classColour(name, 0));
    }
  });

  it('writes names on every colour with a contrast of 4.5 at least', () => {
    for (const name of PALETTE_NAMES) {
      for (const label of classes) {
        const colour = classColour(name, label);
        expect(contrast(luminance(colour), luminance(textOn(colour)))).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('computes luminance and contrast as WCAG does', () => {
    expect(contrast(luminance('#ffffff'), luminance('#000000'))).toBeCloseTo(21, 9);
    expect(contrast(luminance('#777777'), luminance('#ffffff'))).toBeCloseTo(4.48, 2);
    expect(colourBytes('#3f90da')).toStrictEqual([63, 144, 218]);
  });
});
