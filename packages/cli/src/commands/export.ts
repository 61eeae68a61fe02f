/**
 * `latent export`: a trained model for Keras, ONNX runtimes or TensorFlow.js.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { type ExportModel, exportKeras, exportOnnx, exportTfjs, partOf } from 'latent-plane';
import { exportSafetensors, inputError, onlyParts, ownScores } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { type Destination, outputPath } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import type { Model } from '../models/index.ts';
import { oneOf } from '../options.ts';
import { packageVersion } from '../places.ts';
import { grouped } from '../tables.ts';
import { addModel, type ModelFlags, openGiven, withModel } from './model-arguments.ts';

const FORMATS = ['keras', 'onnx', 'tfjs', 'safetensors'] as const;
type Format = (typeof FORMATS)[number];
const PARTS = ['encoder', 'decoder'] as const;

interface ExportFlags extends ModelFlags, Overwriting {
  readonly to: Format;
  readonly part?: (typeof PARTS)[number];
  readonly out?: Destination;
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
    case 'safetensors':
      return new Map([[`${model.network.spec.id}.safetensors`, exportSafetensors(model)]]);
  }
};

/** The whole of a network, or the part that is there. */
const mainGraph = (names: readonly string[]): string => names.find((name) => name === 'autoencoder.onnx') ?? names[0];

const EXTENSIONS: Readonly<Record<Format, string | null>> = {
  keras: '.keras',
  onnx: '.onnx',
  tfjs: null,
  safetensors: '.safetensors',
};
/** Of one file, named after the model. */
const ONE_FILE: readonly Format[] = ['keras', 'safetensors'];
const OUT = outputPath('--out', ['.keras', '.onnx', '.safetensors']);

/** Whether one file was asked for: a path with the format's extension, any other is a folder. */
const isFile = (out: Destination, to: Format): boolean => {
  const extension = extname(out).toLowerCase();
  const own = EXTENSIONS[to];
  if (own !== null && extension === own) return true;
  if (!['.keras', '.onnx', '.safetensors', '.json', '.h5', '.bin'].includes(extension)) return false;
  const expected = own === null ? 'a folder' : `a folder or a file that ends in ${own}`;
  throw inputError('file-type', {
    at: { option: `--out ${out}` },
    expected: `${expected} for --to ${to}`,
    got: `"${extension}"`,
  });
};

/** Somebody's files in a folder beside the files of a model would be read with it. */
const request = (to: Format, force: boolean | undefined) => ({ by: `export ${to}`, exclusive: true, force });

const writeFiles = async (
  out: Destination,
  to: Format,
  files: ReadonlyMap<string, Uint8Array>,
  force: boolean | undefined,
): Promise<readonly { readonly path: string; readonly bytes: number }[]> => {
  if (isFile(out, to)) {
    const bytes = files.get(mainGraph([...files.keys()])) ?? new Uint8Array();
    await writeOutput(out, bytes, { force });
    return [{ path: out, bytes: bytes.length }];
  }
  await writeFolder(out, { files, ...request(to, force) });
  return [...files].map(([name, { length }]) => ({ path: join(out, name), bytes: length }));
};

/** The command `export`. */
export const exportCommand = (): Command =>
  addForce(addModel(new Command('export')))
    .description('write a trained model for Keras, ONNX runtimes, TensorFlow.js or readers of safetensors')
    .requiredOption('--to <format>', FORMATS.join(', '), oneOf('--to', FORMATS))
    .option('--part <name>', 'the encoder or the decoder alone', oneOf('--part', PARTS))
    .option(
      '--out <path>',
      'a file (.keras, .onnx, .safetensors) or a folder (default: <id>.keras, <id>.safetensors, <id>-onnx, <id>-tfjs)',
      OUT,
    )
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent export dense-1 --to keras --out dense-1.keras
  npx latent export dense-1 --to onnx --out dense-1-onnx
  npx latent export convdense-2-tuned --to keras --part decoder --out decoder.keras
  npx latent export some.keras --to tfjs --out web-model

keras  one file, for Keras 3 and Keras 2.15; a variational encoder gives z_mean and its log-scale
onnx   encoder.onnx, decoder.onnx, autoencoder.onnx or classifier.onnx; a path that ends in .onnx: the whole one alone
tfjs   model.json and its weight files, a LayersModel
safetensors  one file, the weights alone by the names of the layers`,
    )
    .action(
      withModel(async (argument: string, flags: ExportFlags) => {
        const { to, part, out, force, json = false } = flags;
        const model = await openGiven(argument, flags);
        const { weights, spec } = model;
        const name = part === undefined ? spec.id : `${spec.id}-${part}`;
        const target = out ?? OUT(ONE_FILE.includes(to) ? `${name}${EXTENSIONS[to]}` : `${name}-${to}`);
        // First: what is in the way is told before the work.
        if (isFile(target, to)) await requireFree(target, { force });
        else await requireFolder(target, { names: [], ...request(to, force) });
        const network =
          part === undefined ? model.network : onlyParts(model.network, [partOf(model.network, part).name]);
        const files = await filesOf({ network, weights, metadata: metadataOf(model) }, to);
        const written = await writeFiles(target, to, files, force);
        if (json) printJson({ model: argument, id: spec.id, format: to, files: written });
        else for (const { path, bytes } of written) note(`${path}: ${grouped(bytes)} bytes`);
      }),
    );
