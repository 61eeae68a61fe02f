/** What every loss has to show. */
import { describe, expect, test } from 'vitest';
import { checkAgainst } from '../registry/validation.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { sigmoid, softmax } from '../tensor/ops/activations.ts';
import { scale } from '../tensor/ops/arithmetic.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input, scalar, type Tensor } from '../tensor/tensor.ts';
import { arrayOf, describeOp, randomArray } from '../tensor/testing/gradient-check.ts';
import {
  buildLoss,
  curveName,
  isPairedLoss,
  type LossInputs,
  type LossSpec,
  learnsFrom,
  lossFault,
  lossForm,
  lossParts,
  lossSchema,
  lossTerms,
  lossWords,
  preparePairs,
  reconstructions,
  scheduledWeights,
  usualLoss,
  weightShare,
} from './index.ts';

const BATCH = 8;
const PIXELS = 6;
const CODE = 2;
/** A code without heads, pixels out of a sigmoid. */
const PLAIN = { heads: null, outputActivation: 'sigmoid' } as const;
const entries = [...reconstructions.entries, ...lossTerms.entries];

/** A decoder of one layer, and everything else that a loss may ask for, over named operands. */
const inputsOf = ([kernel, mean, logScale, images, normal]: readonly Tensor[]): LossInputs => {
  const decode = (codes: Tensor): Tensor => sigmoid(gemm(codes, kernel));
  const logits = gemm(mean, kernel);
  return {
    output: decode(mean),
    target: images,
    codes: mean,
    heads: () => ({ zMean: mean, zLogScale: logScale, zLogVar: scale(logScale, 2) }),
    logits: () => logits,
    decode,
    normal: () => normal,
    share: () => scalar(1),
  };
};

const operands = (loss: LossSpec) => [
  randomArray('kernel', [CODE, PIXELS]),
  randomArray('mean', [BATCH, CODE], -2, 2),
  randomArray('logScale', [BATCH, CODE], -2, 1),
  learnsFrom(loss) === 'labels'
    ? arrayOf(
        [BATCH, PIXELS],
        Array.from({ length: BATCH * PIXELS }, (_, i) => Number(i % PIXELS === Math.floor(i / PIXELS) % PIXELS)),
      )
    : randomArray('images', [BATCH, PIXELS], 0, 1),
  randomArray('normal', [BATCH, CODE], -2, 2),
];

describe.each(entries)('the loss $type', ({ type, label, doc, formula, name, curve, fields, defaults, schema }) => {
  const loss: LossSpec = defaults;

  test('reads its defaults back from JSON, and says what it and its fields are', () => {
    for (const reader of [schema, lossSchema])
      expect(checkAgainst(reader, JSON.parse(JSON.stringify(defaults)), { code: 'a', at: { subject: 'b' } })).toEqual(
        defaults,
      );
    const said = Object.values(fields).flatMap((field) => [field.label, field.doc]);
    for (const words of [label, doc, formula, name, curve, ...said]) expect(words).toMatch(/\S/);
    expect(doc).toMatch(/\.$/);
  });

  test('has a name in sums and on curves, which is its own', () => {
    expect(lossWords(loss)).toContain(name);
    expect(curveName(loss)).toContain(curve);
    expect(`${lossWords(loss)} ${curveName(loss)}`).not.toMatch(/undefined|NaN/);
    const others = entries.filter((other) => other.type !== type).map((other) => lossWords(other.defaults));
    expect(others).not.toContain(lossWords(loss));
  });

  test('is offered by a form of what it learns from, and suits a network of that', () => {
    const kind = lossForm(learnsFrom(loss));
    expect(kind.kind === 'variant' && kind.variants.map((variant) => variant.name)).toContain(type);
    const faults = ([null, 'log-sigma', 'log-variance'] as const).map((heads) =>
      lossFault(loss, learnsFrom(loss), { heads, outputActivation: 'sigmoid' }),
    );
    expect(faults).toContain(null);
    const other = learnsFrom(loss) === 'images' ? 'labels' : 'images';
    expect(lossFault(loss, other, PLAIN)).toContain(`a loss of ${other}, got "${type}"`);
  });

  describeOp('over a decoder', nodeRuntime, {
    build: (tensors) => buildLoss(loss, inputsOf(tensors)),
    operands: operands(loss),
    differentiable: [true, true, lossFault(loss, learnsFrom(loss), PLAIN) !== null, false, false],
  });

  test('without its term is the reconstruction error alone', () => {
    const tensors = operands(loss).map((value, i) => input(`operand${i}`, value.dims));
    const values = Object.fromEntries(operands(loss).map((value, i) => [`operand${i}`, value]));
    const { reconstruction } = lossParts(loss);
    const [bare, alone] = evaluator([
      buildLoss(loss, inputsOf(tensors), 'none'),
      buildLoss(reconstruction, inputsOf(tensors)),
    ])(values);
    expect(bare).toEqual(alone);
  });
});

describe.each(reconstructions.entries)('the reconstruction error $type', (definition) => {
  test('of what inference gives is that of the training graph', () => {
    const { defaults, of } = definition;
    const given = input('given', [BATCH, PIXELS]);
    const drawn = sigmoid(given);
    const target = input('target', [BATCH, PIXELS]);
    const labels = Uint8Array.from({ length: BATCH }, (_, i) => (5 * i) % PIXELS);
    const pixels = Uint8Array.from({ length: BATCH * PIXELS }, (_, i) => (37 * i) % 256);
    const oneHot = Array.from({ length: BATCH * PIXELS }, (_, i) =>
      Number(labels[Math.floor(i / PIXELS)] === i % PIXELS),
    );
    const tensors = operands(defaults).map((value, i) => input(`operand${i}`, value.dims));
    const inputs = { ...inputsOf(tensors), output: drawn, target, logits: () => given };
    const values = {
      given: randomArray('given', [BATCH, PIXELS]),
      target: arrayOf([BATCH, PIXELS], of === 'labels' ? oneHot : Array.from(pixels, (byte) => byte / 255)),
    };
    const [loss, probabilities, pixelsDrawn] = evaluator([definition.compute(defaults, inputs), softmax(given), drawn])(
      values,
    );
    const output = Float32Array.from(of === 'labels' ? probabilities.data : pixelsDrawn.data);
    const sum = definition.accumulate(defaults, 0, output, of === 'labels' ? labels : pixels, PIXELS);
    // What inference gives is in single precision.
    expect(sum / BATCH).toBeCloseTo(loss.data[0], 6);
  });
});

describe('losses', () => {
  const values = () => Object.fromEntries(operands({ type: 'mse' }).map((value, i) => [`operand${i}`, value]));
  const measured = (loss: LossSpec, share = 1): number => {
    const tensors = operands({ type: 'mse' }).map((value, i) => input(`operand${i}`, value.dims));
    return evaluator([buildLoss(loss, { ...inputsOf(tensors), share: () => scalar(share) })])(values())[0].data[0];
  };

  test.each(['mse', 'bce', 'mae'] as const)(
    'of pixels are means, or sums that are as many times larger: %s',
    (type) => {
      const mean = measured({ type });
      expect(measured({ type, reduction: 'sum' })).toBeCloseTo(PIXELS * mean, 6);
      expect(measured({ type, weight: 2.5 })).toBeCloseTo(2.5 * mean, 6);
      expect(lossWords({ type, reduction: 'sum', weight: 2.5 })).toMatch(/^2\.5 x .* summed over pixels$/);
      expect(curveName({ type, reduction: 'sum' })).toMatch(/per image$/);
    },
  );

  test('with several terms are the error and each term times its weight', () => {
    const error = measured({ type: 'bce', reduction: 'sum' });
    const kl = measured({ type: 'kl', weight: 1 }) - measured({ type: 'mse' });
    const slope = measured({ type: 'jacobian', weight: 1 }) - measured({ type: 'mse' });
    const loss: LossSpec = {
      type: 'combined',
      reconstruction: { type: 'bce', reduction: 'sum' },
      terms: [
        { type: 'kl', weight: 4, schedule: { type: 'warm-up', epochs: 10 } },
        { type: 'jacobian', weight: 0.5 },
      ],
    };
    expect(measured(loss)).toBeCloseTo(error + 4 * kl + 0.5 * slope, 6);
    expect(measured(loss, 0.25)).toBeCloseTo(error + kl + 0.5 * slope, 6);
    expect(scheduledWeights(loss).map(({ schedule }) => weightShare(schedule, 2.5))).toEqual([0.25]);
    expect(lossWords(loss)).toBe(
      'binary cross-entropy summed over pixels + 4 x KL divergence (rising from 0 over 10 epochs) + 0.5 x squared slope of the decoder',
    );
  });

  test('are read as an error and terms without a type', () => {
    const read = (value: unknown) => checkAgainst(lossSchema, value, { code: 'a', at: { subject: 'loss' } });
    expect(read({ reconstruction: { type: 'mae' } })).toEqual({
      type: 'combined',
      reconstruction: { type: 'mae' },
      terms: [],
    });
    expect(() => read({ reconstruction: { type: 'mae' }, terms: [{ type: 'kl' }] })).toThrow('field "terms[0].weight"');
    expect(() => read({ reconstruction: { type: 'cross-entropy' } })).toThrow('expected one of mse, bce, mae');
  });

  test('of a cycle rise again and again', () => {
    const cycle = { type: 'cyclic', epochs: 4, rise: 0.5 } as const;
    expect([0, 1, 2, 3, 4, 5].map((epoch) => weightShare(cycle, epoch))).toEqual([0, 0.5, 1, 1, 0, 0.5]);
  });

  test('of neighbours and slopes are not called divergences', () => {
    for (const { defaults } of lossTerms.entries.filter(({ type }) => type === 'neighbours' || type === 'jacobian'))
      expect(`${curveName(defaults)} ${lossWords(defaults)}`).not.toContain('divergence');
  });

  test('that suit a Gaussian code are taken where a file says none', () => {
    expect(usualLoss('log-variance').type).toBe('vae');
    expect(usualLoss('log-sigma').type).toBe('vae-log-sigma');
    expect(usualLoss(null)).toEqual({ type: 'mse' });
  });

  test('that learn from pairs find a partner for each image', async () => {
    const count = 40;
    const images = {
      count,
      height: 6,
      width: 6,
      channels: 1 as const,
      pixels: Uint8Array.from({ length: count * 36 }, (_, i) => (i * 31 + Math.floor(i / 36) ** 2) % 256),
      labels: new Uint8Array(count),
    };
    for (const { defaults } of lossTerms.entries) {
      const pairs = await preparePairs(defaults, { images, runtime: nodeRuntime, threads: 1, seed: 1 });
      expect(pairs !== null).toBe(isPairedLoss(defaults));
      const indices = Int32Array.from({ length: 20 }, (_, i) => (i < 10 ? i : -1));
      pairs?.draw(indices, 10, 3);
      const partners = [...indices.subarray(10)];
      if (pairs) expect(partners.every((partner, i) => partner >= 0 && partner < count && partner !== i)).toBe(true);
    }
  });
});
