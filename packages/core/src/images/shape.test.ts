import { expect, it } from 'vitest';
import { imageSize, sameImageShape, shapeWords, storedShape, takesImages } from './shape.ts';

const grey = { height: 4, width: 6, channels: 1 } as const;
const colour = { height: 4, width: 6, channels: 3 } as const;

it('an image without channels is grey', () => {
  expect([imageSize({ height: 4, width: 6 }), imageSize(colour)]).toEqual([24, 72]);
  expect(sameImageShape(grey, { height: 4, width: 6 })).toBe(true);
  expect(sameImageShape(grey, colour)).toBe(false);
  expect([storedShape(grey), storedShape(colour)]).toEqual([{ height: 4, width: 6 }, colour]);
  expect([shapeWords(grey), shapeWords(colour)]).toEqual(['4 x 6 pixels', '4 x 6 x 3 pixels']);
});

it.each([
  [[4, 6, 1], true, false],
  [[4, 6], true, false],
  [[1, 4, 6], true, false],
  [[24], true, false],
  [[4, 6, 3], false, true],
  [[72], false, true],
  [[6, 4, 1], false, false],
  [[3, 4, 6], false, false],
  [[4, 18], false, false],
] as const)('an input of %j takes such images in grey: %s, in colour: %s', (inputShape, inGrey, inColour) => {
  expect([takesImages(inputShape, grey), takesImages(inputShape, colour)]).toEqual([inGrey, inColour]);
});
