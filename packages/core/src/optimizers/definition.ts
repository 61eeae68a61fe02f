/** What every optimiser, a rule by which weights follow their gradients, says of itself. */
import { defineSpec, type Fields, type Spec, type SpecSource, type VariantDefinition } from '../registry/index.ts';

/**
 * Runs a function of `training/kernels.wat` by its name: arrays of an arena are given as their addresses,
 * numbers as they are.
 */
export type RunKernel = (
  name: string,
  ...operands: readonly (Float32Array | Float64Array | Int32Array | Uint8Array | number)[]
) => void;

/** What a step works on: flat arrays of one length, all in one WebAssembly memory, changed in place. */
export interface OptimizerStep {
  /** All trained weights. */
  readonly parameters: Float32Array;
  /** Of the loss by each of them. */
  readonly gradients: Float32Array;
  /** The optimiser's own arrays by name; zero before the first step. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly run: RunKernel;
}

interface Behaviour<Value> {
  /** With `p` a weight, `g` its gradient, `r` the learning rate, `t` the step from 1. */
  readonly formula: string;
  readonly source: string;
  /** Names of the arrays that it keeps beside the weights; checkpoints hold them as `<type>/<name>`. */
  readonly state: readonly string[];
  step(optimizer: Value, on: OptimizerStep): void;
}

/** An optimiser; one object for each type, in its own file. */
export interface OptimizerDefinition<Value extends { readonly type: string } = { readonly type: string }>
  extends VariantDefinition<Value>,
    Behaviour<Value> {}

/** Makes a definition; defaults and schema follow from the fields. */
export const defineOptimizer = <const Type extends string, const F extends Fields>({
  formula,
  source,
  state,
  step,
  ...spec
}: SpecSource<Type, F> & Behaviour<Spec<Type, F>>) => ({ ...defineSpec(spec), formula, source, state, step });
