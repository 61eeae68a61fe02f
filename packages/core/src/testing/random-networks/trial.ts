/** What a random network goes through, and what of it is a fault of the program. */
import { LatentError } from '../../errors.ts';
import { type AutoencoderSpec, parseNetworkFile, parseNetworkSpec, resolveNetwork } from '../../network/index.ts';
import { type DrawnNetwork, drawNetwork } from './draw-network.ts';
import { expectEqual, expectRefusal, expectSummary, fileTextOf, withoutRecipes } from './expect.ts';
import { type FormatOutcome, KERAS_FILE, tryFormats } from './try-formats.ts';
import { imagesFor, oneHotFor, tryInference } from './try-inference.ts';
import { type TrainedNetwork, tryTraining } from './try-training.ts';

export interface Fault {
  /** Where in its life: `file`, `training`, `keras`. */
  readonly step: string;
  readonly detail: string;
}

export interface Trial {
  readonly index: number;
  readonly isSpoiled: boolean;
  /** Of all layers, as drawn. */
  readonly types: readonly string[];
  /** Of its loss: the error and the terms. */
  readonly losses: readonly string[];
  /** Code of the error by which the program refuses it; null where it takes it. */
  readonly refused: string | null;
  readonly formats: readonly FormatOutcome[];
  readonly faults: readonly Fault[];
}

/** Not an error of ours says where the program itself fell. */
const detailOf = (error: unknown): string =>
  error instanceof LatentError && error.kind !== 'internal'
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message).split('\n').slice(0, 6).join('\n')
      : String(error);

const lossesOf = ({ spec: { loss } }: DrawnNetwork): readonly string[] => {
  const { reconstruction, terms } = loss as { readonly reconstruction?: unknown; readonly terms?: unknown };
  const parts: readonly unknown[] = [reconstruction ?? loss, ...(Array.isArray(terms) ? terms : [])];
  return parts.flatMap((part) => (part && typeof part === 'object' && 'type' in part ? [String(part.type)] : []));
};

/** The network as its file brings it. @throws LatentError where the program refuses it. */
const throughFile = ({ spec, recipe, index, isSpoiled }: DrawnNetwork) => {
  const file = `random-${index}.yaml`;
  const read = (written: AutoencoderSpec) => parseNetworkFile(fileTextOf(written, recipe), file);
  const first = read(spec);
  // What is spoiled may be a network whose file leaves out what is usual: it comes back in full.
  const whole = isSpoiled ? first.spec : spec;
  const back = isSpoiled ? read(whole) : first;
  expectEqual('the network', withoutRecipes(back.spec), withoutRecipes(whole));
  expectEqual('the network as JSON', parseNetworkSpec(JSON.parse(JSON.stringify(whole))), whole);
  expectEqual('the recipe', { ...back.recipe, name: recipe.name }, recipe);
  return resolveNetwork(back.spec);
};

/** A Keras file with what it is to give. */
export interface KerasCase {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly inputShape: readonly number[];
  readonly images: readonly number[];
  /** One-hot; null where no part takes a label. */
  readonly labels: readonly number[] | null;
  readonly reconstruction: readonly number[];
}

/**
 * @param seed - and an index: the address of the network.
 * @param keep - gets its Keras file, where Keras has all of its layers.
 */
export const tryNetwork = async (
  seed: number,
  index: number,
  keep: (model: KerasCase) => Promise<void> = async () => {},
): Promise<Trial> => {
  const faults: Fault[] = [];
  let refused: string | null = null;
  /** What a step gives; undefined where it was refused or failed. */
  const attempt = async <T>(step: string, work: () => T | Promise<T>, mayRefuse = false): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      const isRefusal = mayRefuse && error instanceof LatentError && error.kind !== 'internal';
      if (!isRefusal) faults.push({ step, detail: detailOf(error) });
      else {
        refused = error.code;
        const vague = expectRefusal(error, step);
        if (vague !== null) faults.push({ step, detail: `${vague}: ${error.message}` });
      }
      return undefined;
    }
  };
  const drawn = await attempt('drawing', () => drawNetwork(seed, index));
  if (drawn === undefined) return { index, isSpoiled: false, types: [], losses: [], refused, formats: [], faults };
  const { spec, isSpoiled } = drawn;
  const types = [spec.encoder, spec.decoder].flatMap((layers) => layers.map((layer) => String(layer?.type)));
  const facts = { index, isSpoiled, types, losses: lossesOf(drawn) };
  const network = await attempt('file', () => throughFile(drawn), true);
  if (network === undefined) return { ...facts, refused, formats: [], faults };
  await attempt('summary', () => expectSummary(network.spec));
  const trained: TrainedNetwork | undefined = await attempt('training', () => tryTraining(network, drawn.recipe), true);
  if (trained === undefined) return { ...facts, refused, formats: [], faults };
  const outputs = await attempt('inference', () => tryInference(trained));
  if (!outputs) return { ...facts, refused, formats: [], faults };
  const formats: FormatOutcome[] = [];
  const leave = async (bytes: Uint8Array): Promise<void> => {
    const [labels, images] = [oneHotFor(network), imagesFor(network).x];
    const { inputShape } = network.spec;
    const { reconstruction } = outputs;
    const numbers = { images: [...images], labels: labels && [...labels], reconstruction: [...reconstruction] };
    await keep({ index, bytes, inputShape, ...numbers });
  };
  for (const { name, run } of tryFormats(trained, outputs)) {
    const outcome = await attempt(name, run);
    if (outcome === undefined) continue;
    formats.push(outcome);
    const file = outcome.files?.get(KERAS_FILE);
    if (file) await leave(file);
  }
  return { ...facts, refused, formats, faults };
};
