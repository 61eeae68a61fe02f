/** Keeps docs/recipes.md what the definitions say: `npx vitest run packages/core/src/network/recipe/reference.test.ts -u` writes it anew. */
import { expect, test } from 'vitest';
import { augmentations } from '../../augmentations/index.ts';
import { lossTerms, reconstructions, weightSchedules } from '../../losses/index.ts';
import { optimizers } from '../../optimizers/index.ts';
import { about, section, table, takes } from '../../registry/testing/reference.ts';
import { schedules } from '../../schedules/index.ts';
import { optionName, recipeSettings } from './index.ts';
import { preprocessingList } from './preprocessing.ts';
import { rowEntries } from './table.ts';

const recipeTable = (): string =>
  table(
    ['field', 'takes', 'option', ''],
    rowEntries.map(([name, { field, source }]) => {
      const settings = [...recipeSettings.values()].filter(({ row, option }) => row === name && option !== null);
      return [
        `\`${name}\``,
        takes(field),
        settings.map((setting) => `\`${optionName(setting)}\``).join(', '),
        about(field, source),
      ];
    }),
  );

const page = (): string =>
  [
    '# Recipes and losses',
    'Made out of the definitions in `packages/core/src/network/recipe`, `losses`, `optimizers`, `schedules` and ' +
      '`augmentations`. A recipe says everything about a training that is not the architecture. Any field is set by ' +
      '`--set FIELD=VALUE` of `train` and `tune-decoder`, by a sweep, and in the form of the page; fields of a schedule or an ' +
      'optimiser by `--set schedule.warmupEpochs=3`, their type alone by `--set schedule=constant`, which keeps what both ' +
      'types have in common. `none` leaves an optional field out. A value with fields of its own is JSON.',
    '## Fields of a recipe',
    recipeTable(),
    '## Learning-rate schedules',
    ...schedules.entries.map(section),
    '## Optimisers',
    ...optimizers.entries.map(section),
    '## Preprocessing',
    'Colour becomes grey before the size changes, and grey becomes colour after it. A side that shrinks from n to m pixels ' +
      'takes the mean over the area that a pixel covers; one that grows is linear between the middles of pixels, at ' +
      '(o + 1/2) n / m - 1/2 for pixel o, and constant beyond the first and the last. Sums are exact and rounded once, half ' +
      'up. Lengths are rounded half up; of an odd rest the smaller half lies above and at the left. Networks see bytes as 0 ' +
      'to 1: another range is no field.',
    ...preprocessingList.map(section),
    '## Augmentations',
    ...augmentations.entries.map(section),
    '## Losses',
    'A network minimises a reconstruction error, or the mean squared error with a term beside it: error + weight x term. Any error with ' +
      'any terms is `{ reconstruction: { type: bce, reduction: sum }, terms: [{ type: kl, weight: 1 }] }`.',
    ...reconstructions.entries.map(section),
    '## Terms of a loss',
    ...lossTerms.entries.map((term) =>
      term.gradient === 'exact'
        ? section(term)
        : `${section(term)}\n\nIts gradient is an estimate: that of the random numbers of a batch, the term's own on average.`,
    ),
    '## Schedules of a weight',
    ...weightSchedules.entries.map(section),
  ].join('\n\n');

test('docs/recipes.md is what the definitions say', async () => {
  await expect(`${page()}\n`).toMatchFileSnapshot('../../../../../docs/recipes.md');
});
