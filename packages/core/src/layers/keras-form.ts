/** A layer in Keras and TensorFlow.js, as data that `formats/` interprets. */
import type { ErrorFacts } from '../errors.ts';
import type { KerasSetting } from '../registry/index.ts';

/** A specification of whatever type. */
type AnySpec = Readonly<Record<string, unknown>> & { readonly type: string };

/** Why two heads do not go together. */
export type HeadsFault = Required<Pick<ErrorFacts, 'expected' | 'got'>>;

/** Two Keras layers that a third one joins, where that third has no code here. */
export interface JoinedHeads {
  /** The class of both. */
  readonly className: string;
  /**
   * The specification that the three come to.
   *
   * @param scaleName - what the file calls the second head.
   * @returns where the heads do not go together, what was expected and what came.
   */
  join(mean: AnySpec, scale: AnySpec, scaleName: string): AnySpec | HeadsFault;
  /** The two layers, mean first, that such a specification comes to: the other way of `join`. */
  split(spec: AnySpec): readonly [AnySpec, AnySpec];
  /** Names of the two heads in the roles of the layer's weights: `z_mean`, `z_log_var`. */
  names(spec: AnySpec): readonly [string, string];
}

/** A layer of Keras; `Name` are the fields of ours. */
export interface KerasForm<Name extends string = string> {
  readonly className: string;
  /** Other names that Keras has had for it. */
  readonly aliases?: readonly string[];
  /** The package under which this project registers a class that Keras does not have; its Python text is in the docs. */
  readonly registered?: string;
  /** The class is read as another layer that computes the same. */
  readonly writtenOnly?: true;
  /** What of the class is computed here, in a few words: `valid padding, stride 1`. */
  readonly limits?: string;
  /** The config, in the order in which it is written. */
  readonly settings: Readonly<Record<string, KerasSetting<Name>>>;
  /** False where the class, unlike others, takes no `trainable`. */
  readonly takesTrainable?: false;
  /** The weights' own names in the order in which Keras stores them; `[]` for a layer without. */
  readonly arrays: readonly string[];
  /** Keras 3 calls its variables by the ends of these names. */
  readonly shortNames?: true;
  /** Where the layer's weights lie in heads (`z_mean/kernel`) and other programs write the heads as layers. */
  readonly heads?: JoinedHeads;
}

/** What stands in for a layer that TensorFlow.js does not have, or not for such a shape: another layer. */
export interface StandIn {
  readonly spec: AnySpec;
  /** Name of the head whose weights it holds, and of the layer in the file; absent where the layer has no heads. */
  readonly head?: string;
}
