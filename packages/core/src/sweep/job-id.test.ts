import { describe, expect, it } from 'vitest';
import { findNetwork } from '../network/index.ts';
import { canonicalJson, jobId, type ResultDeterminants } from './job-id.ts';

const network = findNetwork('dense-1');
const job: ResultDeterminants = {
  network,
  recipe: network.recipes.documented,
  dataSha256: { trainImages: 'a'.repeat(64) },
  threads: 1,
  checkpointEvery: null,
  engine: '1.30.0',
};

describe('jobId', () => {
  it('is the same for the same data whatever the order of their keys, and for another title', async () => {
    const id = await jobId(job);
    expect(id).toMatch(/^[0-9a-f]{20}$/);
    const turned = Object.fromEntries(Object.entries(job).reverse()) as unknown as ResultDeterminants;
    expect(await jobId(turned)).toBe(id);
    expect(await jobId({ ...job, network: { ...network, title: 'another' } })).toBe(id);
  });

  it('is what it was before fields of recipe and loss were renamed', async () => {
    const map = findNetwork('map-1');
    const { best } = map.recipes;
    expect(await jobId({ ...job, network: map, recipe: best })).toBe('85700bffe3685afc03e7');
    const recipe = { ...best, initializationIndex: 3, emaDecay: 0.99, weightPrecision: 12 };
    expect(await jobId({ ...job, network: map, recipe })).toBe('f42db694538de2d8bea3');
    expect(await jobId(job)).toBe('9728cf39d126faab1523');
  });

  it('differs with everything that decides the bytes', async () => {
    const { recipe } = job;
    const others: ResultDeterminants[] = [
      { ...job, network: findNetwork('dense-2') },
      { ...job, recipe: { ...recipe, seed: 2 } },
      { ...job, recipe: { ...recipe, epochs: recipe.epochs + 1 } },
      { ...job, recipe: { ...recipe, batchSize: 7 } },
      { ...job, recipe: { ...recipe, schedule: { ...recipe.schedule, learningRate: 0.5 } } },
      { ...job, dataSha256: { trainImages: 'b'.repeat(64) } },
      { ...job, threads: 2 },
      { ...job, checkpointEvery: 1 },
      { ...job, engine: '1.31.0' },
    ];
    const ids = await Promise.all([job, ...others].map(jobId));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every depth and leaves undefined out', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, A: 'x"' })).toBe(
      '{"A":"x\\"","b":[{"c":null,"d":1}]}',
    );
  });
});
