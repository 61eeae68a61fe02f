// Makes the trained zoo: trains every network under both recipes, judges, diagnoses and draws it, and puts the results
// at the paths below models/ that its users know. What is done already is left; a run that was cut off goes on.
//   npm run zoo [-- --only ID] [--recipe best] [--stage train|judge|ship] [--list]
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { setUp } from './setup.mjs';
import { writeZooPage } from './zoo-page.mjs';
import { at, carryOut, hasEnded, latent, RUNS, readJson, runFolder } from './zoo-steps.mjs';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    recipe: { type: 'string' },
    stage: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const MODELS = 'models';
/** Their planes are drawn through the epochs, so they keep more of them. */
const MOVING = ['dense-2', 'convdense-5', 'vae-1'];
const CLASSIFIER = 'classifier';
/**
 * Nothing is on record about them: one recipe, the best, and the first of the five seeds that `npm run records` trains. The
 * repository is to stay small, so neither frames nor pictures of their planes are in it.
 */
const OWN = ['atlas-1', 'map-1'];
const runOf = (id, recipe) => (OWN.includes(id) ? `runs/records/${id}-mnist-seed1` : runFolder(id, recipe));
const TUNED = { id: 'convdense-2-tuned', encoder: 'convdense-2', decoder: 'dense-2' };

const networks = async () => JSON.parse(await latent(['zoo', '--json'])).networks;

const shippedFolder = (id, recipe) =>
  `${MODELS}/runs/${recipe === 'best' || id === CLASSIFIER ? id : `${id}-${recipe}`}`;
const epochsOf = async (id, recipe) => {
  const { findNetwork } = await import('latent-plane');
  return findNetwork(id).recipes[recipe].epochs;
};

/** Labels and confidence in one file, as the explorer loads them. */
const packField = async (pictures, path) => {
  const { decodeNpy, encodeClassField } = await import('latent-plane');
  const [labels, confidence] = ['class-field', 'class-confidence'].map((name) =>
    decodeNpy(readFileSync(at(`${pictures}/${name}.npy`)), name),
  );
  write(path, encodeClassField({ size: labels.dims[0], labels: labels.data, confidence: confidence.data }));
};

/** The name of a network's files: `Dense-1` of `autoencoders/encod_decod_Dense-1.keras`. */
const fileName = ({ file }) => basename(file, '.keras').replace('encod_decod_', '');
const kerasPath = ({ id, file }, recipe) =>
  recipe === 'best' || id === CLASSIFIER
    ? `${MODELS}/${file}`
    : `${MODELS}/${dirname(file)}/documented/${basename(file)}`;

/** Frames of the plane through the epochs: every so many epochs one. */
const checkpointEvery = (id, epochs) => Math.max(1, Math.round(epochs / (MOVING.includes(id) ? 16 : 8)));

const trainStep = ({ id }, recipe) => {
  const out = runOf(id, recipe);
  return {
    name: `train ${id} ${recipe}`,
    stage: 'train',
    done: () => hasEnded(out) && existsSync(at(out, 'charts', 'training-curves.svg')),
    seconds: () =>
      readJson(at(out, 'metrics.json'))?.seconds ?? readJson(at(shippedFolder(id, recipe), 'metrics.json'))?.seconds,
    run: async (step) => {
      if (existsSync(at(out, 'config.json'))) return latent(['train', '--resume', out], step);
      const every =
        recipe === 'best' && id !== CLASSIFIER && !OWN.includes(id)
          ? ['--checkpoint-every', String(checkpointEvery(id, await epochsOf(id, recipe)))]
          : [];
      const shared = ['--recipe', recipe, '--out', out, ...every];
      if (id !== TUNED.id) return latent(['train', id, ...shared], step);
      return latent(['tune-decoder', runFolder(TUNED.encoder, recipe), '--decoder', TUNED.decoder, ...shared], step);
    },
  };
};

const judgeSteps = ({ id }, recipe) => {
  const run = runOf(id, recipe);
  const recorded = (command) => readJson(at(run, 'metrics.json'))?.scores?.[command];
  const evaluated = () =>
    id === CLASSIFIER
      ? recorded('evaluate') !== undefined
      : recorded('evaluate')?.recognisable !== undefined && recorded('evaluate').recognisable !== null;
  return [
    {
      name: `evaluate ${id} ${recipe}`,
      stage: 'judge',
      done: evaluated,
      run: (step) => latent(['evaluate', run, '--json'], step),
    },
    ...(id === CLASSIFIER
      ? []
      : [
          {
            name: `diagnose ${id} ${recipe}`,
            stage: 'judge',
            done: () => recorded('diagnose') !== undefined,
            run: (step) => latent(['diagnose', run, '--json'], step),
          },
        ]),
  ];
};

const ensureFolder = (path) => mkdirSync(dirname(at(path)), { recursive: true });
const copy = (from, to) => {
  ensureFolder(to);
  copyFileSync(at(from), at(to));
};
const write = (path, text) => {
  ensureFolder(path);
  writeFileSync(at(path), text);
};
/** Whether `to` is there and no older in content than what it is made from. */
const stamped = (path, source) => readJson(at(RUNS, 'stamps.json'), {})[path] === source && existsSync(at(path));
const stamp = (path, source) => {
  const stamps = readJson(at(RUNS, 'stamps.json'), {});
  stamps[path] = source;
  write(`${RUNS}/stamps.json`, `${JSON.stringify(stamps, null, 2)}\n`);
};
const sumOf = (path) =>
  createHash('sha256')
    .update(readFileSync(at(path)))
    .digest('hex');

/** A step that makes files out of a run; done while the run's weights and figures are those that it was made from. */
const shipStep = (name, run, target, make) => {
  const source = () => `${sumOf(`${run}/weights.safetensors`)} ${sumOf(`${run}/metrics.json`)}`;
  return {
    name,
    stage: 'ship',
    done: () => existsSync(at(run, 'weights.safetensors')) && stamped(target, source()),
    run: async (step) => {
      await make(step);
      stamp(target, source());
    },
  };
};

/** The plane as `latent plane` draws it, in a folder of its own. @returns the folder. */
const drawPlane = async (id, recipe, run, step) => {
  const pictures = `${RUNS}/pictures/${recipe}-${id}`;
  rmSync(at(pictures), { recursive: true, force: true });
  ensureFolder(pictures);
  await latent(['plane', run, '--size', '30', '--field-size', '400', '--out', pictures], step);
  return pictures;
};

/** Of our own the class field alone, which the explorer would compute at every start. */
const fieldStep = (id, run, folder) => {
  const field = `${folder}/class-field.npy.gz`;
  return shipStep(`class field of ${id}`, run, field, async (step) =>
    packField(await drawPlane(id, 'best', run, step), field),
  );
};

const shipSteps = (network, recipe) => {
  const { id } = network;
  const run = runOf(id, recipe);
  const folder = shippedFolder(id, recipe);
  const keras = kerasPath(network, recipe);
  const name = fileName(network);
  const suffix = recipe === 'best' || id === CLASSIFIER ? '' : '_documented';
  const steps = [
    shipStep(`export ${id} ${recipe}`, run, keras, async (step) => {
      ensureFolder(keras);
      await latent(['export', run, '--to', 'keras', '--out', keras], step);
      if (id === TUNED.id && recipe === 'best') {
        const decoder = `${MODELS}/autoencoders/decod_Dense-2.keras`;
        await latent(['export', run, '--to', 'keras', '--part', 'decoder', '--out', decoder], step);
      }
    }),
    shipStep(`run folder of ${id} ${recipe}`, run, `${folder}/weights.json`, async (step) => {
      rmSync(at(folder), { recursive: true, force: true });
      for (const file of ['config.json', 'history.jsonl', 'metrics.json', 'README.md'])
        copy(`${run}/${file}`, `${folder}/${file}`);
      if (
        existsSync(at(run, 'checkpoints')) &&
        readdirSync(at(run, 'checkpoints')).some((file) => file.startsWith('epoch-'))
      ) {
        await latent(['evolve', run, '--pack', '--frames', MOVING.includes(id) ? '12' : '6'], step);
        renameSync(at(run, 'evolution.safetensors'), at(folder, 'evolution.safetensors'));
      }
      if (recipe === 'best' && id !== CLASSIFIER) await latent(['encode', run, '--out', `${folder}/codes.npy`], step);
      const pointer = {
        file: relative(folder, keras),
        sha256: sumOf(`${run}/weights.safetensors`),
        epoch: readJson(at(run, 'metrics.json')).bestEpoch,
      };
      write(`${folder}/weights.json`, `${JSON.stringify(pointer, null, 2)}\n`);
    }),
    shipStep(`curves of ${id} ${recipe}`, run, `${MODELS}/training_curves/${name}${suffix}.png`, async () =>
      copy(`${run}/charts/training-curves.png`, `${MODELS}/training_curves/${name}${suffix}.png`),
    ),
  ];
  if (id === CLASSIFIER || recipe === 'best') {
    const summary = `${MODELS}/summaries/${name}.txt`;
    steps.push(
      shipStep(`summary ${id}`, run, summary, async (step) => write(summary, await latent(['summary', id], step))),
    );
  }
  if (id === CLASSIFIER) return steps;
  if (OWN.includes(id)) return [...steps, fieldStep(id, run, folder)];
  const colormap = `${MODELS}/latent_space_viz/colormaps/${name}${suffix}`;
  steps.push(
    shipStep(`plane of ${id} ${recipe}`, run, `${colormap}.png`, async (step) => {
      const pictures = await drawPlane(id, recipe, run, step);
      copy(`${pictures}/class-field.png`, `${colormap}.png`);
      // Of the documented run one picture tells enough; the repository is to stay small.
      if (recipe === 'documented') return;
      copy(`${pictures}/class-field.npy`, `${colormap}.npy`);
      await packField(pictures, `${folder}/class-field.npy.gz`);
      copy(`${pictures}/scatter.png`, `${MODELS}/latent_space_viz/actual_data_scatter_plot/${name}.png`);
      copy(`${pictures}/mesh.png`, `${MODELS}/decoded_meshgrid/${name}.png`);
    }),
  );
  if (recipe === 'best' && MOVING.includes(id)) {
    const gif = `${MODELS}/latent_space_viz/through_epochs/${name}.gif`;
    steps.push(
      shipStep(`epochs of ${id}`, run, gif, async (step) => {
        const frames = `${RUNS}/epochs/${id}`;
        rmSync(at(frames), { recursive: true, force: true });
        ensureFolder(frames);
        await latent(['evolve', run, '--out', frames], step);
        copy(`${frames}/plane.gif`, gif);
      }),
    );
  }
  return steps;
};

const comparisonStep = () => {
  const folder = `${MODELS}/models_comparison`;
  return {
    name: 'comparison',
    stage: 'ship',
    done: () => false,
    run: async (step) => {
      const json = `${folder}/models_comparison.json`;
      ensureFolder(json);
      // Those of the repository may be of an earlier version, whose pictures do not say that they are ours.
      const words = ['compare', '--force', '--png', `${folder}/models_comparison.png`];
      words.push('--svg', `${folder}/models_comparison.svg`);
      write(json, await latent([...words, '--csv', `${folder}/models_comparison.csv`, '--json'], step));
    },
  };
};

const plan = (all) => {
  const recipes = ['documented', 'best'].filter((recipe) => asked.recipe === undefined || recipe === asked.recipe);
  const wanted = all.filter(({ id }) => asked.only === undefined || asked.only.includes(id));
  const pairs = wanted.flatMap((network) => recipesOf(network.id, recipes).map((recipe) => ({ network, recipe })));
  // The classifier first, since it judges the others; the tuned decoder after the encoder that it is put on.
  pairs.sort((a, b) => rank(a.network) - rank(b.network));
  const classifier = pairs.filter(({ network }) => network.id === CLASSIFIER);
  const others = pairs.filter(({ network }) => network.id !== CLASSIFIER);
  const steps = [
    ...classifier.flatMap(({ network, recipe }) => [
      trainStep(network, recipe),
      ...judgeSteps(network, recipe),
      ...shipSteps(network, recipe),
    ]),
    ...others.map(({ network, recipe }) => trainStep(network, recipe)),
    ...others.flatMap(({ network, recipe }) => judgeSteps(network, recipe)),
    ...others.flatMap(({ network, recipe }) => shipSteps(network, recipe)),
    ...(others.length > 0 ? [comparisonStep()] : []),
  ];
  return steps.filter(({ stage }) => asked.stage === undefined || stage === asked.stage);
};
const recipesOf = (id, recipes) =>
  id === CLASSIFIER ? ['documented'] : OWN.includes(id) ? recipes.filter((recipe) => recipe === 'best') : recipes;
const rank = ({ id }) => (id === CLASSIFIER ? 0 : id === TUNED.id ? 2 : 1);

const main = async () => {
  setUp();
  await buildAll({ names: ['core', 'cli'] });
  const steps = plan(await networks());
  const cost = await carryOut(steps, { list: asked.list });
  const whole = asked.only === undefined && asked.recipe === undefined && asked.stage === undefined;
  if (whole && !asked.list) writeZooPage(await networks(), cost);
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error?.code === 130 ? 130 : 1;
}
