/** The Gaussian code of a variational encoder, where a graph tells of one. */
import { gaussianSampling, type LayerSpec, logScaleHead, type Parameterisation } from '../../layers/index.ts';
import type { Drafts, LayerDraft } from './drafts.ts';
import type { Sampled } from './node-context.ts';

/** The layer that gives the log-scale, and how. */
export interface ScaleHead {
  readonly id: string;
  readonly parameterisation: Parameterisation;
}

const isExponential = (spec: LayerSpec): boolean => spec.type === 'activation' && spec.activation === 'exponential';

/** What noise was multiplied by: `exp(x / 2)` of a log-variance, or `exp(x)` of a log-sigma. */
export const scaleOfNoise = ({ scale }: Sampled, drafts: Drafts): ScaleHead | null => {
  const outer = scale && drafts.find(scale.of);
  if (outer?.kind !== 'layer' || !isExponential(outer.spec)) return null;
  const inner = drafts.find(outer.inputs[0]);
  if (inner?.kind === 'layer' && inner.spec.type === 'rescaling' && inner.spec.offset === 0) {
    if (inner.spec.scale === 0.5) return { id: inner.inputs[0], parameterisation: 'log-variance' };
    return null;
  }
  return { id: outer.inputs[0], parameterisation: 'log-sigma' };
};

/** By the name of the output. */
export const scaleOfName = (name: string, id: string): ScaleHead | null => {
  if (/log.?var/i.test(name)) return { id, parameterisation: 'log-variance' };
  return /log.?(sigma|std)/i.test(name) ? { id, parameterisation: 'log-sigma' } : null;
};

const isPlainDense = ({ spec }: LayerDraft): boolean => spec.type === 'dense' && spec.activation === 'linear';

/**
 * The layers with the Gaussian code at their end: one layer where both heads are dense over the same values, else a layer
 * that takes both.
 */
export const withSampling = (
  layers: readonly LayerDraft[],
  meanId: string,
  { id: scaleId, parameterisation }: ScaleHead,
): readonly LayerDraft[] | null => {
  const mean = layers.find(({ id }) => id === meanId);
  const scale = layers.find(({ id }) => id === scaleId);
  if (!mean || !scale || mean === scale || mean.shape.join() !== scale.shape.join()) return null;
  const isTaken = layers.some(({ inputs }) => inputs.includes(meanId) || inputs.includes(scaleId));
  const { spec } = mean;
  if (spec.type === 'dense' && isPlainDense(scale) && mean.inputs[0] === scale.inputs[0] && !isTaken) {
    const head = gaussianSampling({
      units: spec.units,
      meanActivation: spec.activation,
      parameterisation,
      epsilonStd: 1,
    });
    const zeros = new Float32Array(spec.units);
    const weights = new Map<string, Float32Array>();
    for (const [name, draft] of [
      ['z_mean', mean],
      [logScaleHead({ parameterisation }), scale],
    ] as const) {
      weights.set(`${name}/kernel`, draft.weights.get('kernel') ?? zeros);
      weights.set(`${name}/bias`, draft.weights.get('bias') ?? zeros);
    }
    const rest = layers.filter((layer) => layer !== mean && layer !== scale);
    return [...rest, { kind: 'layer', id: meanId, spec: head, inputs: mean.inputs, weights, shape: mean.shape }];
  }
  const sampling: LayerSpec = { type: 'sampling', parameterisation, epsilonStd: 1 };
  return [
    ...layers,
    {
      kind: 'layer',
      id: `${meanId}_sampled`,
      spec: sampling,
      inputs: [meanId, scaleId],
      weights: new Map(),
      shape: mean.shape,
    },
  ];
};
