/**
 * A run folder of a model that was not trained here, but read from a file.
 *
 * In: an imported model, or a folder. Out: a folder that is read as any other run, without a history:
 * `config.json` says where it came from, `weights.safetensors` and `README.md` are as ever.
 */
import { join } from 'node:path';
import { encodeWeights, formatSummary, type ImportedModel, RUN_FILES, RUN_FORMAT, summarize } from 'latent-plane';
import { type ImportConfig, parseImportConfig } from 'latent-plane/internal';
import type { Destination } from '../files/destination.ts';
import { diskFiles, writeAtomic } from '../files/file-system.ts';
import { makeKnownFolder } from '../files/output-folder.ts';
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

/** Whole or not at all; where hidden files of somebody's lie, one by one, the last saying that all is there. */
const place = async (folder: Destination, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> => {
  if ((await diskFiles.list(folder)).length === 0) return makeKnownFolder(folder, { by: 'import', files });
  for (const [name, content] of files) await writeAtomic(diskFiles, join(folder, name), content);
};

/**
 * Writes a model into an empty folder.
 *
 * @throws LatentError (input) `run-exists`, `folder-not-empty`; (work) as `writeAtomic`.
 */
export const saveImported = async (
  folder: Destination,
  { network, weights }: Pick<ImportedModel, 'network' | 'weights'>,
  about: Pick<ImportConfig, 'source' | 'notes' | 'versions'>,
): Promise<ImportConfig> => {
  await checkVacant(folder);
  const config: ImportConfig = {
    format: RUN_FORMAT,
    command: 'import',
    network: network.spec,
    parts: network.parts.map(({ name }) => name),
    ...about,
  };
  const stored = encodeWeights(network.parameters, weights, { id: network.spec.id, epoch: 0 });
  await place(
    folder,
    new Map<string, Uint8Array | string>([
      [RUN_FILES.weights, stored],
      [RUN_FILES.card, card(config)],
      [RUN_FILES.config, `${JSON.stringify(config, null, 2)}\n`],
    ]),
  );
  return config;
};
