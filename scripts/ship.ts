/** Puts a run of the zoo at the paths below models/ that its users know: weights, run folder, curves, plane, summary. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { at, readIfThere, write, writeJson } from './figures.ts';
import { endedFigures, latent, type SweepRun } from './sweeps.ts';

const MODELS = 'models';
const PICTURES = `${MODELS}/latent_space_viz`;
/** Their planes are drawn through the epochs, so more of them are kept. */
const MOVING = ['dense-2', 'convdense-5', 'vae-1'];
/** The repository is to stay small: of our own networks it has neither pictures of the plane nor frames. */
const OWN = ['atlas-1', 'map-1'];
/** A new decoder is kept alone too. */
const DECODER = { of: 'convdense-2-tuned', file: `${MODELS}/autoencoders/decod_Dense-2.keras` };

const sumOf = (path: string): string =>
  createHash('sha256')
    .update(readFileSync(at(path)))
    .digest('hex');
const copy = (from: string, to: string): void => {
  mkdirSync(dirname(at(to)), { recursive: true });
  copyFileSync(at(from), at(to));
};
/** An empty folder. */
const cleared = (path: string): string => {
  rmSync(at(path), { recursive: true, force: true });
  mkdirSync(dirname(at(path)), { recursive: true });
  return path;
};

/** Where the files of a run go. */
const placesOf = ({ run, config: { network, recipe } }: SweepRun) => {
  const isMain = recipe.name === 'best' || network.kind === 'classifier';
  const { id, file } = network;
  const name = basename(file, '.keras').replace('encod_decod_', '') + (isMain ? '' : '_documented');
  return {
    ...{ run, id, name, isMain, isPlane: network.kind === 'autoencoder' },
    folder: `${MODELS}/runs/${isMain ? id : `${id}-${recipe.name}`}`,
    keras: isMain ? `${MODELS}/${file}` : `${MODELS}/${dirname(file)}/documented/${basename(file)}`,
  };
};
type Places = ReturnType<typeof placesOf>;

const shipRunFolder = async ({ run, id, folder, isMain, isPlane }: Places): Promise<void> => {
  mkdirSync(at(cleared(folder)));
  for (const file of ['config.json', 'history.jsonl', 'metrics.json', 'README.md'])
    copy(`${run}/${file}`, `${folder}/${file}`);
  const kept = existsSync(at(run, 'checkpoints')) ? readdirSync(at(run, 'checkpoints')) : [];
  if (kept.some((file) => file.startsWith('epoch-'))) {
    await latent(['evolve', run, '--pack', '--frames', MOVING.includes(id) ? '12' : '6']);
    renameSync(at(run, 'evolution.safetensors'), at(folder, 'evolution.safetensors'));
  }
  if (isMain && isPlane) await latent(['encode', run, '--out', `${folder}/codes.npy`]);
};

/** Labels and confidence in one file, as the explorer loads them. */
const packField = async (pictures: string, path: string): Promise<void> => {
  const { decodeNpy } = await import('latent-plane');
  const { encodeClassMap } = await import('latent-plane/internal');
  const [labels, confidence] = ['class-field', 'class-confidence'].map((name) =>
    decodeNpy(new Uint8Array(readFileSync(at(pictures, `${name}.npy`))), name),
  );
  const field = {
    size: labels.dims[0],
    labels: Uint8Array.from(labels.data),
    confidence: Float32Array.from(confidence.data),
  };
  write(path, encodeClassMap(field));
};

const shipPlane = async ({ run, id, name, folder, isMain }: Places): Promise<void> => {
  const pictures = cleared(`runs/pictures/${name}`);
  await latent(['plane', run, '--size', '30', '--field-size', '400', '--out', pictures]);
  if (isMain) await packField(pictures, `${folder}/class-field.npy.gz`);
  if (OWN.includes(id)) return;
  copy(`${pictures}/class-field.png`, `${PICTURES}/colormaps/${name}.png`);
  // Of the documented run one picture tells enough.
  if (!isMain) return;
  copy(`${pictures}/class-field.npy`, `${PICTURES}/colormaps/${name}.npy`);
  copy(`${pictures}/scatter.png`, `${PICTURES}/actual_data_scatter_plot/${name}.png`);
  copy(`${pictures}/mesh.png`, `${MODELS}/decoded_meshgrid/${name}.png`);
  if (!MOVING.includes(id)) return;
  const frames = cleared(`runs/pictures/${name}-epochs`);
  await latent(['evolve', run, '--out', frames]);
  copy(`${frames}/plane.gif`, `${PICTURES}/through_epochs/${name}.gif`);
};

const pointerSchema = v.object({ sha256: v.string() });

/** Ships a run that was evaluated, unless its weights and figures are there. */
export const ship = async (given: SweepRun): Promise<void> => {
  const places = placesOf(given);
  const { run, id, name, folder, keras, isMain, isPlane } = places;
  const sha256 = sumOf(`${run}/weights.safetensors`);
  const isThere = readIfThere(pointerSchema, `${folder}/weights.json`)?.sha256 === sha256;
  if (isThere && sumOf(`${folder}/metrics.json`) === sumOf(`${run}/metrics.json`)) return;
  console.error(`shipping ${folder}`);
  mkdirSync(dirname(at(keras)), { recursive: true });
  await latent(['export', run, '--to', 'keras', '--out', keras]);
  if (id === DECODER.of && isMain)
    await latent(['export', run, '--to', 'keras', '--part', 'decoder', '--out', DECODER.file]);
  await shipRunFolder(places);
  // A run that has ended gets its curves, and nothing else.
  await latent(['train', '--resume', run]);
  copy(`${run}/charts/training-curves.png`, `${MODELS}/training_curves/${name}.png`);
  if (isMain) write(`${MODELS}/summaries/${name}.txt`, await latent(['summary', id]));
  if (isPlane) await shipPlane(places);
  // The last, so that what was cut off is done again.
  const epoch = endedFigures(run).bestEpoch;
  writeJson(join(folder, 'weights.json'), { file: relative(folder, keras), sha256, epoch });
};
