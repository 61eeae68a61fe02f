/** Small specifications of a layer type and shapes that it follows, made of its fields alone. */
import type { Field } from '../../registry/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import type { LayerDefinition } from '../definition.ts';

/** A specification of whatever type. */
export type AnyLayerSpec = LayerDefinition['defaults'];

export interface LayerSample {
  /** For the title of a test. */
  readonly title: string;
  readonly spec: AnyLayerSpec;
  readonly inputShape: Shape;
  /** Of all inputs. */
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
}

/** Activations are many, and have tests of their own. */
const MOST_CHOICES = 3;
const SHAPES: readonly Shape[] = [[6], [5, 4, 2], [3, 3, 1]];

/** For what follows none of those: wide kernels, and channels in three groups. */
const LARGER_SHAPE: Shape = [6, 5, 3];

const clamp = (value: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.min(max, Math.max(min, value));

const smallValue = (field: Field): unknown => {
  switch (field.kind) {
    case 'integer':
      return clamp(3, field);
    case 'size':
      return field.min === 0 ? [1, 0] : [clamp(2, field), clamp(3, field)];
    case 'shape':
      return [clamp(1, field), clamp(3, field), clamp(2, field)];
    default:
      return field.default;
  }
};

/** Of an optional field: not what the fields beside it have. */
const otherValue = (field: Field): unknown => {
  const value = smallValue(field);
  return field.kind === 'size' && Array.isArray(value) ? value.toReversed() : value;
};

/** Specifications of which the first that follows a shape is taken: a field alone, then beside one more optional field. */
const withField = (
  base: AnyLayerSpec,
  name: string,
  optionalFields: Readonly<Record<string, Field>>,
): AnyLayerSpec[] => {
  const alone = { ...base, [name]: otherValue(optionalFields[name]) };
  const others = Object.entries(optionalFields).filter(([other]) => other !== name);
  return [alone, ...others.map(([other, field]) => ({ ...alone, [other]: otherValue(field) }))];
};

/** One specification of small values, and one more for every other choice and flag, and for every optional field. */
const specsOf = ({ type, fields }: LayerDefinition): (readonly AnyLayerSpec[])[] => {
  const entries = Object.entries(fields);
  const needed = entries.filter(([, { optional }]) => optional !== true);
  const optionalFields = Object.fromEntries(entries.filter(([, { optional }]) => optional === true));
  const base = { type, ...Object.fromEntries(needed.map(([name, field]) => [name, smallValue(field)])) };
  const smooth = 'activation' in base ? { activation: 'tanh' } : {};
  const others = entries.flatMap(([name, field]) => {
    // Its default is what a form begins with, and not what its absence means.
    // Smooth, so that no sum lies near a kink.
    if (field.optional === true) return [withField({ ...base, ...smooth }, name, optionalFields)];
    if (field.kind === 'choice')
      return field.choices
        .filter((choice) => choice !== field.default)
        .slice(0, MOST_CHOICES)
        .map((choice) => [{ ...base, [name]: choice }]);
    return field.kind === 'flag' ? [[{ ...base, [name]: !field.default }]] : [];
  });
  return [[base], ...others];
};

const outputOf = (definition: LayerDefinition, spec: AnyLayerSpec, inputShapes: readonly Shape[]): Shape | null => {
  try {
    return definition.outputShape(
      spec,
      inputShapes[0],
      { networkId: 'sample', part: 'encoder', layer: 'layer' },
      inputShapes,
    );
  } catch {
    return null;
  }
};

const samplesOn = (definition: LayerDefinition, spec: AnyLayerSpec, inputShape: Shape): readonly LayerSample[] => {
  const [least, most] = definition.inputs;
  // As few inputs as it takes, and one more.
  return [...new Set([least, Math.min(most, least + 1)])].flatMap((count) => {
    const inputShapes = Array.from({ length: count }, () => inputShape);
    const outputShape = outputOf(definition, spec, inputShapes);
    if (outputShape === null || elementCount(outputShape) === 0) return [];
    const { type: _, ...values } = spec;
    const title = `${JSON.stringify(values)} on ${inputShapes.map((shape) => shape.join('x')).join(' and ')}`;
    return [{ title, spec, inputShape, inputShapes, outputShape }];
  });
};

/** Every specification with every shape that it follows; a type that follows none of them fails its contract. */
export const layerSamples = (definition: LayerDefinition): readonly LayerSample[] =>
  specsOf(definition).flatMap((specs) => {
    for (const spec of specs) {
      const samples = SHAPES.flatMap((shape) => samplesOn(definition, spec, shape));
      const found = samples.length > 0 ? samples : samplesOn(definition, spec, LARGER_SHAPE);
      if (found.length > 0) return found;
    }
    return [];
  });
