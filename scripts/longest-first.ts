/**
 * The order in which Vitest takes the test files: the longest first, so that no worker is left alone with one at the end.
 *
 * In: files. Out: the same, those below first. Vitest knows by itself only what it has measured before on this machine,
 * which a fresh clone has not; the others go by their size, as it does.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From ten seconds on, by what they take on two cores. */
const LONGEST = [
  'end-to-end',
  'train-view',
  'open-model',
  'accessibility',
  'commands/train',
  'open-run',
  'model-files',
  'commands/sweep',
  'nats-cluster',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
  return place === -1 ? LONGEST.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}
