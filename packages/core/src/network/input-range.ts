/**
 * The numbers that a network takes for black and white, where they are not 0 and 1.
 *
 * In: a network that takes pixels in another range, as files of other programs may. Out: the network that takes pixels of 0 to
 * 1 and gives them, by a layer before it and one behind it.
 */
import { gaussianOf, type LayerSpec, PART_INPUT } from '../layers/index.ts';
import { usualLoss } from '../losses/index.ts';
import { onlyParts, type ResolvedNetwork, resolveWithin } from './network.ts';
import type { NetworkSpec } from './types.ts';
import { networks } from './zoo/index.ts';

/** What a network takes for black and for white. */
export interface InputRange {
  readonly black: number;
  readonly white: number;
}

const NAME = 'input_range';
const OUTPUT_NAME = 'output_range';

/** The layer's name within a part, which no other layer has. */
const freeName = (wanted: string, layers: readonly LayerSpec[]): string => {
  const taken = new Set(layers.map(({ name }) => name));
  let name = wanted;
  while (taken.has(name)) name = `${name}_1`;
  return name;
};

const taking = (layers: readonly LayerSpec[], { black, white }: InputRange): readonly LayerSpec[] => {
  const name = freeName(NAME, layers);
  const renamed = layers.map((layer): LayerSpec => {
    const { inputs } = layer;
    return inputs ? { ...layer, inputs: inputs.map((input) => (input === PART_INPUT ? name : input)) } : layer;
  });
  return [{ type: 'rescaling', scale: white - black, offset: black, name }, ...renamed];
};

const giving = (layers: readonly LayerSpec[], { black, white }: InputRange): readonly LayerSpec[] => [
  ...layers,
  {
    type: 'rescaling',
    scale: 1 / (white - black),
    offset: -black / (white - black),
    name: freeName(OUTPUT_NAME, layers),
  },
];

const specWith = (spec: NetworkSpec, range: InputRange): NetworkSpec => {
  const common = {
    // Other layers than those of the zoo are another network.
    id: networks.some(({ id }) => id === spec.id) ? `${spec.id}-rescaled` : spec.id,
    title: `${spec.title}, pixels as ${range.black} to ${range.white}`,
  };
  if (spec.kind === 'classifier') return { ...spec, ...common, layers: taking(spec.layers, range) };
  const encoder = taking(spec.encoder, range);
  // The decoder ends in no activation any more, which some losses want.
  const loss = usualLoss(gaussianOf(encoder.at(-1)));
  return { ...spec, ...common, encoder, decoder: giving(spec.decoder, range), loss };
};

/**
 * The same network, or the same of its parts, for pixels of 0 (black) to 1 (white): `x' = black + (white - black) x` enters it, and
 * of what it draws `(y - black) / (white - black)` is given. Its weights keep their names; it learns by the usual loss.
 */
export const networkWithInputRange = (network: ResolvedNetwork, range: InputRange): ResolvedNetwork => {
  if (range.black === 0 && range.white === 1) return network;
  const names = network.parts.map(({ name }) => name);
  return onlyParts(resolveWithin(specWith(network.spec, range)), names);
};
