/**
 * `latent export`: a trained model for Keras, ONNX runtimes or TensorFlow.js.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Command } from 'commander';
import {
  type ExportModel,
  exportKeras,
  exportOnnx,
  exportTfjs,
  inputError,
  onlyParts,
  ownScores,
  partOf,
} from 'latent-plane';
import { note, printJson } from '../console.ts';
import { writeError } from '../files/file-system.ts';
import { type Model, openModel } from '../models/index.ts';
import { oneOf } from '../options.ts';
import { packageVersion } from '../places.ts';
import { grouped } from '../tables.ts';
import { MODEL_ARGUMENT, writeOutput } from './reading.ts';

const FORMATS = ['keras', 'onnx', 'tfjs'] as const;
type Format = (typeof FORMATS)[number];
const PARTS = ['encoder', 'decoder'] as const;

interface ExportFlags {
  readonly to: Format;
  readonly part?: (typeof PARTS)[number];
  readonly out?: string;
  readonly json?: boolean;
}

/** What is known of a model, as strings that travel in the files. */
export const metadataOf = ({ spec, config, metrics, weightsSha256 }: Model): Readonly<Record<string, string>> => {
  const evaluated = ownScores({ config, metrics }, 'evaluate');
  return {
    title: spec.title,
    record: spec.record,
    ...(config === null
      ? {}
      : {
          recipe: config.recipe.name,
          seed: String(config.recipe.seed),
          dataset: config.dataset.name,
          data_licence: config.dataset.licence,
        }),
    ...(metrics === null ? {} : { epochs: String(metrics.epochs) }),
    ...(typeof evaluated === 'object' && evaluated !== null && 'mse' in evaluated
      ? { mse: JSON.stringify(evaluated.mse) }
      : {}),
    ...(config === null ? {} : { licence: 'MIT' }),
    weights_sha256: weightsSha256,
    latent_plane: packageVersion(),
  };
};

/** Files by name, in a folder or as the one that was asked for. */
const filesOf = async (model: ExportModel, to: Format): Promise<ReadonlyMap<string, Uint8Array>> => {
  switch (to) {
    case 'keras':
      return new Map([[`${model.network.spec.id}.keras`, await exportKeras(model)]]);
    case 'onnx':
      return exportOnnx(model);
    case 'tfjs':
      return exportTfjs(model);
  }
};

/** The whole of a network, or the part that is there. */
const mainGraph = (names: readonly string[]): string => names.find((name) => name === 'autoencoder.onnx') ?? names[0];

/** Refuses a folder with other files: nothing of the user's is mixed with ours or written over. */
const makeOutputFolder = async (folder: string, names: readonly string[]): Promise<void> => {
  const present = await namesIn(folder);
  const foreign = present.find((name) => !names.includes(name));
  if (foreign !== undefined) {
    throw inputError(
      'folder-not-empty',
      `--out ${folder}: expected an empty folder or none, got one with "${foreign}"; choose another`,
    );
  }
};

/** Makes the folder where it is not there. */
const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    throw writeError(folder, error);
  }
};

const EXTENSIONS: Readonly<Record<Format, string | null>> = { keras: '.keras', onnx: '.onnx', tfjs: null };

/** Where each file goes. A path with the format's extension is one file, any other a folder. */
const placesOf = async (
  out: string,
  to: Format,
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly path: string }[]> => {
  const extension = extname(out).toLowerCase();
  const own = EXTENSIONS[to];
  if (own !== null && extension === own) return [{ name: mainGraph(names), path: out }];
  if (['.keras', '.onnx', '.json', '.h5', '.bin'].includes(extension)) {
    const expected = own === null ? 'a folder' : `a folder or a file that ends in ${own}`;
    throw inputError('file-type', `--out ${out}: expected ${expected} for --to ${to}, got "${extension}"`);
  }
  await makeOutputFolder(out, names);
  return names.map((name) => ({ name, path: join(out, name) }));
};

/** The command `export`. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('write a trained model for Keras, ONNX runtimes or TensorFlow.js')
    .argument('<model>', MODEL_ARGUMENT)
    .requiredOption('--to <format>', FORMATS.join(', '), oneOf('--to', FORMATS))
    .option('--part <name>', 'the encoder or the decoder alone', oneOf('--part', PARTS))
    .option('--out <path>', 'a file (.keras, .onnx) or a folder (default: <id>.keras, <id>-onnx, <id>-tfjs)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent export dense-1 --to keras --out dense-1.keras
  npx latent export dense-1 --to onnx --out dense-1-onnx
  npx latent export convdense-2-tuned --to keras --part decoder --out decoder.keras
  npx latent export some.keras --to tfjs --out web-model

keras  one file, for Keras 3 and Keras 2.15; a variational code is the layer of docs/keras/gaussian_sampling.py
onnx   encoder.onnx, decoder.onnx, autoencoder.onnx or classifier.onnx; a path that ends in .onnx: the whole one alone
tfjs   model.json and its weight files, a LayersModel`,
    )
    .action(async (argument: string, { to, part, out, json = false }: ExportFlags) => {
      const model = await openModel(argument);
      const { weights, spec } = model;
      const network = part === undefined ? model.network : onlyParts(model.network, [partOf(model.network, part).name]);
      const files = await filesOf({ network, weights, metadata: metadataOf(model) }, to);
      const name = part === undefined ? spec.id : `${spec.id}-${part}`;
      const target = out ?? (to === 'keras' ? `${name}.keras` : `${name}-${to}`);
      const places = await placesOf(target, to, [...files.keys()]);
      const written: { path: string; bytes: number }[] = [];
      for (const { name, path } of places) {
        const bytes = files.get(name) ?? new Uint8Array();
        await writeOutput(path, bytes);
        written.push({ path, bytes: bytes.length });
      }
      if (json) printJson({ model: argument, id: spec.id, format: to, files: written });
      else for (const { path, bytes } of written) note(`${path}: ${grouped(bytes)} bytes`);
    });
