/**
 * What every layer type tells about itself. Graph, summary, forms, files and diagnosis ask a definition instead of
 * knowing layer types by name.
 */
import { type Activation, activationRegistry } from '../activations/index.ts';
import {
  defineSpec,
  type Fields,
  flag,
  optional,
  type Spec,
  type SpecDefinition,
  type SpecSource,
} from '../registry/index.ts';
import { checkAgainst } from '../registry/validation.ts';
import type { Shape } from '../tensor/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { LayerContext } from './context.ts';
import type { ParameterInitializer } from './initializer.ts';
import type { KerasForm, StandIn } from './keras-form.ts';
import { withoutLinks } from './links.ts';
import { errorPlace, type LayerPlace } from './place.ts';
import type { TorchCode } from './torch-code.ts';
import type { TorchModule } from './torch-form.ts';

/** One array of a layer, before the layer has a name. */
export interface ParameterRole {
  /** `kernel`, `bias`, `z_mean/kernel`, ... */
  readonly role: string;
  readonly shape: Shape;
  /**
   * Not trained: it follows what passes the layer in training, and inference reads it (a running mean). Absent for
   * weights that are trained.
   */
  readonly running?: true;
  readonly initializer: ParameterInitializer;
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Inputs and outputs of one unit, which bound its initial weights. */
type Fans = Pick<ParameterRole, 'fanIn' | 'fanOut'>;

/** A weight that is trained. */
export const trained = (
  role: string,
  shape: Shape,
  { fanIn, fanOut }: Fans,
  initializer: ParameterInitializer,
): ParameterRole => ({ role, shape, initializer, fanIn, fanOut });

/** A running value of each of some channels, which training keeps and inference reads. */
export const runningState = (role: string, shape: Shape, initializer: 'zeros' | 'ones'): ParameterRole => ({
  role,
  shape,
  running: true,
  initializer,
  fanIn: 1,
  fanOut: 1,
});

/** A kernel of any shape and a bias for each of its last outputs; `head` as in `z_mean/`. */
export const kernelAndBiasWeights = (
  kernel: Shape,
  outputs: number,
  fans: Fans,
  { head = '', useBias = true }: { readonly head?: string; readonly useBias?: boolean } = {},
): readonly ParameterRole[] => [
  trained(`${head}kernel`, kernel, fans, 'glorot-uniform'),
  ...(useBias ? [trained(`${head}bias`, [outputs], fans, 'zeros')] : []),
];

/** The field of layers that may do without a bias. */
export const useBiasField = optional(
  flag({ label: 'Bias', doc: 'Whether a bias is added to the sums; it is when absent.', default: false }),
);

/**
 * What becomes, at inference, of the values that reach a layer:
 * - `computed`: new values are made of them;
 * - `reshaped`: the same values in the same order under another shape;
 * - `unchanged`: the same values; the layer acts in training alone;
 * - `repeated`: each of them, one or more times;
 * - `picked`: some of them, or all in another order;
 * - `maxima`: the largest ones.
 */
export type ValueEffect = 'computed' | 'reshaped' | 'unchanged' | 'repeated' | 'picked' | 'maxima';

/** How a Gaussian code gives its standard deviation. */
export type Parameterisation = 'log-sigma' | 'log-variance';

/** What a layer file may leave out. */
interface Facts<S> {
  /** Fewest and most inputs, `[1, 1]` where nothing is said. */
  readonly inputs?: readonly [number, number];
  /** What the layer makes of the values that reach it; `computed` where nothing is said. */
  readonly values?: ValueEffect | ((spec: S) => ValueEffect);
  /** Splits its work well over threads however small the batch. */
  readonly convolution?: boolean;
  /** Whether it drops values at random in training; no layer does where nothing is said. */
  drops?(spec: S): boolean;
  /** Takes the label of an image and nothing else. */
  readonly ofLabel?: true;
  /** Has no gradient. */
  readonly inferenceOnly?: true;
  /** How many images it takes at a time; any number where absent or null. */
  imagesPerRun?(spec: S): number | null;
  /** In training compares the values of a channel over all images of the batch, and over rows and columns. */
  readonly overBatch?: true;
  /**
   * Role of the parameter that is added before the activation of the output: its values shift what the layer puts out. A
   * layer that may do without has none where its weights do not name it.
   */
  readonly biasParameter?: string;
  /** Numbers that computing the layer holds for one image, beside input and output. */
  workspace?(spec: S, inputShape: Shape, outputShape: Shape): number;
  /** In the order in which they are stored. */
  weights?(spec: S, inputShape: Shape): readonly ParameterRole[];
  /** What the summary adds to the shape, at most 16 characters: `kernel 3x3`. */
  detail?(spec: S): string;
  /** Says that the layer is a Gaussian code, which ends an encoder. */
  gaussian?(spec: S): Parameterisation;
  /** Standard deviation of the noise that a Gaussian code is sampled with; 1 where nothing is said. */
  noiseStd?(spec: S): number;
  /** What TensorFlow.js has in its stead; null where it has the layer itself. */
  tfjs?(spec: S, inputShape: Shape): StandIn | null;
  /** What of the specification TensorFlow.js computes in another way or not at all; null where it computes all of it. */
  tfjsLacks?(spec: S): string | null;
  /** What of the specification Keras refuses to make; null where it makes all of it. */
  kerasLacks?(spec: S): string | null;
  /** The modules of PyTorch that hold its arrays; every layer with weights has some. */
  torch?(spec: S): readonly TorchModule[];
}

/** What a layer file writes; the rest follows from it. */
export interface LayerSource<Type extends string, F extends Fields> extends SpecSource<Type, F>, Facts<Spec<Type, F>> {
  /** First part of the automatic layer name, as Keras has it: `conv2d_transpose`. */
  readonly baseName: string;
  /** What it computes, in one line, and the shapes: `[inputs] -> [units]`. */
  readonly formula: string;
  /** Where the idea comes from; absent where nobody need be named. */
  readonly source?: string;
  /** The field that holds the activation of the layer's output. */
  readonly activationField?: NoInfer<keyof F & string>;
  /** Null for a layer that Keras and TensorFlow.js do not have. */
  readonly keras: KerasForm<NoInfer<keyof F & string>> | null;
  /** Its form in Python code for PyTorch; null for a layer that none is known of. */
  readonly torchCode: TorchCode<NoInfer<Spec<Type, F>>> | null;
  /**
   * @param inputShape - without the batch axis; of the first input.
   * @param inputShapes - of all inputs.
   * @throws LatentError `shape-mismatch` when the layer cannot follow that shape.
   */
  outputShape(spec: Spec<Type, F>, inputShape: Shape, place: LayerPlace, inputShapes: readonly Shape[]): Shape;
  /** The tensor that leaves the layer. */
  build(spec: Spec<Type, F>, context: LayerContext): Tensor;
}

/** What a layer type is; one object for each type, in its own file. */
export interface LayerDefinition<Type extends string = string, F extends Fields = Fields>
  extends SpecDefinition<Type, F> {
  readonly baseName: string;
  readonly formula: string;
  readonly source?: string;
  readonly keras: KerasForm | null;
  readonly torchCode: TorchCode<Spec<Type, F>> | null;
  readonly convolution: boolean;
  readonly overBatch: boolean;
  readonly ofLabel: boolean;
  readonly inferenceOnly: boolean;
  readonly biasParameter: string | null;
  readonly activationField: string | null;
  /** Fewest and most inputs. */
  readonly inputs: readonly [number, number];
  /** Whether layers of this type have weights. */
  readonly hasWeights: boolean;
  /** @throws LatentError `invalid-layer` when a field is out of its bounds. */
  validate(spec: Spec<Type, F>, place: LayerPlace): void;
  /** @param inputShapes - of all inputs, where there is more than one. */
  outputShape(spec: Spec<Type, F>, inputShape: Shape, place: LayerPlace, inputShapes?: readonly Shape[]): Shape;
  /** What the layer makes of the values that reach it. */
  values(spec: Spec<Type, F>): ValueEffect;
  /** Whether it drops values at random in training. */
  drops(spec: Spec<Type, F>): boolean;
  /** How many images it takes at a time; null for any number. */
  imagesPerRun(spec: Spec<Type, F>): number | null;
  /** In the order in which they are stored; `[]` for a layer without any. */
  weights(spec: Spec<Type, F>, inputShape: Shape): readonly ParameterRole[];
  build(spec: Spec<Type, F>, context: LayerContext): Tensor;
  workspace(spec: Spec<Type, F>, inputShape: Shape, outputShape: Shape): number;
  /** The activation of the layer's output, null where it has none. */
  activation(spec: Spec<Type, F>): Activation | null;
  detail(spec: Spec<Type, F>): string;
  /** How the layer gives the standard deviation of a Gaussian code; null for every other layer. */
  gaussian(spec: Spec<Type, F>): Parameterisation | null;
  /** Standard deviation of the noise that a Gaussian code is sampled with. */
  noiseStd(spec: Spec<Type, F>): number;
  /** What TensorFlow.js has in its stead; null where it has the layer itself, or nothing. */
  standIn(spec: Spec<Type, F>, inputShape: Shape): StandIn | null;
  /** What TensorFlow.js lacks for it, in a few words; null where it computes all of it. */
  tfjsLacks(spec: Spec<Type, F>): string | null;
  /** What Keras lacks for it, in a few words; null where it makes all of it. */
  kerasLacks(spec: Spec<Type, F>): string | null;
  /** The modules of PyTorch that hold its arrays; none of a layer without weights. */
  torch(spec: Spec<Type, F>): readonly TorchModule[];
}

/** Makes a layer's definition; schema, defaults and validation are derived from the fields. */
export const defineLayer = <const Type extends string, const F extends Fields>(
  source: LayerSource<Type, F>,
): LayerDefinition<Type, F> => {
  const spec = defineSpec(source);
  return {
    ...spec,
    baseName: source.baseName,
    formula: source.formula,
    source: source.source,
    keras: source.keras,
    torchCode: source.torchCode,
    convolution: source.convolution ?? false,
    overBatch: source.overBatch ?? false,
    ofLabel: source.ofLabel ?? false,
    inferenceOnly: source.inferenceOnly ?? false,
    biasParameter: source.biasParameter ?? null,
    activationField: source.activationField ?? null,
    inputs: source.inputs ?? [1, 1],
    hasWeights: source.weights !== undefined,
    validate: (value, place) => {
      checkAgainst(spec.schema, withoutLinks(value), { code: 'invalid-layer', at: errorPlace(place) });
    },
    outputShape: (value, inputShape, place, inputShapes = [inputShape]) =>
      source.outputShape(value, inputShape, place, inputShapes),
    weights: (value, inputShape) => source.weights?.(value, inputShape) ?? [],
    values: (value) => (typeof source.values === 'function' ? source.values(value) : (source.values ?? 'computed')),
    drops: (value) => source.drops?.(value) ?? false,
    imagesPerRun: (value) => source.imagesPerRun?.(value) ?? null,
    build: (value, context) => source.build(value, context),
    workspace: (value, inputShape, outputShape) => source.workspace?.(value, inputShape, outputShape) ?? 0,
    activation: (value) => {
      const { activationField } = source;
      const activation = activationField === undefined ? null : (value as Record<string, unknown>)[activationField];
      return activationRegistry.has(activation) ? activation : null;
    },
    detail: (value) => source.detail?.(value) ?? '',
    gaussian: (value) => source.gaussian?.(value) ?? null,
    noiseStd: (value) => source.noiseStd?.(value) ?? 1,
    standIn: (value, inputShape) => source.tfjs?.(value, inputShape) ?? null,
    tfjsLacks: (value) => source.tfjsLacks?.(value) ?? null,
    kerasLacks: (value) => source.kerasLacks?.(value) ?? null,
    torch: (value) => source.torch?.(value) ?? [],
  };
};
