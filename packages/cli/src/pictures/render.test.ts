import { convertIndexedToRgb, decode } from 'fast-png';
import { classMapPicture, classMapPixels, comparison, scatterPicture, trainingCurves } from 'latent-plane/charts';
import { describe, expect, it } from 'vitest';
import { figurePng, figureSvg, pixelsAddress } from './render.ts';

const baselines = { constantGrey: 0.095, meanImage: 0.067, pca: { components: 2, mse: 0.056 } };
const networks = [
  { id: 'dense-1', published: 0.0407, documented: 0.0405, best: 0.0355 },
  { id: 'n8python', published: null, documented: 0.0675, best: 0.036 },
];
const classNames = ['0', '1', '2'];
const bounds = { min: [0, -1], max: [1, 1] };
const places = [{ label: 1, x: 0.5, y: 0, purity: 1 }];
const field = {
  size: 4,
  bounds,
  evaluated: 16,
  labels: Uint8Array.from({ length: 16 }, (_, i) => (i < 12 ? 1 : 2)),
  confidence: new Float32Array(16).fill(0.9),
};

/** Red, green, blue of every pixel. */
const coloursOf = (png: Uint8Array) => {
  const image = decode(png);
  return { width: image.width, data: convertIndexedToRgb(image) };
};

/** Share of pixels that are not the white ground. */
const inked = (png: Uint8Array): number => {
  const { data } = coloursOf(png);
  let dark = 0;
  for (let i = 0; i < data.length; i += 3) if (data[i] + data[i + 1] + data[i + 2] < 3 * 250) dark += 1;
  return dark / (data.length / 3);
};

describe('pictures without a browser', () => {
  it('of a comparison: the finding as title, every figure, the three baselines', async () => {
    const figure = comparison(networks, baselines);
    const svg = figureSvg(figure);
    expect(figure.title).toBe('dense-1 reaches 0.0355; at or below the published error: 1 of 1');
    for (const text of ['0.0407', '0.0405', '0.0355', '0.0675', '0.0360', 'constant grey 0.0950', 'mean image 0.0670'])
      expect(svg).toContain(text);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toMatchSnapshot();
    const png = await figurePng(figure);
    expect(decode(png)).toMatchObject({ width: 1520 });
    // Letters too: without a font a tenth would be missing.
    expect(inked(png)).toBeGreaterThan(0.1);
  });

  it('of a training: where the loss ends, or that it stands still', async () => {
    const history = [0.2, 0.1, 0.05].map((loss, i) => ({ epoch: i + 1, loss, learningRate: 1e-3 }));
    const falling = trainingCurves({ id: 'dense-1', recipe: 'best', history, bestEpoch: 3 });
    expect(falling.title).toBe('dense-1, best: the loss falls to 0.05000 by epoch 3');
    expect(figureSvg(falling)).toMatchSnapshot();
    const flat = history.map((record) => ({ ...record, loss: 0.0951, valLoss: 0.0952 }));
    expect(trainingCurves({ id: 'cnn-1', recipe: 'best', history: flat, bestEpoch: 3 }).title).toBe(
      'cnn-1, best: the validation loss stands still at 0.09520',
    );
    expect(inked(await figurePng(falling))).toBeGreaterThan(0.005);
    const rising = [0.2, 0.04, 0.05].map((loss, i) => ({ epoch: i + 1, loss, learningRate: 1e-3 }));
    expect(trainingCurves({ id: 'dense-2', recipe: 'documented', history: rising, bestEpoch: 3 }).title).toBe(
      'dense-2, documented: the loss falls to 0.04000 by epoch 2, 0.05000 at the end',
    );
    expect(() => figureSvg(trainingCurves({ id: 'x', recipe: 'best', history: [], bestEpoch: 0 }))).not.toThrow();
  });

  it('of a class map: colours of the classes, as strong as the classifier is sure', async () => {
    const pixels = classMapPixels(field);
    expect(pixels).toMatchObject({ width: 4, height: 4 });
    expect([...pixels.pixels.subarray(0, 4)]).toEqual([255, 180, 46, 255]);
    const figure = classMapPicture(field, pixelsAddress(pixels), { id: 'vae-1', classNames, places });
    expect(figure.title).toBe('vae-1: 2 of 3 classes have a place; 1 takes most, 75 %');
    const { data, width } = coloursOf(await figurePng(figure, 1));
    const at = (x: number, y: number): number[] => [...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3)];
    // Upper left corner of the frame is class 1, lower left class 2.
    // Colours run into each other a little where four points are enlarged to 520 pixels.
    const expected = [
      { colour: at(100, 120), of: [255, 180, 46] },
      { colour: at(100, 580), of: [198, 52, 25] },
    ];
    for (const { colour, of } of expected)
      colour.forEach((byte, channel) => void expect(Math.abs(byte - of[channel])).toBeLessThan(16));
  });

  it('of codes: a point for each image, within the bounds', () => {
    const codes = Float32Array.from([0.1, 0, 0.9, 0.5, 0.5, -0.5]);
    const figure = scatterPicture(
      { codes, labels: Uint8Array.of(0, 1, 2), bounds, of: 'three images' },
      { id: 'vae-1', classNames, places },
    );
    const svg = figureSvg(figure);
    expect(svg.match(/<circle/g)).toHaveLength(4);
    expect(svg).toContain('three images');
  });

  it('are the same bytes each time', async () => {
    const figure = comparison(networks, baselines);
    expect(await figurePng(figure, 1)).toEqual(await figurePng(comparison(networks, baselines), 1));
  });
});
