import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/index.ts';
import { checkAgainst } from '../registry/validation.ts';
import { arenaBytes, createArena } from '../training/arena.ts';
import { DEFAULT_OPTIMIZER, type OptimizerSpec, optimizers } from './index.ts';

/** No multiple of four, which the kernels work in. */
const SIZE = 1003;

/** Takes steps by a gradient in an arena; an array behind the last one tells whether anything was written past it. */
const walk = (
  spec: OptimizerSpec,
  steps: number,
  learningRate: number,
  gradient: (p: Float32Array, g: Float32Array, step: number) => void,
) => {
  const { state, step: move } = optimizers.get(spec.type);
  const arena = createArena((3 + state.length) * arenaBytes(SIZE));
  const floats = (): Float32Array => arena.floats(SIZE);
  const [parameters, gradients] = [floats(), floats()];
  const arrays = Object.fromEntries(state.map((name) => [name, floats()]));
  const after = floats();
  after.fill(42);
  new RandomStream(1, 'p').fillUniform(parameters, -1, 1);
  for (let step = 1; step <= steps; step++) {
    gradient(parameters, gradients, step);
    move(spec, { parameters, gradients, state: arrays, step, learningRate, run: arena.kernels.run });
  }
  expect(after.every((x) => x === 42)).toBe(true);
  return { parameters: parameters.slice(), arrays };
};

describe.each(optimizers.entries)('the optimiser $type', (definition) => {
  const { label, doc, formula, source, fields, defaults, schema, state } = definition;

  test('reads its defaults back from JSON, and says what it and its fields are', () => {
    expect(checkAgainst(schema, JSON.parse(JSON.stringify(defaults)), { code: 'a', at: { subject: 'b' } })).toEqual(
      defaults,
    );
    for (const words of [
      label,
      doc,
      formula,
      source,
      ...Object.values(fields).flatMap((field) => [field.label, field.doc]),
    ])
      expect(words).toMatch(/\S/);
    expect(new Set(state).size).toBe(state.length);
  });

  test('comes to the bottom of a bowl, the same way each time', () => {
    const bowl = (p: Float32Array, g: Float32Array): void => g.set(p.map((value, i) => value * (1 + (i % 3))));
    const { parameters, arrays } = walk(defaults, 400, 0.01, bowl);
    const far = walk(defaults, 0, 0.01, bowl).parameters;
    const length = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    expect(length(parameters)).toBeLessThan(0.2 * length(far));
    expect(walk(defaults, 400, 0.01, bowl)).toEqual({ parameters, arrays });
  });

  test('stays where the gradient is nothing', () => {
    const flat = (_p: Float32Array, g: Float32Array): void => void g.fill(0);
    expect(walk(defaults, 3, 0.1, flat).parameters).toEqual(walk(defaults, 0, 0.1, flat).parameters);
  });
});

test('Adam follows algorithm 1 of Kingma & Ba, in double precision to single precision', () => {
  const drawn = (_p: Float32Array, g: Float32Array, step: number): void =>
    new RandomStream(1, 'g', step).fillUniform(g, -0.01, 0.01);
  const { parameters } = walk(DEFAULT_OPTIMIZER, 20, 1e-3, drawn);
  const p = Float64Array.from(walk(DEFAULT_OPTIMIZER, 0, 1e-3, drawn).parameters);
  const [m, v, g] = [new Float64Array(SIZE), new Float64Array(SIZE), new Float32Array(SIZE)];
  for (let t = 1; t <= 20; t++) {
    drawn(g, g, t);
    for (let i = 0; i < SIZE; i++) {
      m[i] = 0.9 * m[i] + 0.1 * g[i];
      v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2;
      p[i] -= (1e-3 * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-7);
    }
  }
  // Twenty single-precision steps of 1e-3 around values of size 1.
  for (let i = 0; i < SIZE; i++) expect(Math.abs(parameters[i] - p[i])).toBeLessThan(3e-6);
});
