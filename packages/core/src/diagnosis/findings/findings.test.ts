import { describe, expect, it } from 'vitest';
import { findingsOf } from '../diagnose.ts';
import type { DimensionHabit, Examination } from '../types.ts';
import { findingRules } from './index.ts';

const alive: DimensionHabit = {
  min: 0.02,
  max: 0.97,
  std: 0.3,
  commonest: 0.4,
  commonestShare: 0.004,
  saturatedShare: 0.01,
  effect: 0.7,
};

/** About what the zoo author's dense-1 shows. */
const healthy: Examination = {
  codeActivation: 'sigmoid',
  code: {
    min: [0.02, 0.02],
    max: [0.97, 0.97],
    std: [0.3, 0.3],
    activeUnits: 2,
    participationRatio: 1.9,
    correlation: 0.1,
    occupied: 0.3,
  },
  dimensions: [alive, alive],
  magnitude99: 0.95,
  cornerShare: 0.001,
  halfArea: 0.02,
  mse: { train: 0.0405, test: 0.0415, all: 0.0407 },
  floors: { constantGrey: 0.0951, meanImage: 0.0673, pca2: 0.0559 },
  outputVariance: 0.4,
  classNames: ['0', '1', '2'],
  plane: { size: 100, meanConfidence: 0.9, classShares: [0.3, 0.3, 0.4] },
  recall: [0.8, 0.9, 0.7],
  training: { stopped: 'finished', testHeldOut: true, valLoss: null },
};

const found = (changes: Partial<Examination>): string[] =>
  findingsOf({ ...healthy, ...changes }).map(({ code, severity }) => `${severity} ${code}`);
const habits = (first: Partial<DimensionHabit>, second: Partial<DimensionHabit> = first): DimensionHabit[] => [
  { ...alive, ...first },
  { ...alive, ...second },
];

describe('findingsOf', () => {
  it('is silent on a healthy network', () => {
    expect(found({})).toEqual([]);
    expect(found({ plane: null, recall: null, training: null })).toEqual([]);
  });

  it('names every figure and a remedy, errors first', () => {
    const findings = findingsOf({
      ...healthy,
      code: { ...healthy.code, correlation: 0.95 },
      outputVariance: 0.001,
    });
    expect(findings.map(({ code }) => code)).toEqual(['constant-output', 'diagonal-code']);
    for (const { message, evidence, remedy } of findings) {
      expect(message.length).toBeGreaterThan(20);
      expect(remedy.length).toBeGreaterThan(20);
      expect(Object.keys(evidence).length).toBeGreaterThan(0);
    }
  });

  it('has one rule for each code', () => {
    expect(new Set(findingRules.map(({ code }) => code)).size).toBe(findingRules.length);
    expect(findingRules).toHaveLength(11);
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
  it('is found by the spread beside the activation’s range, and by a value that all share', () => {
    expect(found({ dimensions: habits({ std: 1e-4 }), outputVariance: 0.05 })).toEqual(['error constant-code']);
    expect(found({ dimensions: habits({ commonestShare: 0.995 }), outputVariance: 0.05 })).toEqual([
      'error constant-code',
    ]);
  });

  it('measures an unbounded code against itself', () => {
    const still = habits({ min: 99.9, max: 100.1, std: 0.03 });
    expect(found({ codeActivation: 'linear', cornerShare: null, dimensions: still })).toEqual([
      'warning constant-code',
    ]);
    const lively = habits({ min: -0.001, max: 0.001, std: 0.0003 });
    expect(found({ codeActivation: 'linear', cornerShare: null, dimensions: lively })).toEqual([]);
  });
});

describe('dead-dimension', () => {
  it('is found by the spread, by a value that all share, and by what the decoder makes of it', () => {
    for (const dead of [{ std: 1e-5, commonestShare: 1 }, { std: 0.02, commonestShare: 0.991 }, { effect: 0.002 }]) {
      const findings = findingsOf({ ...healthy, dimensions: habits({}, dead) });
      expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['dead-dimension', 'error']]);
      expect(findings[0].message).toMatch(/^dimension 2 of the code /);
    }
  });

  it('warns of a dimension that lives for few images', () => {
    expect(found({ dimensions: habits({ commonest: 0, commonestShare: 0.95 }, {}) })).toEqual([
      'warning dead-dimension',
    ]);
  });

  it('leaves a code that is constant as a whole to constant-code', () => {
    expect(found({ dimensions: habits({ std: 0, commonestShare: 1, effect: 0 }) })).toEqual(['warning constant-code']);
  });

  it('does not ask a decoder that ignores everything', () => {
    expect(found({ dimensions: habits({ effect: 0 }), outputVariance: 0.05 })).toEqual([]);
  });
});

describe('saturated-code', () => {
  it('is an error in the corners, a warning at the edges, and nothing of an activation without ends', () => {
    expect(found({ cornerShare: 0.96 })).toEqual(['error saturated-code']);
    expect(found({ dimensions: habits({ saturatedShare: 0.6 }, {}) })).toEqual(['warning saturated-code']);
    expect(found({ cornerShare: null, dimensions: habits({ saturatedShare: null }) })).toEqual([]);
  });
});

describe('diagonal-code and clumped-code', () => {
  it('are found either way', () => {
    const { code } = healthy;
    expect(found({ code: { ...code, correlation: -0.85 } })).toEqual(['warning diagonal-code']);
    expect(found({ code: { ...code, correlation: null } })).toEqual([]);
    expect(found({ code: { ...code, correlation: 0.99 }, dimensions: habits({ std: 1e-4 }) })).toEqual([
      'warning constant-code',
    ]);
    expect(found({ code: { ...code, occupied: 0.02 } })).toEqual(['warning clumped-code']);
    expect(found({ halfArea: 0.0005 })).toEqual(['warning clumped-code']);
    expect(found({ code: { ...code, occupied: null }, halfArea: null })).toEqual([]);
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

describe('worse-than-floor and diverged', () => {
  it('grow graver with the floor', () => {
    const at = (all: number): string[] => found({ mse: { train: all, test: all, all } });
    expect(at(0.055)).toEqual([]);
    expect(at(0.06)).toEqual(['warning worse-than-floor']);
    expect(at(0.0672)).toEqual(['error worse-than-floor']);
    expect(at(0.0951)).toEqual(['error worse-than-floor']);
    expect(at(0.4)).toEqual(['error diverged', 'error worse-than-floor']);
  });

  it('believe a run that says that it diverged', () => {
    expect(found({ training: { stopped: 'diverged', testHeldOut: true, valLoss: null } })).toEqual(['error diverged']);
  });
});
