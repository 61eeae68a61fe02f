/**
 * All that a training needs to go on as if it had never stopped.
 */

import type { OptimizerState } from './optimizer-state.ts';

/** One finished epoch. Times are not here: two runs of the same seed have the same history. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss over the images of the epoch, as the batches saw it. */
  readonly loss: number;
  /** Loss on the held-out images after the epoch: reconstruction error, or cross-entropy of a classifier. */
  readonly valLoss?: number;
  /** Loss over all training images after the epoch, where the recipe chooses its best epoch by it. */
  readonly trainLoss?: number;
  /** Of the epoch's last step. */
  readonly learningRate: number;
}

/** Everything that a training needs to go on to the same bytes. */
export interface TrainingState {
  /** Epochs finished. */
  readonly epoch: number;
  /** Batches finished in the epoch under way; 0 between epochs. */
  readonly batch: number;
  /** Sum of loss x images over those batches. */
  readonly lossSum: number;
  /** Steps of the optimiser done. */
  readonly step: number;
  /** Finished epochs, in order. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights are kept, and its loss; null before the first. */
  readonly best: { readonly epoch: number; readonly loss: number } | null;
  /** All flat, in the order of the trained parameters. */
  readonly parameters: Float32Array;
  /** Its moving averages. */
  readonly optimizer: OptimizerState;
  /** The EMA of the parameters; null where the recipe keeps none. */
  readonly average: Float32Array | null;
  /** Of the best epoch; null before the first, or where the recipe keeps the last. */
  readonly bestParameters: Float32Array | null;
}

/** How a run ended. */
export type Stopped = 'finished' | 'early' | 'interrupted' | 'diverged';
