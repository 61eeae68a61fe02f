import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelsFolder } from '../places.ts';
import { type Labelled, labelsOf } from './labels.ts';

const run = (path: string, recipe: string | null, seed: number | null, name = 'dense-1'): Labelled => ({
  name,
  recipe,
  seed,
  path,
});

describe('labelsOf', () => {
  it('of networks that stand there once are their names', () => {
    expect(labelsOf([run('/a', 'best', 1), run('/b', 'best', 1, 'vae-1')])).toEqual(['dense-1', 'vae-1']);
  });

  it('of one network have what tells its runs apart, and no more', () => {
    expect(labelsOf([run('/a', 'best', 1), run('/b', 'documented', 1)])).toEqual([
      'dense-1, best',
      'dense-1, documented',
    ]);
    expect(labelsOf([run('/a', 'best', 1), run('/b', 'best', 2)])).toEqual(['dense-1, seed 1', 'dense-1, seed 2']);
    expect(labelsOf([run('/a', 'best', 1), run('/b', 'best', 2), run('/c', 'documented', 2)])).toEqual([
      'dense-1, best, seed 1',
      'dense-1, best, seed 2',
      'dense-1, documented, seed 2',
    ]);
    expect(labelsOf([run('/x/a', 'best', 1), run('/x/b', 'best', 1)])).toEqual(['dense-1, a', 'dense-1, b']);
    expect(labelsOf([run('/x/a', 'best', 1), run('/y/a', 'best', 1)])).toEqual(['dense-1, x/a', 'dense-1, y/a']);
  });

  it('number what stands there twice', () => {
    expect(labelsOf([run('/x/a', 'best', 1), run('/x/a', 'best', 1), run('/x/a', 'best', 1)])).toEqual([
      'dense-1, x/a',
      'dense-1, x/a (2)',
      'dense-1, x/a (3)',
    ]);
  });

  it('leave out what stands beside them', () => {
    const both = [run('/a', 'best', 1), run('/b', 'documented', 1)];
    expect(labelsOf(both, ['best', 'doc'])).toEqual(['dense-1', 'dense-1']);
    expect(labelsOf([...both, run('/c', 'best', 2)], ['best', 'doc', 'best'])).toEqual([
      'dense-1, seed 1',
      'dense-1, seed 1',
      'dense-1, seed 2',
    ]);
  });

  it("call the zoo's own run by its network", () => {
    const own = run(join(modelsFolder, 'dense-1'), 'best', 1);
    expect(labelsOf([own, run('/runs/mine', 'best', 1)])).toEqual(['dense-1', 'dense-1, mine']);
  });

  it('are all different, whatever files are called', () => {
    const models = [
      run('/x/a', 'best', 1, 'n'),
      run('/y/b', 'best', 1, 'n'),
      run('/n, a', null, null, 'n, a'),
      run('/z/a.keras', null, null, 'a.keras'),
      run('/w/a.keras', null, null, 'a.keras'),
    ];
    const labels = labelsOf(models);
    expect(new Set(labels).size).toBe(models.length);
    expect(labels.slice(3)).toEqual(['a.keras, z/a.keras', 'a.keras, w/a.keras']);
  });
});
