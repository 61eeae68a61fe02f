/**
 * Ten seeds of recipes that fail by chance, and of one that should not: how many fail, and what the diagnosis finds.
 * Writes models/seeds/: `npm run seeds [-- --only ID] [--list]`.
 */
import { SEEDS, write, writeJson } from './figures.ts';
import { main, runSweep, scoreRun } from './sweeps.ts';

const rowOf = async (run: Parameters<typeof scoreRun>[0]) => {
  const { epochs, seconds, stopped, scores } = await scoreRun(run);
  const { network, recipe } = run.config;
  const findings = scores.diagnose?.findings ?? [];
  return {
    network: network.id,
    recipe: recipe.name,
    seed: recipe.seed,
    epochs,
    stopped,
    seconds,
    mse: scores.evaluate?.mse,
    knnAccuracy: scores.evaluate?.knnAccuracy?.value,
    codeStd: scores.evaluate?.code?.std ?? [],
    failed: findings.some(({ severity }) => severity === 'error'),
    findings,
  };
};

await main(async () => {
  const rows: Awaited<ReturnType<typeof rowOf>>[] = [];
  for (const run of await runSweep('seeds')) rows.push(await rowOf(run));
  if (rows.length === 0) return;
  writeJson(SEEDS, rows);
  const header = 'network,recipe,seed,epochs,mse,knn_accuracy,code_std_1,code_std_2,failed,findings';
  const lines = rows.map(({ network, recipe, seed, epochs, mse, knnAccuracy, codeStd, failed, findings }) => {
    const found = findings.map(({ severity, code }) => `${severity}:${code}`).join(' ');
    return [network, recipe, seed, epochs, mse?.all, knnAccuracy, ...codeStd, failed, found].join(',');
  });
  write(SEEDS.replace('.json', '.csv'), `${[header, ...lines].join('\n')}\n`);
});
