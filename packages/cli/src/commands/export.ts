/**
 * `latent export`: a trained model for other programs, or as code that rebuilds it.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { partOf } from 'latent-plane';
import {
  type ExportFormatId,
  exportFormatOf,
  exportFormats,
  inputError,
  onlyParts,
  ownScores,
  writeFormat,
} from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { type Destination, outputPath } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import type { Model } from '../models/index.ts';
import { oneOf } from '../options.ts';
import { packageVersion } from '../places.ts';
import { grouped, wrapped } from '../tables.ts';
import { addModel, type ModelFlags, openGiven, withModel } from './model-arguments.ts';

const FORMATS = exportFormats.map(({ id }) => id);
/** Width of the longest name. */
const FORMAT_COLUMN = Math.max(...FORMATS.map(({ length }) => length));
const PARTS = ['encoder', 'decoder'] as const;

interface ExportFlags extends ModelFlags, Overwriting {
  readonly to: ExportFormatId;
  readonly part?: (typeof PARTS)[number];
  readonly out?: Destination;
  readonly json?: boolean;
}

/** What is known of a model, as strings that travel in the files. */
export const metadataOf = ({ spec, config, metrics, weightsSha256 }: Model): Readonly<Record<string, string>> => {
  const evaluated = ownScores({ config, metrics }, 'evaluate');
  return {
    // First: a file of ours is known by its beginning.
    latent_plane: packageVersion(),
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
  };
};

/** The whole of a network, or the part that is there. */
const mainGraph = (names: readonly string[]): string => names.find((name) => name === 'autoencoder.onnx') ?? names[0];

const ENDINGS = exportFormats.flatMap(({ extension }) => extension ?? []);
const OUT = outputPath('--out', ENDINGS);

/** Endings of files that are no folder's name, whatever the format. */
const FILE_ENDINGS: readonly string[] = [...ENDINGS, '.json', '.h5', '.bin', '.py'];

/** Whether one file was asked for: a path with the format's extension, any other is a folder. */
const isFile = (out: Destination, to: ExportFormatId): boolean => {
  const extension = extname(out).toLowerCase();
  const own = exportFormatOf(to).extension;
  if (own !== null && extension === own) return true;
  if (!FILE_ENDINGS.includes(extension)) return false;
  const expected = own === null ? 'a folder' : `a folder or a file that ends in ${own}`;
  throw inputError('file-type', {
    at: { option: `--out ${out}` },
    expected: `${expected} for --to ${to}`,
    got: `"${extension}"`,
  });
};

/** Somebody's files in a folder beside the files of a model would be read with it. */
const request = (to: ExportFormatId, force: boolean | undefined) => ({ by: `export ${to}`, exclusive: true, force });

const writeFiles = async (
  out: Destination,
  to: ExportFormatId,
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
    .description(
      'write a trained model for Keras, ONNX runtimes, TensorFlow.js, readers of safetensors, or as Python code',
    )
    .requiredOption('--to <format>', FORMATS.join(', '), oneOf('--to', FORMATS))
    .option('--part <name>', 'the encoder or the decoder alone', oneOf('--part', PARTS))
    .option(
      '--out <path>',
      `a file (${ENDINGS.join(', ')}) or a folder (default: <id>.keras, <id>.safetensors, or the folder <id>-<format>)`,
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
  npx latent export dense-1 --to pytorch-code --out dense-1-code

${exportFormats.flatMap(({ id, doc }) => wrapped(doc, `${id.padEnd(FORMAT_COLUMN)}  `)).join('\n')}`,
    )
    .action(
      withModel(async (argument: string, flags: ExportFlags) => {
        const { to, part, out, force, json = false } = flags;
        const model = await openGiven(argument, flags);
        const { weights, spec } = model;
        const name = part === undefined ? spec.id : `${spec.id}-${part}`;
        const { isOneFile, extension } = exportFormatOf(to);
        const target = out ?? OUT(isOneFile ? `${name}${extension}` : `${name}-${to}`);
        // First: what is in the way is told before the work.
        if (isFile(target, to)) await requireFree(target, { force });
        else await requireFolder(target, { names: [], ...request(to, force) });
        const network =
          part === undefined ? model.network : onlyParts(model.network, [partOf(model.network, part).name]);
        const files = await writeFormat(to, { network, weights, metadata: metadataOf(model) });
        const written = await writeFiles(target, to, files, force);
        if (json) printJson({ model: argument, id: spec.id, format: to, files: written });
        else for (const { path, bytes } of written) note(`${path}: ${grouped(bytes)} bytes`);
      }),
    );
