/**
 * A random autoencoder at an address of its own: chains and branches of every layer type, codes of any shape, losses with
 * terms, and how it is trained.
 */
import {
  dense,
  flatten,
  gaussianOf,
  type LayerSpec,
  layerDefinitions,
  outputActivation,
  reshape,
} from '../../layers/index.ts';
import { type LossSpec, lossFault, lossField, usualLoss } from '../../losses/index.ts';
import { type AutoencoderSpec, newRecipes, type Recipe, tableFields } from '../../network/index.ts';
import { elementCount, type Shape, sameShape } from '../../tensor/index.ts';
import { createDice, type Dice } from './dice.ts';
import { drawValue } from './draw-fields.ts';
import {
  type DrawnLayer,
  drawLabelled,
  drawLayer,
  drawNext,
  drawPath,
  endOf,
  isGaussian,
  type PartDraft,
  type Source,
  withLayers,
} from './draw-layers.ts';
import { lacksInKeras, lacksInTfjs } from './lacks.ts';
import { linkedLayers } from './link-layers.ts';
import { spoiled } from './spoil.ts';

export interface DrawnNetwork {
  readonly index: number;
  /** As it goes to a file: where it is spoiled, no program need take it. */
  readonly spec: AutoencoderSpec;
  readonly recipe: Recipe;
  /** Changed at one place in a way that may make it invalid. */
  readonly isSpoiled: boolean;
}

const MOST_SIDE = 9;
const MOST_PIXELS = 200;
const ENCODER_LAYERS = 4;
const DECODER_LAYERS = 3;
const LABELLED = 0.25;
const GAUSSIAN = 0.35;
const SPOILED = 0.1;
/** Of layers that all formats have, so that each format gets its share of networks. */
const PORTABLE = 0.5;
const DRAFTS = 20;
const PATHS = 150;
/** Small enough for two steps of whole batches over the images of a trial. */
const MOST_BATCH = 8;
const MOST_EPOCHS = 2;

const isPortable: PartDraft['suits'] = (layer) => lacksInKeras(layer) === null && lacksInTfjs(layer) === null;

const gaussians = layerDefinitions.filter(isGaussian);

const drawInputShape = (dice: Dice): Shape => {
  const side = () => 1 + dice.roll(MOST_SIDE);
  if (dice.chance(0.2)) return [side() + dice.roll(MOST_SIDE)];
  if (dice.chance(0.1)) return [side(), side()];
  const channels = dice.pick([1, 3]);
  const [rows, columns] = dice.pick([
    [1, 1],
    [side(), side()],
    [side(), side()],
    [side(), side()],
    [8, 8],
    [7, 7],
  ]);
  return rows * columns * channels > MOST_PIXELS ? [rows, columns, 1] : [rows, columns, channels];
};

/** Types that this network has to have: in turn, so that few networks have all of them. */
const featuredTypes = (index: number) => [0, 1].map((i) => layerDefinitions[(2 * index + i) % layerDefinitions.length]);

/** What both parts are drawn with. */
interface Draw {
  readonly index: number;
  readonly dice: Dice;
  readonly label: Source | null;
  readonly suits: PartDraft['suits'];
}

const begin = (part: PartDraft['part'], shape: Shape, { label, dice, suits }: Draw): PartDraft => ({
  part,
  dice,
  suits,
  entering: [{ shape: [...shape] }, ...(label ? [{ ...label }] : [])],
  layers: [],
});

const drawEncoder = (shape: Shape, draw: Draw): PartDraft => {
  const { index, dice } = draw;
  let draft = begin('encoder', shape, draw);
  const whatever = (layers: PartDraft): PartDraft => ({ ...layers, suits: () => true });
  const [, own] = draft.entering;
  const layers = 1 + dice.roll(ENCODER_LAYERS);
  for (let i = 0; i < layers; i++) draft = drawNext(draft);
  for (const definition of featuredTypes(index).filter((type) => !isGaussian(type) && !type.ofLabel))
    draft = withLayers(draft, drawLayer(whatever(draft), definition) ?? []);
  if (own && dice.chance(0.5)) draft = drawLabelled(draft, own) ?? draft;
  const featured = featuredTypes(index).find(isGaussian);
  if (!featured && !dice.chance(GAUSSIAN)) return draft;
  const coded = featured ? drawLayer(whatever(draft), featured) : drawLayer(draft, dice.pick(gaussians));
  return withLayers(draft, coded ?? []);
};

/** Dense units, drawn as an image or a vector. */
const drawnFrom = (end: Source, shape: Shape): DrawnLayer[] => {
  const count = elementCount(shape);
  const path: DrawnLayer[] = [];
  const push = (spec: LayerSpec, to: Shape): void => {
    path.push({ spec, sources: [path.at(-1) ?? end], shape: to });
  };
  if (end.shape.length !== 1) push(flatten(), [elementCount(end.shape)]);
  push(dense(count, 'linear'), [count]);
  if (shape.length !== 1) push(reshape(shape), shape);
  return path;
};

/** Layers to the shape of the images: any that lead there, or dense units. */
const toImages = (draft: PartDraft, shape: Shape): PartDraft => {
  const { dice } = draft;
  const reach = (from: PartDraft): PartDraft | null => {
    const path = drawPath(from, endOf(from), shape, PATHS);
    return path && withLayers(from, path);
  };
  const direct = dice.chance(0.5) ? reach(draft) : null;
  if (direct !== null) return direct;
  if (shape.length > 1 && dice.chance(0.6)) {
    const [rows, columns, channels = 1] = shape;
    const small = [Math.ceil(rows / 2), Math.ceil(columns / 2), channels + dice.roll(3)];
    const drawn = reach(withLayers(draft, drawnFrom(endOf(draft), small)));
    if (drawn !== null) return drawn;
  }
  return sameShape(endOf(draft).shape, shape) && draft.layers.length > 0
    ? draft
    : withLayers(draft, drawnFrom(endOf(draft), shape));
};

const drawDecoder = (code: Shape, shape: Shape, draw: Draw): PartDraft => {
  const { dice } = draw;
  let draft = begin('decoder', code, draw);
  const [, own] = draft.entering;
  if (own) draft = drawLabelled(draft, own) ?? draft;
  const layers = dice.roll(DECODER_LAYERS + 1);
  for (let i = 0; i < layers; i++) draft = drawNext(draft);
  return toImages(draft, shape);
};

/** The last layer with an activation of its own gives values of 0 to 1. */
const endingInSigmoid = (layers: readonly LayerSpec[]): readonly LayerSpec[] => {
  const last = layers.at(-1);
  const definition = layerDefinitions.find(({ type }) => type === last?.type);
  const field = definition?.activationField ?? null;
  return last === undefined || field === null ? layers : [...layers.slice(0, -1), { ...last, [field]: 'sigmoid' }];
};

/** Losses that are an error and any terms beside it. */
const withTerms: typeof lossField = {
  ...lossField,
  definitions: lossField.definitions.filter(({ fields }) => Object.values(fields).some(({ kind }) => kind === 'list')),
};

const drawLoss = (encoder: readonly LayerSpec[], decoder: readonly LayerSpec[], dice: Dice): LossSpec => {
  const heads = gaussianOf(encoder.at(-1));
  const facts = { heads, outputActivation: outputActivation(decoder) };
  for (let attempt = 0; attempt < DRAFTS; attempt++) {
    // Drawn from the definitions that `LossSpec` is inferred from.
    const loss = drawValue(dice.chance(0.5) ? withTerms : lossField, dice) as LossSpec;
    if (lossFault(loss, 'images', facts) === null) return loss;
  }
  return usualLoss(heads);
};

const drawRecipe = (dice: Dice): Recipe => {
  const { documented } = newRecipes('Drawn at random.');
  // Images are brought to their shape before a training sees them.
  const { name: _name, source: _source, preprocessing: _preprocessing, ...fields } = tableFields;
  const drawn = Object.entries(fields).flatMap(([name, field]) =>
    dice.chance(field.optional === true ? 0.2 : 0.5) ? [[name, drawValue(field, dice)] as const] : [],
  );
  const recipe: Recipe = { ...documented, ...Object.fromEntries(drawn) };
  return {
    ...recipe,
    // Far enough that weights move in single precision, and near enough that two steps leave them sound.
    schedule: { ...recipe.schedule, learningRate: 1e-3 + 0.02 * dice.uniform() },
    name: 'custom',
    batchSize: 1 + dice.roll(MOST_BATCH),
    epochs: 1 + dice.roll(MOST_EPOCHS),
  };
};

interface Drafts {
  readonly inputShape: Shape;
  readonly label: Source | null;
  readonly encoder: PartDraft;
  readonly decoder: PartDraft;
}

const takes = ({ entering, layers }: PartDraft): boolean =>
  layers.some(({ sources }) => entering[1] !== undefined && sources.includes(entering[1]));

const drawDrafts = (index: number, dice: Dice): Drafts => {
  const inputShape = drawInputShape(dice);
  const label = dice.chance(LABELLED) ? { shape: [2 + dice.roll(4)] } : null;
  const draw: Draw = { index, dice, label, suits: dice.chance(PORTABLE) ? isPortable : () => true };
  const encoder = drawEncoder(inputShape, draw);
  const decoder = drawDecoder(endOf(encoder).shape, inputShape, draw);
  return { inputShape, label: takes(encoder) || takes(decoder) ? label : null, encoder, decoder };
};

const hasFeatured = ({ encoder }: Drafts, index: number): boolean => {
  const types = encoder.layers.map(({ spec }) => spec.type);
  return featuredTypes(index).every(({ type }) => types.includes(type)) && types.length > 0;
};

/** The network of a seed and an index; the same in every run. */
export const drawNetwork = (seed: number, index: number): DrawnNetwork => {
  const dice = createDice(seed, 'random-network', index);
  let drafts = drawDrafts(index, dice);
  for (let draft = 1; draft < DRAFTS && !hasFeatured(drafts, index); draft++) drafts = drawDrafts(index, dice);
  const { inputShape, label } = drafts;
  const encoder = linkedLayers(drafts.encoder);
  const linked = linkedLayers(drafts.decoder);
  const decoder = dice.chance(0.5) ? endingInSigmoid(linked) : linked;
  const id = `random-${seed}-${index}`;
  const recipe = drawRecipe(dice);
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    id,
    title: `Random network ${index} of the seed ${seed}`,
    file: `autoencoders/${id}.keras`,
    inputShape,
    ...(label ? { label: { classes: label.shape[0] } } : {}),
    encoder,
    decoder,
    loss: drawLoss(encoder, decoder, dice),
    recipes: { documented: recipe, best: { ...recipe, name: 'best' } },
    published: null,
    record: 'Drawn at random.',
  };
  const isSpoiled = dice.chance(SPOILED);
  return { index, spec: isSpoiled ? spoiled(spec, dice) : spec, recipe, isSpoiled };
};
