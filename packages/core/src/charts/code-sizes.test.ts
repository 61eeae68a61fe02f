import { describe, expect, it } from 'vitest';
import { codeSizes, type SizedNetwork } from './code-sizes.ts';

const network = (family: string, codeSize: number, mse: number): SizedNetwork => ({
  family,
  codeSize,
  mse,
  knnAccuracy: null,
  activeUnits: codeSize,
});

describe('figures against the size of the code', () => {
  const networks = [network('dense', 2, 0.04), network('dense', 16, 0.01), network('vae', 16, 0.02)];
  const baselines = [
    { components: 2, mse: 0.056 },
    { components: 16, mse: 0.027 },
  ];

  it('say what the lowest error costs, and what as many principal components cost', () => {
    expect(codeSizes(networks, baselines).title).toBe(
      'dense reaches 0.0100 with 16 numbers; as many principal components cost 0.0270',
    );
    expect(codeSizes(networks, []).title).toBe('dense reaches 0.0100 with 16 numbers');
  });

  it('have a panel for each figure that is known, and an axis over the sizes that occur', () => {
    const { options } = codeSizes(networks, baselines);
    expect(options.fx).toMatchObject({ domain: ['mean squared error', 'dimensions in use'] });
    expect(options.x).toMatchObject({ type: 'log', domain: [2, 16] });
  });

  it('of one size alone have no axis to stretch', () => {
    expect(codeSizes([network('dense', 1, 0)], []).options.x).toMatchObject({ type: 'point' });
  });
});
