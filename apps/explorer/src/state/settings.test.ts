import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, formatSettings, parseSettings, type Settings } from './settings.ts';
import { DEFAULT_TRAIN } from './train-settings.ts';

const all: Settings = {
  page: 'compare',
  compared: ['dense-1', 'vae-1'],
  sort: '-all',
  image: 60_007,
  model: 'dense-1',
  at: { x: 0.1234567, y: -2.5e-7 },
  view: { x: 0.25, y: 0.5, zoom: 3.2 },
  layers: ['field'],
  palette: 'tab10',
  theme: 'dark',
  tool: 'draw',
  drawing: [
    [{ x: 0, y: 511 }],
    [
      { x: 17, y: 300 },
      { x: 256, y: 1 },
    ],
  ],
  epoch: 30,
  anchors: [
    { x: 0.25, y: -1.5 },
    { x: 1, y: 2 },
  ],
  pathKind: 'sphere',
  along: 0.375,
  lasso: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 0.5, y: 1e-5 },
  ],
  lassoOn: 'vae-1',
  colouring: 'density',
  score: 'distance',
  quantile: 0.99,
  fadesOrdinary: false,
  dimensionOrder: 'variance',
  plane: { by: 'axes', axes: [0, 2] },
  held: 61_234,
  moved: [
    [1, -0.75],
    [15, 2],
  ],
  train: {
    network: 'dense-2',
    recipe: 'documented',
    seed: 7,
    rate: 0.002,
    batch: 64,
    epochs: 12,
    more: '{"shuffle":false}',
    layers: 'q1YqAgA',
    images: 5000,
  },
};

describe('the address', () => {
  it('gives back every setting', () => {
    expect(parseSettings(formatSettings(all))).toStrictEqual(all);
    expect(parseSettings(formatSettings({ ...all, layers: [] }))).toStrictEqual({ ...all, layers: [] });
  });

  it('is readable', () => {
    expect(formatSettings({ ...all, at: { x: 0.5, y: 0.25 }, train: { ...DEFAULT_TRAIN, seed: 7 } })).toBe(
      '#page=compare&compare=dense-1,vae-1&sort=-all&image=60007&seed=7&model=dense-1&at=0.5,0.25&view=0.25,0.5,3.2&layers=field&palette=tab10&theme=dark&plane=1,3&held=61234&moved=2~-0.75,16~2&tool=draw&drawing=AH_.CMsgAB&epoch=30&path=0.25,-1.5,1,2&way=sphere&along=0.375&lasso=0,0,1,0,0.5,0.00001&lasso-on=vae-1&colour=density&score=distance&quantile=0.99&fade=none&order=variance',
    );
  });

  it('is empty for the defaults', () => {
    expect(formatSettings(DEFAULT_SETTINGS)).toBe('');
    expect(parseSettings('')).toStrictEqual(DEFAULT_SETTINGS);
    expect(parseSettings('#')).toStrictEqual(DEFAULT_SETTINGS);
  });

  it.each([
    '#tool=hammer',
    '#drawing=AB',
    '#drawing=AH_..',
    '#epoch=-1',
    '#epoch=x',
    '#path=1',
    '#path=1,x',
    '#along=2',
    '#lasso=1,2,3',
    '#colour=mood',
    '#score=mood',
    '#quantile=1.5',
    '#quantile=x',
    '#fade=some',
    '#order=index',
    '#at=0.5',
    '#at=0.5,',
    '#at=NaN,1',
    '#at=1,Infinity',
    '#at=1,2,3',
    '#view=0,0,0.5',
    '#view=0,0,x',
    '#page=nowhere',
    '#compare=,,',
    '#image=-1',
    '#image=1.5',
    '#palette=rainbow',
    '#theme=<script>',
    '#constructor=1&__proto__=2',
    '#model=',
    '#%E0%A4%A',
    '#&&&===',
  ])('reads the mangled %s as the defaults', (hash) => {
    expect(parseSettings(hash)).toStrictEqual(DEFAULT_SETTINGS);
  });

  it('compares at most four models, each once', () => {
    expect(parseSettings('#compare=a,b,a,c,d,e').compared).toStrictEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps what it can read of a link from another version', () => {
    expect(parseSettings('#theme=light&layers=points,heat&lasso=1,2')).toStrictEqual({
      ...DEFAULT_SETTINGS,
      theme: 'light',
      layers: ['points'],
    });
  });
});
