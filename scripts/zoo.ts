/**
 * The trained zoo: trains every network under both recipes, evaluates and diagnoses it, puts the results below models/ and
 * compares them. What is done is left: `npm run zoo [-- --only ID] [--list]`.
 */
import { write } from './figures.ts';
import { ship } from './ship.ts';
import { latent, main, runSweep, scoreRun } from './sweeps.ts';

const COMPARISON = 'models/models_comparison/models_comparison';

await main(async () => {
  const runs = await runSweep('zoo');
  // The classifier comes first in the file: once it is shipped, the others are evaluated with it.
  for (const run of runs) {
    await scoreRun(run);
    await ship(run);
  }
  if (runs.length === 0) return;
  const pictures = ['--png', `${COMPARISON}.png`, '--svg', `${COMPARISON}.svg`, '--csv', `${COMPARISON}.csv`];
  write(`${COMPARISON}.json`, await latent(['compare', ...pictures, '--json']));
});
