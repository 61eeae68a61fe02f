/**
 * `latent new`: a network as a file to go on with.
 */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import {
  type AutoencoderSpec,
  DEFAULT_RECIPE,
  formatNetworkFile,
  parseNetworkFile,
  RECIPE_NAMES,
  type RecipeName,
} from 'latent-plane';
import { elementCount, imageSize, inputError, namedDataset } from 'latent-plane/internal';
import { note } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { findNetworkArgument, requireRecipe } from '../networks/find.ts';
import { oneOf } from '../options.ts';
import { cloneFolder } from '../places.ts';
import { DEFAULT_DATASET } from '../runs/plan.ts';

interface NewFlags extends Overwriting {
  readonly from: string;
  readonly recipe?: RecipeName;
}

const FILE = outputFile('<file>', ['.yaml', '.yml']);

/** A path as a file in that folder names it, with slashes. */
const seenFrom = (file: string, path: string): string => {
  const way = relative(dirname(resolve(file)), resolve(path));
  return isAbsolute(way) ? path : `${way.startsWith('.') ? '' : './'}${way.split(sep).join('/')}`;
};

/** The data set as the file names it; null where none is known whose images the network takes. */
const dataFor = (file: string, data: string | null, { inputShape }: AutoencoderSpec): string | null => {
  if (data === null) {
    const known = namedDataset(DEFAULT_DATASET);
    return known !== null && imageSize(known.entry) === elementCount(inputShape) ? DEFAULT_DATASET : null;
  }
  return namedDataset(data) !== null ? data : seenFrom(file, data);
};

const schemaFor = (file: string): string | undefined =>
  cloneFolder === undefined ? undefined : seenFrom(file, `${cloneFolder}/docs/schemas/network.schema.json`);

/** The id of a network in a file of that name. */
const namedAfter = (file: string, spec: AutoencoderSpec): AutoencoderSpec => {
  const { frozenEncoder: _, ...network } = spec;
  const unnamed = formatNetworkFile(network, network.recipes.documented).replace(/^id: .*\n/m, '');
  return { ...network, id: parseNetworkFile(unnamed, file).spec.id };
};

/** The text of a network whose activations weights do not tell, said beside each. */
const markedGuesses = (text: string): string =>
  text.replace(
    /^ {2}- \{.*(activation: [\w-]+|type: (gaussian-)?sampling).*\}$/gm,
    (line) => `${line} # a guess: weights do not tell it`,
  );

const run = async (file: Destination, { from, recipe, force }: NewFlags): Promise<void> => {
  await requireFree(file, { force });
  const found = await findNetworkArgument(from, { guess: true });
  requireRecipe(found, from, recipe);
  const { spec, data } = found;
  if (spec.kind !== 'autoencoder')
    throw inputError('no-code', {
      problem: `"${from}" is a classifier, and a network's file holds an autoencoder`,
      expected: 'an autoencoder, see: npx latent zoo',
    });
  const network = namedAfter(file, spec);
  const images = dataFor(file, data, spec);
  const text = formatNetworkFile(network, spec.recipes[recipe ?? DEFAULT_RECIPE], {
    data: images,
    schema: schemaFor(file),
  });
  await writeOutput(file, found.guessed ? markedGuesses(text) : text, { force });
  if (spec.frozenEncoder !== undefined)
    note(`note: the encoder of ${spec.id} is frozen; in the file both parts are trained`);
  note(
    found.guessed
      ? `${file}: the network of the weights in ${from}; correct what is marked as a guess, then\nput the weights onto it: npx latent import ${from} --network ${file} --out DIR`
      : `${file}: the network ${network.id}, from ${from}\ntrain it with: npx latent train ${file}${images === null ? ' --dataset DATASET' : ''}`,
  );
};

/** The command `new`. */
export const newCommand = (): Command =>
  addForce(new Command('new'))
    .description('write a network as a YAML file, to change and to train')
    .argument('<file>', 'the file to write (.yaml)', FILE)
    .requiredOption(
      '--from <network>',
      'a network of the zoo, a network file, a run folder or a model file; of weights alone the network that would fit',
    )
    .option(
      '--recipe <name>',
      `which of its recipes the file gets: ${RECIPE_NAMES.join(' or ')} (default: ${DEFAULT_RECIPE})`,
      oneOf('--recipe', RECIPE_NAMES),
    )
    .addHelpText(
      'after',
      `
Examples:
  npx latent new mine.yaml --from vae-1
  npx latent new again.yaml --from runs/mine
  npx latent new net.yaml --from weights.pth
  npx latent train mine.yaml

docs/networks.md says what a file may hold. Files that are there stay, unless
--force is given.`,
    )
    .action(run);
