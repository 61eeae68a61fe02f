/** A finding that is one more entry of the list is everywhere that findings are. */
import { findingsOf } from 'latent-plane';
import { type AnyFinding, currentFindingCode, findingSchema } from 'latent-plane/internal';
import * as v from 'valibot';
import { expect, it, vi } from 'vitest';
import { withBlock } from '../../../../scripts/docs/blocks.ts';
import { findingsTable } from '../../../../scripts/docs/findings.ts';
import { healthyExamination } from '../../../core/src/diagnosis/healthy.ts';
import { diagnoseCommand } from './diagnose.ts';

vi.mock('../../../core/src/diagnosis/findings/index.ts', async (original) => {
  const { findings } = await original<{ readonly findings: readonly AnyFinding[] }>();
  const { defineFinding } = await import('../../../core/src/diagnosis/definition.ts');
  const flatPlane = defineFinding({
    code: 'flat-plane',
    aliases: ['level-plane'],
    severities: ['warning'],
    means: 'The plane says little about the class of what is drawn from it.',
    holds: ({ sure }) => `the classifier is less than ${sure} sure of what it sees on the plane`,
    tries: 'another seed',
    needs: ['plane'],
    thresholds: { sure: { value: 0.5, measure: 'mean confidence on the plane', why: 'A guess between two classes.' } },
    remedies: { seed: 'train again from another `seed`' },
    find: ({ plane: { meanConfidence } }, { sure }) =>
      meanConfidence >= sure
        ? null
        : {
            severity: 'warning',
            message: `a confidence of ${meanConfidence}`,
            evidence: { meanConfidence },
            remedy: 'seed',
          },
    examples: [],
  });
  return { findings: [...findings, flatPlane] };
});

const plane = { size: 100, meanConfidence: 0.3, classShares: [0.3, 0.3, 0.4] };

it('is found, kept and read again', () => {
  const [found, ...others] = findingsOf({ ...healthyExamination, plane });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ code: 'flat-plane', aliases: ['level-plane'], message: 'a confidence of 0.3' });
  expect(v.parse(findingSchema, { ...found, code: 'level-plane' })).toEqual(found);
  expect(currentFindingCode('level-plane')).toBe('flat-plane');
});

it('is not looked for where a figure that it needs is not known', () => {
  expect(findingsOf({ ...healthyExamination, plane: null, recall: null })).toEqual([]);
});

it('can be asked for with --fail-on, by either code', () => {
  const failOn = diagnoseCommand().options.find(({ long }) => long === '--fail-on');
  for (const code of ['flat-plane', 'level-plane']) expect(failOn?.parseArg?.(code, undefined)).toBe(code);
});

it('has its row in the docs', () => {
  const block = { file: 'docs/diagnosis.md', name: 'findings', make: findingsTable };
  const page = withBlock('<!-- findings: npm run docs -->\n\n<!-- /findings -->', block);
  expect(page).toContain(
    '| `flat-plane` (was `level-plane`) | warning | The plane says little about the class of what is drawn from it. | the classifier is less than 0.5 sure of what it sees on the plane | another seed |',
  );
});
