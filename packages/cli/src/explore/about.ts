/**
 * What the page tells of a model beside its plane.
 *
 * In: an opened model and the data set on show. Out: how it was trained and what came of it, as its run folder has it.
 * Nothing is computed here: what a run does not know is null.
 */
import { type Baselines, type DataIdentity, sameData } from 'latent-plane';
import { aboutOfRun, type ExplorerAbout, type ExplorerScores, publishedError } from 'latent-plane/internal';
import { diskFiles } from '../files/file-system.ts';
import type { Model } from '../models/index.ts';
import { labelledOf, labelsOf } from '../models/labels.ts';
import { storedScores } from '../models/model-scores.ts';
import type { TrainedRun } from '../models/scores.ts';
import { readHistory, runPaths } from '../runs/folder.ts';

/** @param metadata - strings that travel in exported files. */
export const aboutOf = async (
  model: Model,
  data: DataIdentity,
  metadata: Readonly<Record<string, string>>,
): Promise<ExplorerAbout> => {
  const { config, metrics, path } = model;
  const card = config === null ? null : await diskFiles.read(runPaths(path).card);
  const history = config === null ? [] : await readHistory(path);
  return aboutOfRun({ config, metrics, history, card: card && new TextDecoder().decode(card) }, data, metadata);
};

/** What is known of one model, beside the parameters and error that the page has anyway. */
export const scoresOf = (
  model: Model,
  data: DataIdentity,
  mse: { readonly train: number; readonly test: number; readonly all: number },
  runs: readonly TrainedRun[],
): { readonly scores: ExplorerScores; readonly baselines: Baselines | null } => {
  const { spec, config, metrics, network } = model;
  const kept = storedScores(model, data);
  // The zoo's own networks have a documented run beside the one on show; its error is of the images that it learned from.
  const documented = runs.find((run) => run.id === spec.id && run.recipe === 'documented' && sameData(run.data, data));
  // Where no image is in a set there is no error of it.
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    baselines: kept?.evaluation.baselines ?? null,
    scores: {
      parameters: network.parameterCount,
      published: publishedError(spec, data),
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

/** Longest id and title that the page takes. */
const [MAX_ID, MAX_TITLE] = [64, 200];

/** `dense-1, runs/A` as an id: `dense-1-runs-a`. */
const idOf = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_ID - 4)
    .replace(/^-+|-+$/g, '') || 'network';

/** Id and title of each model on the page, all different: what tells runs of one network apart stands in both. */
export const shownNames = (
  models: readonly Pick<Model, 'spec' | 'config' | 'path'>[],
): readonly { readonly id: string; readonly title: string }[] => {
  const labelled = models.map(labelledOf);
  const labels = labelsOf(labelled);
  const taken = new Set<string>();
  return models.map(({ spec, config }, i) => {
    const alone = models.filter((other) => other.spec.id === spec.id).length === 1;
    const base = alone ? spec.id : idOf(labels[i]);
    let id = base;
    for (let number = 2; taken.has(id); number++) id = `${base}-${number}`;
    taken.add(id);
    const difference = config === null ? labels[i] : labels[i].slice(labelled[i].name.length + 2);
    return { id, title: alone || difference === '' ? spec.title : `${spec.title} (${difference})`.slice(0, MAX_TITLE) };
  });
};
