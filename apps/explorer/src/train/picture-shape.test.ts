import { type AutoencoderSpec, findNetwork, type Preprocessing } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { misfitOf, pictureDefaults } from './picture-shape.ts';

const network = findNetwork('dense-1') as AutoencoderSpec;
const of = (inputShape: readonly number[], preprocessing?: Preprocessing) => ({
  network: { ...network, inputShape },
  recipe: { preprocessing },
});
const grey = (height: number, width = height) => ({ height, width, channels: 1, isLight: false }) as const;

describe('the shape that pictures are brought to', () => {
  it('is that of the network; of a flat input that of the recipe, or a square', () => {
    expect(pictureDefaults(of([784]))).toEqual({ size: { height: 28, width: 28 }, fit: 'pad', channels: 'grey' });
    expect(pictureDefaults(of([20, 30, 3]))).toMatchObject({ size: { height: 20, width: 30 }, channels: 'colour' });
    expect(pictureDefaults(of([1800], { type: 'crop', size: [20, 30], ground: 255 }))).toEqual({
      ...{ size: { height: 20, width: 30 }, fit: 'crop', channels: 'colour', ground: 255 },
    });
    expect(pictureDefaults(of([600]))).toBeNull();
  });
});

describe('images of another shape than the network takes', () => {
  it('are told, with the preprocessing that brings them to it', () => {
    expect(misfitOf(of([784]), grey(28))).toBeNull();
    expect(misfitOf(of([784]), grey(8))).toEqual({
      words: 'The images are 8 x 8 in grey; dense-1 takes 28 x 28 in grey.',
      choices: [
        { type: 'pad', size: [28, 28] },
        { type: 'crop', size: [28, 28] },
        { type: 'stretch', size: [28, 28] },
      ],
    });
    expect(misfitOf(of([8, 8, 3]), grey(8))?.choices).toEqual([{ type: 'pad', channels: 'colour' }]);
  });

  it('are padded with white where their ground is light', () => {
    const light = { ...grey(8), isLight: true };
    expect(misfitOf(of([784]), light)?.choices?.[0]).toEqual({ type: 'pad', size: [28, 28], ground: 255 });
  });

  it('fit once that preprocessing is in the recipe', () => {
    for (const images of [grey(8), grey(64, 48), { ...grey(8), channels: 3 } as const])
      for (const choice of misfitOf(of([784]), images)?.choices ?? [])
        expect(misfitOf(of([784], choice), images)).toBeNull();
  });

  it('do not fit a network that takes no pictures, and nothing brings them to it', () => {
    expect(misfitOf(of([600]), grey(28))).toMatchObject({ choices: null, words: expect.stringMatching(/no picture/) });
  });
});
