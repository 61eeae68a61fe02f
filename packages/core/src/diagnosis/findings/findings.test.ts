import { describe, expect, it } from 'vitest';
import type { DimensionStats, Examination } from '../definition.ts';
import { findingsOf } from '../diagnose.ts';
import { aliveDimension, healthyExamination } from '../healthy.ts';

const alive = aliveDimension;
const healthy = healthyExamination;

const found = (changes: Partial<Examination>): string[] =>
  findingsOf({ ...healthy, ...changes }).map(({ code, severity }) => `${severity} ${code}`);
const stats = (first: Partial<DimensionStats>, second: Partial<DimensionStats> = first): DimensionStats[] => [
  { ...alive, ...first },
  { ...alive, ...second },
];

describe('findingsOf', () => {
  it('is silent on a healthy network', () => {
    expect(found({})).toEqual([]);
    expect(found({ plane: null, recall: null, training: null })).toEqual([]);
  });

  it('tells errors first', () => {
    const changes = { livingCorrelation: 0.95, outputVariance: 0.001 };
    expect(found(changes)).toEqual(['error constant-output', 'warning diagonal-code']);
  });
});

describe('near-zero-code', () => {
  it('is an error where nothing hangs on the code, a warning where the scale alone is small', () => {
    expect(found({ magnitude99: 0.01, outputVariance: 0.05 })).toEqual(['error near-zero-code']);
    expect(found({ magnitude99: 0.01 })).toEqual(['warning near-zero-code']);
    expect(found({ magnitude99: 0.06, outputVariance: 0.05 })).toEqual([]);
  });
});

describe('constant-code', () => {
  it('is found by the standard deviation beside the activation’s range, and by a value that all share', () => {
    expect(found({ dimensions: stats({ std: 1e-4 }), outputVariance: 0.05 })).toEqual(['error constant-code']);
    expect(found({ dimensions: stats({ commonestShare: 0.995 }), outputVariance: 0.05 })).toEqual([
      'error constant-code',
    ]);
  });

  it('measures an unbounded code against itself', () => {
    const still = stats({ min: 99.9, max: 100.1, std: 0.03 });
    expect(found({ codeActivation: 'linear', cornerShare: null, dimensions: still })).toEqual([
      'warning constant-code',
    ]);
    const lively = stats({ min: -0.001, max: 0.001, std: 0.0003 });
    expect(found({ codeActivation: 'linear', cornerShare: null, dimensions: lively })).toEqual([]);
  });
});

describe('dead-dimension', () => {
  it('is found by the standard deviation, by a value that all share, and by what the decoder makes of it', () => {
    for (const dead of [{ std: 1e-5, commonestShare: 1 }, { std: 0.02, commonestShare: 0.991 }, { effect: 0.002 }]) {
      const findings = findingsOf({ ...healthy, dimensions: stats({}, dead) });
      expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['dead-dimension', 'error']]);
      expect(findings[0].message).toMatch(/^dimension 2 of the code /);
    }
  });

  it('warns of a dimension that lives for few images', () => {
    expect(found({ dimensions: stats({ commonest: 0, commonestShare: 0.95 }, {}) })).toEqual([
      'warning dead-dimension',
    ]);
  });

  it('leaves a code that is constant as a whole to constant-code', () => {
    expect(found({ dimensions: stats({ std: 0, commonestShare: 1, effect: 0 }) })).toEqual(['warning constant-code']);
  });

  it('does not ask a decoder that ignores everything', () => {
    expect(found({ dimensions: stats({ effect: 0 }), outputVariance: 0.05 })).toEqual([]);
  });
});

describe('saturated-code', () => {
  it('is an error in the corners, a warning at the edges, and nothing of an activation without ends', () => {
    expect(found({ cornerShare: 0.96 })).toEqual(['error saturated-code']);
    expect(found({ dimensions: stats({ saturatedShare: 0.6 }, {}) })).toEqual(['warning saturated-code']);
    expect(found({ cornerShare: null, dimensions: stats({ saturatedShare: null }) })).toEqual([]);
  });
});

describe('diagonal-code and clumped-code', () => {
  it('are found either way', () => {
    const { code } = healthy;
    expect(found({ livingCorrelation: -0.85 })).toEqual(['warning diagonal-code']);
    expect(found({ livingCorrelation: null, code: { ...code, correlation: 0.99 } })).toEqual([]);
    expect(found({ livingCorrelation: 0.99, dimensions: stats({ std: 1e-4 }) })).toEqual(['warning constant-code']);
    expect(found({ code: { ...code, occupied: 0.02 } })).toEqual(['warning clumped-code']);
    expect(found({ halfArea: 0.0005 })).toEqual(['warning clumped-code']);
    expect(found({ code: { ...code, occupied: null }, halfArea: null })).toEqual([]);
    // A line, or a point, has another cause than a crowd.
    expect(
      found({ code: { ...code, occupied: 0.01 }, dimensions: stats({}, { std: 1e-5, commonestShare: 1 }) }),
    ).toEqual(['error dead-dimension']);
    expect(found({ code: { ...code, occupied: 0.0001 }, dimensions: stats({ std: 1e-5 }) })).toEqual([
      'warning constant-code',
    ]);
  });
});

describe('missing-classes', () => {
  it('warns of classes that do not come back, and notes those that the mesh alone lacks', () => {
    expect(found({ recall: [0.8, 0.05, 0.7] })).toEqual(['warning missing-classes']);
    expect(found({ plane: { size: 100, meanConfidence: 0.9, classShares: [0.6, 0.4, 0.0005] } })).toEqual([
      'info missing-classes',
    ]);
  });
});

describe('overfit', () => {
  it('compares with the test images only where they were held out', () => {
    const mse = { train: 0.03, test: 0.034, all: 0.031 };
    expect(found({ mse })).toEqual(['warning overfit']);
    expect(found({ mse, training: { stopped: null, testHeldOut: false, valLoss: null } })).toEqual([]);
    expect(found({ mse, training: { stopped: null, testHeldOut: false, valLoss: 0.035 } })).toEqual([
      'warning overfit',
    ]);
    expect(found({ mse, training: null })).toEqual(['warning overfit']);
  });
});

describe('worse-than-baseline and diverged', () => {
  it('grow graver with the baseline', () => {
    const at = (all: number): string[] => found({ mse: { train: all, test: all, all } });
    expect(at(0.055)).toEqual([]);
    expect(at(0.06)).toEqual(['warning worse-than-baseline']);
    expect(at(0.0672)).toEqual(['error worse-than-baseline']);
    expect(at(0.0951)).toEqual(['error worse-than-baseline']);
    expect(at(0.4)).toEqual(['error diverged', 'error worse-than-baseline']);
  });

  it('tell what lies above a guess from what has learned it', () => {
    const messages = (all: number) =>
      findingsOf({ ...healthy, mse: { train: all, test: all, all } }).map((f) => f.message);
    expect(messages(0.0951)[0]).toMatch(/^an error of 0.0951 is that of a constant grey/);
    expect(messages(0.2)[0]).toMatch(/^an error of 0.2 is above that of a constant grey \(0.0951\)/);
  });

  it('blame running means that have not settled where a run ended well', () => {
    const mse = { train: 0.4, test: 0.4, all: 0.4 };
    const lagging = { mse, keepsRunning: true };
    expect(findingsOf({ ...healthy, ...lagging })).toMatchObject([
      { code: 'worse-than-baseline', message: expect.stringContaining('its running means have not settled') },
    ]);
    expect(found({ ...lagging, training: null })).toContain('error diverged');
    expect(found({ ...lagging, training: { stopped: 'diverged', testHeldOut: true, valLoss: null } })).toContain(
      'error diverged',
    );
  });

  it('believe a run that says that it diverged', () => {
    expect(found({ training: { stopped: 'diverged', testHeldOut: true, valLoss: null } })).toEqual(['error diverged']);
  });
});
