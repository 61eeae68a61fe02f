/**
 * A run folder of a model that was not trained here, but read from a file.
 *
 * In: an imported model, or the bytes of a `config.json`. Out: a folder that is read as any other run, without a history:
 * `config.json` says where it came from, `weights.safetensors` and `README.md` are as ever.
 */
import { join } from 'node:path';
import {
  encodeWeights,
  formatSummary,
  type ImportedModel,
  inputError,
  type NetworkSpec,
  onlyParts,
  parseNetworkSpec,
  type ResolvedNetwork,
  RUN_FORMAT,
  resolveNetwork,
  summarize,
} from 'latent-plane';
import * as v from 'valibot';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { checkVacant, runPaths } from './folder.ts';

const text = v.pipe(v.string(), v.maxLength(4096));

const schema = v.object({
  format: v.literal(RUN_FORMAT),
  command: v.literal('import'),
  network: v.unknown(),
  /** The parts that the file holds: all, or an encoder or a decoder alone. */
  parts: v.array(v.picklist(['encoder', 'decoder', 'classifier'])),
  source: v.object({
    /** Name of the file, without its folder. */
    file: text,
    format: v.picklist(['keras', 'keras-h5', 'onnx', 'tfjs']),
    /** Of the weights as they are stored here. */
    weightsSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  /** What was converted, or is missing. */
  notes: v.array(text),
  versions: v.object({ latentPlane: text, node: text }),
});

export interface ImportConfig extends Omit<v.InferOutput<typeof schema>, 'network'> {
  readonly network: NetworkSpec;
}

/** The `config.json` of an imported model; null for a run that was trained here. */
export const readImportConfig = async (folder: string): Promise<ImportConfig | null> => {
  const path = runPaths(folder).config;
  const bytes = await diskFiles.read(path);
  if (bytes === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  if (!v.is(v.object({ command: v.literal('import') }), value)) return null;
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return { ...parsed.output, network: parseNetworkSpec(parsed.output.network) };
  const [issue] = parsed.issues;
  throw inputError(
    'invalid-run',
    `${path}: ${v.getDotPath(issue) ?? 'the whole'}: expected ${issue.expected ?? 'another value'}, got ${issue.received}; import the file again`,
  );
};

/** The network of a folder, as far as its parts are there. */
export const importedNetwork = ({ network, parts }: ImportConfig): ResolvedNetwork =>
  onlyParts(resolveNetwork(network), parts);

const card = ({ network, parts, source, notes, versions }: ImportConfig): string =>
  `${[
    `# ${network.id}: ${network.title}`,
    network.record,
    `Read from the file \`${source.file}\` (${source.format}); it was not trained here, and nothing is known of how it was.`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    `## Network\n\n\`\`\`\n${formatSummary(summarize(network, parts)).trimEnd()}\n\`\`\``,
    `## Files\n\n\`weights.safetensors\`: SHA-256 \`${source.weightsSha256}\`. Imported by Latent Plane ${versions.latentPlane}.`,
    '## Licence\n\nThat of the file it came from.',
  ].join('\n\n')}\n`;

/**
 * Writes a model into an empty folder; `config.json` last, since it says that all is there.
 *
 * @throws LatentError (input) `run-exists`, `folder-not-empty`; (work) as `writeAtomic`.
 */
export const saveImported = async (
  folder: string,
  { network, weights }: Pick<ImportedModel, 'network' | 'weights'>,
  about: Pick<ImportConfig, 'source' | 'notes' | 'versions'>,
): Promise<ImportConfig> => {
  await checkVacant(folder);
  await makeFolder(diskFiles, folder);
  const config: ImportConfig = {
    format: RUN_FORMAT,
    command: 'import',
    network: network.spec,
    parts: network.parts.map(({ name }) => name),
    ...about,
  };
  const paths = runPaths(folder);
  await writeAtomic(
    diskFiles,
    paths.weights,
    encodeWeights(network.parameters, weights, { id: network.spec.id, epoch: 0 }),
  );
  await writeAtomic(diskFiles, join(folder, 'README.md'), card(config));
  await writeAtomic(diskFiles, paths.config, `${JSON.stringify(config, null, 2)}\n`);
  return config;
};
