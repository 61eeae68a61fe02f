/**
 * What a training leaves behind: how it ended, the state to go on from, the weights to keep.
 */
import { type ParameterSpec, parameterSlots, type Recipe } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import { roundedWeights } from './rounding.ts';
import type { Stopped, TrainingState } from './state.ts';

/** Where the loss, or a weight, became no number. */
export interface Divergence {
  /** From 1. */
  readonly epoch: number;
  /** From 1. */
  readonly batch: number;
  /** Of that batch. */
  readonly loss: number;
}

/** What a training leaves behind. */
export interface TrainingResult {
  /** How it ended. */
  readonly stopped: Stopped;
  /** What a resumed run needs; for `diverged` the last state whose loss was finite. */
  readonly state: TrainingState;
  /** Epoch whose weights are kept. */
  readonly bestEpoch: number;
  /** The kept weights of the trained parts, by parameter name. */
  readonly weights: Weights;
  /** Of a training that diverged. */
  readonly divergedAt?: Divergence;
}

/** What a run that stopped in this state keeps: of the best epoch, else the EMA, else the last; rounded. */
export const keptParameters = (
  { bestParameters, average, parameters }: TrainingState,
  { weightPrecision = 24 }: Recipe,
): Float32Array => roundedWeights(bestParameters ?? average ?? parameters, weightPrecision);

/** The trained parameters of a flat array, by name; copies. */
export const namedWeights = (parameters: readonly ParameterSpec[], flat: Float32Array): Weights =>
  new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.slice(offset, offset + length),
    ]),
  );

/** The trained parameters of a flat array, by name; they change with it. */
export const namedViews = (parameters: readonly ParameterSpec[], flat: Float32Array): Weights =>
  new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.subarray(offset, offset + length),
    ]),
  );

/** @param state - not written any more. */
export const resultOf = (
  parameters: readonly ParameterSpec[],
  recipe: Recipe,
  state: TrainingState,
  stopped: Stopped,
): TrainingResult => ({
  stopped,
  state,
  bestEpoch: state.bestParameters && state.best ? state.best.epoch : state.epoch,
  weights: namedWeights(parameters, keptParameters(state, recipe)),
});
