/**
 * What every layer type tells about itself. The graph, the summary, the JSON reader and the explorer's form ask a
 * definition instead of knowing layer types by name.
 *
 * In: a layer's spec and the shape that reaches it. Out: its fields, output shape and parameters.
 * How it computes is the graph room's business.
 */
import * as v from 'valibot';
import type { Activation } from '../activations/index.ts';
import { inputError, type LatentError } from '../errors.ts';
import { checkAgainst } from '../registry/validation.ts';
import type { Shape } from '../tensor/index.ts';
import { formatBatchShape } from '../tensor/shape.ts';
import { fieldSchema, type LayerField } from './fields.ts';
import type { LayerSpec, ParameterInitializer } from './types.ts';

/** Which half of a network a layer belongs to. */
export type PartName = 'encoder' | 'decoder' | 'classifier';

/** Where a layer stands, for error messages. */
export interface LayerPlace {
  readonly networkId: string;
  readonly part: PartName;
  /** Name within the part: `dense_1`. */
  readonly layer: string;
}

/** One trainable array of a layer, before the layer has a name. */
export interface ParameterRole {
  /** `kernel`, `bias`, `z_mean/kernel`, ... */
  readonly role: string;
  readonly shape: Shape;
  readonly initializer: ParameterInitializer;
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What a layer type is; one object for each type, in its own file. */
export interface LayerDefinition<Spec extends LayerSpec = LayerSpec> {
  readonly type: Spec['type'];
  /** First part of the automatic layer name, as Keras has it: `conv2d_transpose`. */
  readonly kerasName: string;
  /** As a form shows it. */
  readonly label: string;
  /** A valid spec to start from in a form. */
  readonly defaults: Spec;
  /** Every field of the spec but `type`, in the order of a form. */
  readonly fields: Readonly<Record<string, LayerField>>;
  /** Reads an untrusted value of this type. */
  readonly schema: v.GenericSchema<unknown, Spec>;
  /** @throws LatentError `invalid-layer` when a field is out of its bounds. */
  validate(spec: Spec, place: LayerPlace): void;
  /**
   * @param inputShape - without the batch axis.
   * @throws LatentError `shape-mismatch` when the layer cannot follow that shape.
   */
  outputShape(spec: Spec, inputShape: Shape, place: LayerPlace): Shape;
  /** In the order in which they are stored; `[]` for a layer without any. */
  parameters(spec: Spec, inputShape: Shape): readonly ParameterRole[];
  /** The activation of the layer's output, null where it has none. */
  activation(spec: Spec): Activation | null;
  /** What the summary adds to the shape, at most 16 characters: `kernel 3x3`. */
  detail(spec: Spec): string;
}

/** What a layer file has to write; the rest follows from it. */
interface LayerSource<Spec extends LayerSpec> {
  readonly type: Spec['type'];
  readonly kerasName: string;
  readonly label: string;
  readonly defaults: Spec;
  readonly fields: { readonly [Field in Exclude<keyof Spec, 'type'>]: LayerField };
  outputShape(spec: Spec, inputShape: Shape, place: LayerPlace): Shape;
  parameters?(spec: Spec, inputShape: Shape): readonly ParameterRole[];
  activation?(spec: Spec): Activation;
  detail?(spec: Spec): string;
}

const describePlace = ({ networkId, part, layer }: LayerPlace): string =>
  `network "${networkId}", layer "${part}/${layer}"`;

/** Makes a layer's definition; its schema and its validation are derived from the fields. */
export const defineLayer = <Spec extends LayerSpec>(source: LayerSource<Spec>): LayerDefinition<Spec> => {
  const fields: Readonly<Record<string, LayerField>> = source.fields;
  const entries = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));
  // `LayerSource.fields` names every key of the spec, so what this schema lets through is a `Spec`.
  const schema = v.strictObject({ type: v.literal(source.type), ...entries }) as unknown as v.GenericSchema<
    unknown,
    Spec
  >;
  return {
    type: source.type,
    kerasName: source.kerasName,
    label: source.label,
    defaults: source.defaults,
    fields,
    schema,
    validate(spec, place) {
      checkAgainst(schema, spec, { code: 'invalid-layer', subject: describePlace(place) });
    },
    outputShape: (spec, inputShape, place) => source.outputShape(spec, inputShape, place),
    parameters: (spec, inputShape) => source.parameters?.(spec, inputShape) ?? [],
    activation: (spec) => source.activation?.(spec) ?? null,
    detail: (spec) => source.detail?.(spec) ?? '',
  };
};

/**
 * The error of a layer that cannot follow the shape it is given.
 *
 * @param expected - without the batch axis; words for dimensions that may be anything.
 * @param step - what to do about it.
 */
export const shapeMismatch = (
  place: LayerPlace,
  expected: readonly (number | string)[],
  got: Shape,
  step: string,
): LatentError =>
  inputError(
    'shape-mismatch',
    `${describePlace(place)}: expects ${formatBatchShape(expected)}, got ${formatBatchShape(got)}; ${step}`,
  );

/** Rows, columns and channels of an image shape. @throws LatentError `shape-mismatch` for any other rank. */
export const requireImageShape = (shape: Shape, place: LayerPlace): readonly [number, number, number] => {
  if (shape.length !== 3) {
    const step = 'put `reshape` before it or feed images of rows x columns x channels';
    throw shapeMismatch(place, ['rows', 'columns', 'channels'], shape, step);
  }
  return [shape[0], shape[1], shape[2]];
};

/** Length of a vector shape. @throws LatentError `shape-mismatch` for any other rank. */
export const requireVectorShape = (shape: Shape, place: LayerPlace): number => {
  if (shape.length !== 1) {
    const elements = shape.reduce((product, dimension) => product * dimension, 1);
    throw shapeMismatch(place, [elements], shape, 'put `flatten` before it');
  }
  return shape[0];
};
