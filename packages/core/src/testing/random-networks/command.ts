/**
 * `npm run random-networks`: random autoencoders of all layer types through file, summary, training, inference and formats.
 *
 * `-- --count N --from I --seed S --only I --show --keras FOLDER`; the same seed gives the same networks. Ends with 1 where
 * there are faults. `--show` prints the file of each; `--keras` leaves the Keras files with inputs and outputs, which
 * `scripts/check-random-networks.py` then computes in Keras itself.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawNetwork } from './draw-network.ts';
import { fileTextOf } from './expect.ts';
import { reportOf } from './report.ts';
import { type KerasCase, type Trial, tryNetwork } from './trial.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '500' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    show: { type: 'boolean', default: false },
    keras: { type: 'string' },
  },
});

const seed = Number(values.seed);
const indices =
  values.only?.map(Number) ?? Array.from({ length: Number(values.count) }, (_, i) => Number(values.from) + i);

/** Leaves what Keras itself is to compute. */
const keep = async (model: KerasCase): Promise<void> => {
  if (values.keras === undefined) return;
  await mkdir(values.keras, { recursive: true });
  const { bytes, ...rest } = model;
  await writeFile(join(values.keras, `${model.index}.keras`), bytes);
  await writeFile(join(values.keras, `${model.index}.json`), JSON.stringify(rest));
};

const trials: Trial[] = [];
for (const index of indices) {
  if (values.show) {
    const { spec, recipe } = drawNetwork(seed, index);
    console.log(fileTextOf(spec, recipe));
  }
  const trial = await tryNetwork(seed, index, keep);
  trials.push(trial);
  for (const { step, detail } of trial.faults) console.error(`${index} ${step}: ${detail.slice(0, 400)}`);
  if (trials.length % 50 === 0) console.error(`${trials.length} of ${indices.length}`);
}
console.log(reportOf(trials, seed));
process.exitCode = trials.some(({ faults }) => faults.length > 0) ? 1 : 0;
