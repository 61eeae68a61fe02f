/** Learning-rate schedules as plain data. */

/** Learning rate over the run; `step` counts batches. */
export type ScheduleSpec =
  | { readonly type: 'constant'; readonly learningRate: number }
  /** Linear warm-up over `warmupEpochs`, then a half cosine down to `finalFraction * learningRate`. */
  | {
      readonly type: 'warmup-cosine';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly finalFraction: number;
    }
  /** Linear warm-up, then the full rate, then over the last `decayEpochs` epochs a half cosine down to `finalFraction`. */
  | {
      readonly type: 'hold-cosine';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly decayEpochs: number;
      readonly finalFraction: number;
    }
  /**
   * Linear warm-up, then `cycles` equal half cosines down to `finalFraction`, each from the full rate again.
   * Source: Loshchilov & Hutter 2017, SGDR, equation 5.
   */
  | {
      readonly type: 'cosine-restarts';
      readonly learningRate: number;
      readonly warmupEpochs: number;
      readonly cycles: number;
      readonly finalFraction: number;
    }
  /** Multiplied by `factor` every `everyEpochs` epochs. */
  | {
      readonly type: 'step-decay';
      readonly learningRate: number;
      readonly factor: number;
      readonly everyEpochs: number;
    };
