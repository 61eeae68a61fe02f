import { findNetwork, type Recipe } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { fitWords, type PictureFit, pictureFit } from './picture-fit.ts';
import { centred, coloursOf, greyOf, inkOnBlack, scaledSides } from './read-picture.ts';

const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255);

describe('a picture', () => {
  it('is grey by Rec. 601, or red, green and blue', () => {
    expect([...greyOf(rgba)]).toEqual([76, 150, 29, 255]);
    expect([...coloursOf(rgba)]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  });

  it('is turned over where it is grey and its border is light', () => {
    const sides = { width: 3, height: 3 };
    expect([...inkOnBlack(Uint8Array.of(255, 255, 255, 255, 10, 255, 255, 255, 255), sides)]).toEqual([
      ...[0, 0, 0, 0, 245, 0, 0, 0, 0],
    ]);
    const chalk = Uint8Array.of(0, 0, 0, 0, 200, 0, 0, 0, 0);
    expect(inkOnBlack(chalk, sides)).toBe(chalk);
  });

  it('lies in the middle of its ground, in colour too', () => {
    const grey = { width: 3, height: 1, channels: 1, ground: 9 } as const;
    expect([...centred(Uint8Array.of(5), { width: 1, height: 1 }, grey)]).toEqual([9, 5, 9]);
    const colour = { width: 2, height: 2, channels: 3, ground: 0 } as const;
    expect([...centred(Uint8Array.of(1, 2, 3, 4, 5, 6), { width: 2, height: 1 }, colour)]).toEqual([
      ...[1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0],
    ]);
  });
});

describe('the fit of pictures', () => {
  const of = (inputShape: readonly number[], preprocessing?: Recipe['preprocessing']): PictureFit => {
    const network = findNetwork('dense-1');
    return pictureFit({ network: { ...network, inputShape }, recipe: { ...network.recipes.best, preprocessing } });
  };

  it('follows the channels of the network, and of a flat input the size of the recipe', () => {
    expect(of([784])).toMatchObject({ height: 28, width: 28, channels: 1, scaling: 'fit' });
    expect(of([20, 30, 3])).toMatchObject({ height: 20, width: 30, channels: 3 });
    expect(of([3072])).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect(of([1800], { type: 'pad', size: [20, 30], ground: 255 })).toEqual({
      ...{ height: 20, width: 30, channels: 3, scaling: 'pad', ground: 255 },
    });
    expect(() => of([600])).toThrow(expect.objectContaining({ code: 'not-a-picture' }));
  });

  it('scales a picture as the recipe says', () => {
    const sidesOf = (scaling: PictureFit['scaling']) =>
      scaledSides({ width: 10, height: 5 }, { ...of([20, 20, 1]), scaling });
    expect(sidesOf('fit')).toEqual({ width: 20, height: 10 });
    expect(sidesOf('pad')).toEqual({ width: 10, height: 5 });
    expect(sidesOf('crop')).toEqual({ width: 40, height: 20 });
    expect(sidesOf('stretch')).toEqual({ width: 20, height: 20 });
  });

  it('is told', () => {
    expect(fitWords(of([784]))).toBe(
      'pictures are scaled to 28 x 28, centred, grey; those with a light border are turned over',
    );
    expect(fitWords(of([8, 8, 3]))).toBe('pictures are scaled to 8 x 8, centred, in colour');
  });
});
