/** An examination without findings, about what a small network of dense layers shows; examples of findings are changes of it. */
import type { DimensionStats, Examination } from './definition.ts';

export const aliveDimension: DimensionStats = {
  min: 0.02,
  max: 0.97,
  std: 0.3,
  commonest: 0.4,
  commonestShare: 0.004,
  saturatedShare: 0.01,
  effect: 0.7,
};

export const healthyExamination: Examination = {
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
  livingCorrelation: 0.1,
  dimensions: [aliveDimension, aliveDimension],
  divergences: [3, 2.5],
  magnitude99: 0.95,
  cornerShare: 0.001,
  halfArea: 0.02,
  mse: { train: 0.0405, test: 0.0415, all: 0.0407 },
  baselines: { constantGrey: 0.0951, meanImage: 0.0673, pca: { components: 2, mse: 0.0559 } },
  outputVariance: 0.4,
  ground: 0,
  otherRange: null,
  classNames: ['0', '1', '2'],
  plane: { size: 100, meanConfidence: 0.9, classShares: [0.3, 0.3, 0.4] },
  recall: [0.8, 0.9, 0.7],
  keepsRunning: false,
  training: { stopped: 'finished', testHeldOut: true, valLoss: null },
};
