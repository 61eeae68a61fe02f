import { describe, expect, it } from 'vitest';
import { axesPlane } from '../codes/index.ts';
import { decodeNpy } from '../files/npy.ts';
import { findNetwork, initializeParameters, parameterSlots, resolveNetwork } from '../network/index.ts';
import { type ExplorerScores, parseExplorerAbout, parseExplorerComparison } from './explorer-about.ts';
import { type ExplorerBundleOptions, explorerBundle } from './explorer-bundle.ts';
import { parseExplorerIndex, parseExplorerModel } from './explorer-documents.ts';
import { decodeSafetensors } from './safetensors.ts';

const spec = findNetwork('dense-1');
if (spec.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
const { parameters } = resolveNetwork(spec);
const flat = initializeParameters(parameters, 1);
const weights = new Map(
  parameterSlots(parameters).map(({ parameter, offset, length }) => [
    parameter.name,
    flat.subarray(offset, offset + length),
  ]),
);
const options: ExplorerBundleOptions = {
  dataset: { name: 'mnist', classNames: ['zero', 'one'], train: 3, test: 1 },
  labels: Uint8Array.of(0, 1, 1, 0),
  networks: [{ spec, weights, codes: Float32Array.of(0, 1, 0.25, -2, 3, 0.5, 1, 1), metrics: { mse: { all: 0.04 } } }],
};
const [network] = options.networks;
const json = (bytes: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(bytes));

describe('explorerBundle', () => {
  const files = explorerBundle(options);

  it('writes the files that its header lists, and no others', () => {
    expect([...files.keys()].sort()).toStrictEqual([
      'data/dense-1/codes.npy',
      'data/dense-1/decoder.safetensors',
      'data/dense-1/encoder.safetensors',
      'data/dense-1/model.json',
      'data/index.json',
      'data/labels.npy',
    ]);
  });

  it('adds images for models that the page opens itself, and tells which of the labels are theirs', () => {
    const images = { pixels: Uint8Array.of(0, 1, 2, 3, 4, 255), height: 2, width: 3, from: 3 };
    const withImages = explorerBundle({ ...options, images });
    expect(parseExplorerIndex(json(withImages.get('data/index.json'))).images).toStrictEqual({
      path: 'images.npy',
      labels: 'labels.npy',
      from: 3,
    });
    expect(decodeNpy(withImages.get('data/images.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [1, 2, 3],
      data: images.pixels,
    });
    expect(() => explorerBundle({ ...options, images: { ...images, from: 4 } })).toThrow(
      'images: expected whole images of 2 x 3 among the 4, got 1 from 4 on',
    );
    expect(() => explorerBundle({ ...options, images: { ...images, width: 4 } })).toThrow('got 0.75 from 3 on');
  });

  it('writes one half of a model alone', () => {
    const codes = Float32Array.of(0, 1, 0.25, -2, 3, 0.5, 1, 1);
    const encoder = explorerBundle({ ...options, networks: [{ spec, weights, codes, half: 'encoder' }] });
    expect(encoder.has('data/dense-1/encoder.safetensors')).toBe(true);
    expect(encoder.has('data/dense-1/decoder.safetensors')).toBe(false);
    const placing = parseExplorerModel(json(encoder.get('data/dense-1/model.json')));
    expect(placing).toMatchObject({ half: 'encoder', bounds: { min: [0, -2], max: [3, 1] } });

    const bounds = { min: [-3, -3], max: [3, 3] };
    const none = { name: 'no images', classNames: [], train: 0, test: 0 };
    const drawing = { spec, weights, codes: new Float32Array(0), half: 'decoder', bounds } as const;
    const decoder = explorerBundle({ dataset: none, labels: new Uint8Array(0), networks: [drawing] });
    expect(decoder.has('data/dense-1/encoder.safetensors')).toBe(false);
    expect(parseExplorerModel(json(decoder.get('data/dense-1/model.json')))).toMatchObject({
      half: 'decoder',
      bounds,
      places: [],
      placed: { from: 0, count: 0 },
    });
    expect(decodeNpy(decoder.get('data/dense-1/codes.npy') ?? new Uint8Array()).dims).toStrictEqual([0, 2]);
    expect(() => explorerBundle({ ...options, networks: [{ ...drawing, codes }] })).toThrow('expected 0 codes');
  });

  it('adds images in colour with their channels', () => {
    const images = { pixels: Uint8Array.of(0, 1, 2, 3, 4, 255), height: 1, width: 2, channels: 3 as const, from: 3 };
    const withImages = explorerBundle({ ...options, images });
    expect(decodeNpy(withImages.get('data/images.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [1, 1, 2, 3],
      data: images.pixels,
    });
    expect(() => explorerBundle({ ...options, images: { ...images, height: 2 } })).toThrow(
      'images: expected whole images of 2 x 2 x 3 among the 4, got 0.5 from 3 on',
    );
  });

  it('adds the frames of a training, a class map and a classifier where they are given', () => {
    const classifier = findNetwork('classifier');
    const { parameters: slots } = resolveNetwork(classifier);
    const values = new Map(slots.map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]));
    const evolution = Uint8Array.of(1, 2, 3);
    const more = explorerBundle({
      ...options,
      networks: [{ ...network, evolution, field: Uint8Array.of(4, 5) }],
      classifier: { spec: classifier, weights: values },
    });
    expect(parseExplorerIndex(json(more.get('data/index.json'))).classifier).toStrictEqual({
      spec: 'classifier.json',
      weights: 'classifier.safetensors',
      inputShape: [28, 28, 1],
    });
    expect(json(more.get('data/classifier.json'))).toStrictEqual(JSON.parse(JSON.stringify(classifier)));
    expect(decodeSafetensors(more.get('data/classifier.safetensors') ?? new Uint8Array()).tensors.size).toBe(
      slots.length,
    );
    const { files: paths } = parseExplorerModel(json(more.get('data/dense-1/model.json')));
    expect(more.get(`data/dense-1/${paths.evolution}`)).toBe(evolution);
  });

  it('adds the error of each image where it is given, and names the file where it is promised', () => {
    const errors = Float32Array.of(0.5, 0.25, 0.125, 1);
    const given = explorerBundle({ ...options, networks: [{ ...network, errors }] });
    expect(decodeNpy(given.get('data/dense-1/errors.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [4],
      data: errors,
    });
    const promised = explorerBundle({ ...options, networks: [{ ...network, errors: 'later' }] });
    expect(promised.has('data/dense-1/errors.npy')).toBe(false);
    for (const bundle of [given, promised]) {
      expect(parseExplorerModel(json(bundle.get('data/dense-1/model.json'))).files.errors).toBe('errors.npy');
    }
    expect(() => explorerBundle({ ...options, networks: [{ ...network, errors: errors.slice(1) }] })).toThrow(
      'network "dense-1": expected 4 errors, one for each image, got 3',
    );
  });

  it('points from the index to the model, and from the model to its files', () => {
    const index = parseExplorerIndex(json(files.get('data/index.json')));
    expect(index).toStrictEqual({
      version: 1,
      default: 'dense-1',
      networks: [{ id: 'dense-1', title: spec.title, path: 'dense-1/model.json' }],
    });
    const at = new URL(index.networks[0].path, 'https://host/base/data/index.json');
    const model = parseExplorerModel(json(files.get('data/dense-1/model.json')));
    const paths = Object.values(model.files).map((file) => new URL(file, at).pathname.slice('/base/'.length));
    expect(paths.every((path) => files.has(path))).toBe(true);
  });

  it('gives the page the network, the true bounds, the metrics and a place for each class', () => {
    const model = parseExplorerModel(json(files.get('data/dense-1/model.json')));
    expect(model.spec).toStrictEqual(spec);
    expect(model.bounds).toStrictEqual({ min: [0, -2], max: [3, 1] });
    expect(model.metrics).toStrictEqual({ mse: { all: 0.04 } });
    expect(model.places.map(({ label }) => label).sort()).toStrictEqual([0, 1]);
  });

  it('holds the codes and labels in order, and the decoder without the encoder', () => {
    expect(decodeNpy(files.get('data/dense-1/codes.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [4, 2],
      data: network.codes,
    });
    expect(decodeNpy(files.get('data/labels.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [4],
      data: options.labels,
    });
    const { tensors, metadata } = decodeSafetensors(files.get('data/dense-1/decoder.safetensors') ?? new Uint8Array());
    expect([...tensors.keys()].every((name) => name.startsWith('decoder/'))).toBe(true);
    expect(tensors.get('decoder/dense/kernel')).toStrictEqual({
      dims: [2, 8],
      data: Float32Array.from(weights.get('decoder/dense/kernel') ?? []),
    });
    expect(metadata).toStrictEqual({ network: 'dense-1' });
  });

  it.each<[string, ExplorerBundleOptions, string]>([
    ['labels of another count', { ...options, labels: new Uint8Array(3) }, 'labels: expected 4'],
    ['a label past the classes', { ...options, labels: Uint8Array.of(0, 1, 2, 0) }, 'got 2'],
    ['no networks', { ...options, networks: [] }, 'got none'],
    ['two networks of one id', { ...options, networks: [network, network] }, 'different ids'],
    ['an unknown default', { ...options, defaultId: 'vae-1' }, 'the default "vae-1"'],
    [
      'codes of another count',
      { ...options, networks: [{ ...network, codes: new Float32Array(7) }] },
      'expected 4 codes',
    ],
    [
      'codes that are no numbers',
      { ...options, networks: [{ ...network, codes: new Float32Array(8).fill(Number.NaN) }] },
      'finite codes',
    ],
    [
      'missing weights',
      { ...options, networks: [{ ...network, weights: new Map() }] },
      'weights "decoder/dense/kernel", got none',
    ],
  ])('refuses %s', (_what, wrong, message) => {
    expect(() => explorerBundle(wrong)).toThrow(message);
  });
});

describe('what is told beside the plane', () => {
  const scores: ExplorerScores = {
    parameters: 1000,
    published: 0.05,
    documented: null,
    recipe: 'best',
    train: 0.03,
    test: 0.04,
    all: 0.031,
    knnAccuracy: 0.8,
    trustworthiness: null,
    continuity: null,
    recognisable: null,
    epochs: 2,
    seconds: 3.5,
    findings: [{ code: 'overfit', severity: 'warning' }],
  };
  const about = {
    recipe: spec.recipes.best,
    command: 'npx latent train dense-1',
    versions: null,
    card: '# dense-1',
    history: [{ epoch: 1, loss: 0.1, valLoss: 0.2, learningRate: 0.001 }],
    bestEpoch: 1,
    stopped: 'finished',
    findings: [
      { code: 'overfit', aliases: [], severity: 'warning', message: 'm', evidence: { gap: 0.5 }, remedy: 'r' },
    ] as const,
    metadata: { licence: 'MIT' },
  };
  const baselines = { constantGrey: 0.09, meanImage: 0.06, pca: { components: 2, mse: 0.05 } };
  const other = { ...network, spec: { ...spec, id: 'other' }, scores };
  const files = explorerBundle({
    ...options,
    networks: [other, { ...network, about, scores }],
    baselines,
    order: ['dense-1'],
  });

  it('compares all networks in the given order, those that it does not name after them', () => {
    expect(parseExplorerIndex(json(files.get('data/index.json'))).comparison).toBe('comparison.json');
    expect(parseExplorerComparison(json(files.get('data/comparison.json')))).toStrictEqual({
      baselines,
      networks: [
        { id: 'dense-1', ...scores },
        { id: 'other', ...scores },
      ],
    });
  });

  it('reads back how a network was trained', () => {
    const model = parseExplorerModel(json(files.get('data/dense-1/model.json')));
    expect(model.files.about).toBe('about.json');
    expect(parseExplorerAbout(json(files.get('data/dense-1/about.json')))).toStrictEqual(about);
    expect(() => parseExplorerAbout({ ...about, bestEpoch: -1 })).toThrow('field "bestEpoch"');
  });

  it('keeps the encoder apart, and leaves it out where its weights are missing', () => {
    const { tensors } = decodeSafetensors(files.get('data/dense-1/encoder.safetensors') ?? new Uint8Array());
    expect([...tensors.keys()].every((name) => name.startsWith('encoder/'))).toBe(true);
    const decoderOnly = new Map([...weights].filter(([name]) => name.startsWith('decoder/')));
    const without = explorerBundle({ ...options, networks: [{ ...network, weights: decoderOnly }] });
    expect(without.has('data/dense-1/encoder.safetensors')).toBe(false);
  });
});

describe('codes of more than two numbers', () => {
  const three = {
    ...spec,
    id: 'three',
    encoder: [...spec.encoder.slice(0, -1), { type: 'dense' as const, units: 3, activation: 'linear' as const }],
  };
  const slots = parameterSlots(resolveNetwork(three).parameters);
  const wide = {
    spec: three,
    weights: new Map(slots.map(({ parameter, length }) => [parameter.name, new Float32Array(length)])),
    // The first number varies most, the third next, the second not at all.
    codes: Float32Array.of(0, 5, 1, 10, 5, -1, 20, 5, -1, 30, 5, 1),
  };
  const bundle = explorerBundle({ ...options, networks: [wide] });
  const model = parseExplorerModel(json(bundle.get('data/three/model.json')));

  it('come whole, with the plane of their first two principal components', () => {
    expect(decodeNpy(bundle.get('data/three/codes.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [4, 3],
      data: wide.codes,
    });
    expect(model.plane?.names).toEqual(['component 1', 'component 2']);
    expect(model.plane?.origin).toEqual([15, 5, 0]);
    expect(model.plane?.directions.map((direction) => direction.map((value) => Math.abs(Math.round(value))))).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(model.bounds.max[0] - model.bounds.min[0]).toBeCloseTo(30, 4);
    expect(model.bounds.max[1] - model.bounds.min[1]).toBeCloseTo(2, 4);
    expect(model.places).toHaveLength(2);
  });

  it('lie on a plane that was chosen', () => {
    const chosen = explorerBundle({ ...options, networks: [{ ...wide, plane: axesPlane(3, [2, 1]) }] });
    const { plane, bounds } = parseExplorerModel(json(chosen.get('data/three/model.json')));
    expect([plane?.axes, bounds]).toEqual([[2, 1], { min: [-1, 5], max: [1, 5] }]);
  });

  it('come of as many images as a page can hold, those with pictures first', () => {
    const pixels = new Uint8Array(6);
    const few = explorerBundle({
      ...options,
      networks: [wide],
      images: { pixels, height: 2, width: 3, from: 2 },
      mostNumbers: 7,
    });
    expect(parseExplorerModel(json(few.get('data/three/model.json'))).placed).toEqual({ from: 2, count: 2 });
    expect(decodeNpy(few.get('data/three/codes.npy') ?? new Uint8Array())).toStrictEqual({
      dims: [2, 3],
      data: wide.codes.slice(6),
    });
  });

  it('are refused on a plane of another size', () => {
    const { plane, ...rest } = model;
    const wrong = { ...rest, plane: { ...plane, origin: [0, 0] } };
    expect(() => parseExplorerModel(wrong)).toThrow(
      'field "plane": expected directions of as many numbers as the origin',
    );
  });

  it('of two numbers are points: no plane is written', () => {
    const own = parseExplorerModel(json(explorerBundle(options).get('data/dense-1/model.json')));
    expect(own.plane).toBeUndefined();
  });
});

describe('parseExplorerModel', () => {
  const model = json(explorerBundle(options).get('data/dense-1/model.json')) as Record<string, unknown>;

  it('names the field that is wrong', () => {
    expect(() => parseExplorerModel({ ...model, bounds: { min: [0], max: [1, 1] } })).toThrow(
      'explorer-data: model.json: field "bounds.min": expected a list of 2',
    );
    expect(() => parseExplorerModel({ ...model, spec: findNetwork('classifier') })).toThrow('expected an autoencoder');
    expect(() => parseExplorerIndex({ version: 2 })).toThrow(
      'explorer-data: data/index.json: field "version": expected version 1',
    );
  });

  it('ignores what a later version may add', () => {
    expect(parseExplorerModel({ ...model, metrics: { knnAccuracy: { k: 5, value: 0.9 } } }).metrics).toStrictEqual({});
  });
});
