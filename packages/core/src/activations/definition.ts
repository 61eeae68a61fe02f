/** What every activation tells about itself. */
import type { KerasSetting } from '../registry/index.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What an activation is; one object for each, in its own file. */
export interface ActivationDefinition<Id extends string = string> {
  /** Id everywhere: file name, JSON, summary, docs. */
  readonly id: Id;
  /** As people read it. */
  readonly label: string;
  /** One sentence for docs and forms. */
  readonly doc: string;
  readonly formula: string;
  /** Where the idea comes from; absent where nobody need be named. */
  readonly source?: string;
  /** Looks at one value at a time; else at all values along the last axis. */
  readonly elementwise: boolean;
  /** Never falls where its argument rises, so that it may change places with a maximum. */
  readonly monotone: boolean;
  /** Smallest and largest value, or the limits that it approaches; infinite where there is none. */
  readonly range: readonly [number, number];
  /** Its slope is 0 for all arguments on one side: a unit that gets there for every image learns no more. */
  readonly dies: boolean;
  /** Its values are a distribution over the last axis, made of logits. */
  readonly distribution: boolean;
  /** The tensor after it. */
  readonly build: (x: Tensor) => Tensor;
  /**
   * The argument that gives about `value` (of a pixel, 0 to 1), where the activation still has a slope; null where there
   * is none to be had in one line.
   */
  readonly argumentFor: ((value: number) => number) | null;
  /** The same as Python code for PyTorch. @param axis - the last axis, wherever the code has it. */
  readonly torchCode: (x: string, axis: string) => string;
  /** False where TensorFlow.js does not have it, or computes another one under its name; it does when absent. */
  readonly tfjs?: false;
  /** Its names in Keras and TensorFlow.js; null where none of their versions agree on one. */
  readonly keras: {
    /** The one that is written: Keras 2, Keras 3 and TensorFlow.js all know it. */
    readonly name: string;
    readonly aliases?: readonly string[];
    /** The layer that does nothing else, beside `Activation`, and its settings. */
    readonly layer?: { readonly className: string; readonly settings: Readonly<Record<string, KerasSetting<never>>> };
  } | null;
  /** Its name in Keras 3, where `keras` is null since other versions compute another one under it. */
  readonly keras3?: string;
}

/** Makes a definition; most activations look at single values and are no distribution. */
export const defineActivation = <const Id extends string>(
  source: Omit<ActivationDefinition<Id>, 'elementwise' | 'distribution' | 'dies'> &
    Partial<Pick<ActivationDefinition<Id>, 'elementwise' | 'distribution' | 'dies'>>,
): ActivationDefinition<Id> => ({ elementwise: true, distribution: false, dies: false, ...source });
