/**
 * Weights alone onto a network.
 *
 * In: the arrays of a file by name, and a network, or none: then one of the zoo that they fit. Out: the network with its
 * weights, and notes that say how the layers were told apart; where they do not fit, an error that says where first.
 */
import { inputError } from '../../errors.ts';
import { namedAfter } from '../../network/file-names.ts';
import { type NetworkSpec, networks, onlyParts, type ResolvedNetwork, resolveNetwork } from '../../network/index.ts';
import { finishModel, type ImportedModel } from '../imported-model.ts';
import { arraysFor, firstDifference, listGroups, type Match, type MatchedBy, matchGroups } from './match.ts';
import { groupArrays, type KernelLayout, layoutOf, type NamedArray, type WeightsFile } from './named-arrays.ts';
import { suggestNetwork } from './suggest-network.ts';
import { type CodeForm, hasReordered, type Target, type WantedGroup, wantedGroups } from './wanted-groups.ts';

/** What the weights are put onto. */
export interface OntoOptions {
  /** The network; where it is absent, one of the zoo is looked for. */
  readonly network?: NetworkSpec;
  /** Whether a network of dense layers may be made up where none is given: its activations are guesses. */
  readonly guess?: boolean;
}

interface Fit {
  readonly network: ResolvedNetwork;
  readonly wanted: readonly WantedGroup[];
  readonly match: Match;
}

/** Said of a network that was made up for the weights. */
export const GUESSED = 'the file holds no activations: those of the network are guesses';

const FORMS: readonly CodeForm[] = ['as-is', 'packed', 'apart'];

/** The whole network, then its parts alone. */
const candidatesOf = (spec: NetworkSpec): readonly ResolvedNetwork[] => {
  const whole = resolveNetwork(spec);
  return whole.parts.length < 2 ? [whole] : [whole, ...whole.parts.map(({ name }) => onlyParts(whole, [name]))];
};

const fitOf = (candidates: readonly ResolvedNetwork[], file: WeightsFile, layout: KernelLayout): Fit | null => {
  const groups = groupArrays(file.arrays);
  for (const network of candidates) {
    for (const form of FORMS) {
      const wanted = wantedGroups(network, layout, form, file.channelsLast);
      const match = wanted && matchGroups(groups, wanted);
      if (wanted && match) return { network, wanted, match };
    }
  }
  return null;
};

const SAID: Readonly<Record<MatchedBy, string>> = {
  name: 'its layers were told by their names',
  order: 'its layers were told by their order and shapes',
  shape: 'its layers were told by their shapes, those of one shape in the order of the file',
};

/** PyTorch's own, which most of its networks have. */
const TORCH_EPSILON = 1e-5;

const epsilonNotes = ({ parts }: ResolvedNetwork): readonly string[] => {
  const other = parts
    .flatMap(({ layers }) => layers)
    .map(({ spec }) => spec)
    .find((spec) => spec.type === 'batch-normalization' && 'epsilon' in spec && spec.epsilon !== TORCH_EPSILON);
  return other !== undefined && 'epsilon' in other
    ? [
        `its batch normalisation adds ${other.epsilon} to the variance, PyTorch ${TORCH_EPSILON} where nothing else is said: \`epsilon\` in the network's file`,
      ]
    : [];
};

/** Values of other kinds lose digits. */
const typeNotes = (arrays: readonly NamedArray[]): readonly string[] =>
  [...new Set(arrays.map(({ type }) => type))]
    .filter((type) => type !== 'float32')
    .map((type) => `values of type ${type} were converted to float32`);

const readFit = ({ network, wanted, match }: Fit, file: WeightsFile, layout: KernelLayout): ImportedModel => {
  const weights: Target = new Map();
  const used: NamedArray[] = [];
  wanted.forEach((one, i) => {
    const arrays = arraysFor(match.groups[i], one) ?? [];
    one.arrays.forEach(({ write }, k) => {
      used.push(arrays[k]);
      write(arrays[k].floats(), weights);
    });
  });
  const isTorch = layout === 'torch';
  const notes = [
    ...file.notes,
    SAID[match.by],
    ...(isTorch && file.channelsLast !== true && hasReordered(network)
      ? [
          'images are flattened with their channels last here and first in PyTorch: the dense layers beside were reordered',
        ]
      : []),
    ...(isTorch && file.channelsLast !== true ? epsilonNotes(network) : []),
    ...typeNotes(used),
  ];
  // In the network's order, whatever the file's is.
  const ordered = new Map(network.parameters.map(({ name }) => [name, weights.get(name) ?? new Float32Array()]));
  return finishModel({ format: file.format, network, weights: ordered, notes });
};

/** How the weights of a file without a network are given one. */
const stepFor = (file: string): string => `npx latent new net.yaml --from ${file}`;

const withoutNetwork = (file: WeightsFile, layout: KernelLayout): never => {
  const groups = groupArrays(file.arrays);
  const suggested = suggestNetwork(file, layout);
  throw inputError('weights-alone', {
    at: { file: file.file },
    problem: `holds weights without a network, of which ${listGroups(groups)}`,
    hint: suggested
      ? `Write the network that would fit, ${suggested.words}, check its activations, and name it: ${stepFor(file.file)}; then --network net.yaml`
      : 'Name the network that they are of, as a file (docs/networks.md) or by its id: --network net.yaml',
  });
};

/** @throws LatentError (input) `weights-mismatch` with the first layer in which they differ. */
const refuseNetwork = (file: WeightsFile, spec: NetworkSpec, layout: KernelLayout): never => {
  const whole = resolveNetwork(spec);
  const groups = groupArrays(file.arrays);
  const { expected, got, lists } = firstDifference(
    groups,
    wantedGroups(whole, layout, 'as-is', file.channelsLast) ?? [],
  );
  throw inputError('weights-mismatch', {
    at: { file: file.file, network: spec.id },
    problem: 'the weights of the file are of another network, first difference',
    expected,
    got,
    hint: lists,
  });
};

/** The network of the zoo that they fit, the one that the file is named after first. */
const fromZoo = (file: WeightsFile, layout: KernelLayout): Fit | null => {
  const whole = networks.flatMap((spec) => fitOf(candidatesOf(spec).slice(0, 1), file, layout) ?? []);
  const parts =
    whole.length > 0 ? [] : networks.flatMap((spec) => fitOf(candidatesOf(spec).slice(1), file, layout) ?? []);
  const fits = whole.length > 0 ? whole : parts;
  const spec = namedAfter(
    fits.map(({ network }) => network.spec),
    file.file,
  );
  return fits.find(({ network }) => network.spec === spec) ?? null;
};

/**
 * Puts the weights of a file onto a network.
 *
 * @throws LatentError (input) `weights-mismatch` where they are of another network; `weights-alone` where none is given
 *   and none of the zoo fits; what the file's reader throws.
 */
export const ontoNetwork = (file: WeightsFile, { network, guess = false }: OntoOptions): ImportedModel => {
  const layout = layoutOf(file.arrays);
  if (network !== undefined) {
    const fit = fitOf(candidatesOf(network), file, layout);
    return fit ? readFit(fit, file, layout) : refuseNetwork(file, network, layout);
  }
  const known = fromZoo(file, layout);
  if (known) {
    const { notes, ...model } = readFit(known, file, layout);
    const taken = `the file holds weights alone; they were taken for those of ${known.network.spec.id}: name another network with --network`;
    return { ...model, notes: [taken, ...notes] };
  }
  const suggested = guess ? suggestNetwork(file, layout) : null;
  const made = suggested && fitOf(candidatesOf(suggested.spec), file, layout);
  if (!made) return withoutNetwork(file, layout);
  const { notes, ...model } = readFit(made, file, layout);
  return { ...model, notes: [GUESSED, ...notes] };
};
