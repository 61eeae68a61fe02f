/**
 * What the page tells of a model beside its plane.
 *
 * In: an opened model and the data set on show. Out: how it was trained and what came of it, as its run folder has it.
 * Nothing is computed here: what a run does not know is null.
 */
import { aboutOfRun, type Baselines, type ExplorerAbout, type ExplorerScores, networks } from 'latent-plane';
import { diskFiles } from '../files/file-system.ts';
import type { Model } from '../models/index.ts';
import type { TrainedRun } from '../models/scores.ts';
import { keptStanding } from '../models/standing.ts';
import { readHistory, runPaths } from '../runs/folder.ts';

/** @param metadata - strings that travel in exported files. */
export const aboutOf = async (
  model: Model,
  dataset: string,
  metadata: Readonly<Record<string, string>>,
): Promise<ExplorerAbout> => {
  const { config, metrics, path } = model;
  const card = config === null ? null : await diskFiles.read(runPaths(path).card);
  const history = config === null ? [] : await readHistory(path);
  return aboutOfRun({ config, metrics, history, card: card && new TextDecoder().decode(card) }, dataset, metadata);
};

/** What is known of one model's standing, beside the parameters and error that the page has anyway. */
export const scoresOf = (
  model: Model,
  dataset: string,
  mse: { readonly train: number; readonly test: number; readonly all: number },
  runs: readonly TrainedRun[],
): { readonly scores: ExplorerScores; readonly baselines: Baselines | null } => {
  const { spec, config, metrics, network } = model;
  const kept = keptStanding(model, dataset);
  // Only the zoo's own networks have something published and documented, on the data they were made for.
  const original = dataset === 'mnist' ? networks.find(({ id }) => id === spec.id) : undefined;
  const documented = runs.find(({ id, recipe }) => original && id === spec.id && recipe === 'documented');
  // Where no image is in a set there is no error of it.
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    baselines: kept?.evaluation.baselines ?? null,
    scores: {
      parameters: network.parameterCount,
      published: original?.kind === 'autoencoder' ? original.published : null,
      documented: documented?.score.mse?.all ?? null,
      recipe: config?.recipe.name ?? null,
      train: known(mse.train),
      test: known(mse.test),
      all: known(mse.all),
      knnAccuracy: kept?.evaluation.knnAccuracy?.value ?? null,
      trustworthiness: kept?.evaluation.trustworthiness ?? null,
      continuity: kept?.evaluation.continuity ?? null,
      recognisable: kept?.evaluation.recognisable ?? null,
      epochs: metrics?.epochs ?? null,
      seconds: metrics?.seconds ?? null,
      findings: kept?.findings.map(({ code, severity }) => ({ code, severity })) ?? null,
    },
  };
};
