/**
 * A run folder of a model that was not trained here, but read from a file.
 *
 * In: an imported model, or a folder. Out: a folder that is read as any other run, without a history:
 * `config.json` says where it came from, `weights.safetensors` and `README.md` are as ever.
 */
import { join } from 'node:path';
import {
  encodeWeights,
  formatSummary,
  type ImportConfig,
  type ImportedModel,
  parseImportConfig,
  RUN_FORMAT,
  summarize,
} from 'latent-plane';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { checkVacant, runPaths } from './folder.ts';

/** The `config.json` of an imported model; null for a run that was trained here. */
export const readImportConfig = async (folder: string): Promise<ImportConfig | null> => {
  const path = runPaths(folder).config;
  const bytes = await diskFiles.read(path);
  return bytes && parseImportConfig(bytes, path);
};

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
