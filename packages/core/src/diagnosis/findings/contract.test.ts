/** What every finding of the list keeps to. */

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type FormField, recipeFields } from '../../network/index.ts';
import { SEVERITIES } from '../definition.ts';
import { FINDING_CODES, findingFrom, findingSchema } from '../finding.ts';
import { healthyExamination } from '../healthy.ts';
import { findings } from './index.ts';

const sentence = /^\S.{19,}\S$/s;
/** A field's name and those of the fields within it: `learningRate` is the schedule's. */
const namesIn = ({ name, value }: FormField): string[] => {
  if (value.kind === 'group') return [name, ...value.fields.flatMap(namesIn)];
  if (value.kind === 'variant') return [name, ...value.variants.flatMap(({ fields }) => fields.flatMap(namesIn))];
  return [name];
};
const steps = (remedy: string): string[] => [...remedy.matchAll(/`([^`]+)`/g)].map(([, step]) => step);

it('each code and alias stands for one finding', () => {
  expect(new Set(FINDING_CODES).size).toBe(FINDING_CODES.length);
  for (const code of FINDING_CODES) expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

describe.each(findings.map((definition) => [definition.code, definition] as const))('%s', (code, definition) => {
  const { find, examples, remedies, severities, needs, thresholds, means, holds, tries } = definition;

  it('is silent on a healthy network, and where a figure that it needs is not known', () => {
    expect(find(healthyExamination)).toBeNull();
    for (const name of needs)
      for (const { changes } of examples) expect(find({ ...healthyExamination, ...changes, [name]: null })).toBeNull();
  });

  it.each(examples.map((example, i) => [i, example] as const))(
    'fires on its example %i, with figures in its words and a remedy that names a step',
    (_, { severity, remedy, changes }) => {
      const verdict = find({ ...healthyExamination, ...changes });
      expect(verdict).toMatchObject({ severity, remedy });
      if (verdict === null) return;
      expect(verdict.message).toMatch(sentence);
      expect(verdict.message).toMatch(/\d/);
      expect(Object.keys(verdict.evidence).length).toBeGreaterThan(0);
      const finding = findingFrom(definition, verdict);
      expect(v.parse(findingSchema, JSON.parse(JSON.stringify(finding)))).toEqual(finding);
    },
  );

  it('has an example for each severity and each remedy of an examination', () => {
    expect(SEVERITIES.filter((name) => examples.some(({ severity }) => severity === name))).toEqual([...severities]);
    const reached = [...examples.map(({ remedy }) => remedy), definition.notFinite?.('a reason').remedy];
    expect(Object.keys(remedies).filter((name) => !reached.includes(name))).toEqual([]);
  });

  it('names in each remedy a field of a recipe or a command, each of which exists', () => {
    const fields = recipeFields().flatMap(namesIn);
    for (const remedy of Object.values(remedies)) {
      expect(steps(remedy).length).toBeGreaterThan(0);
      expect(steps(remedy).filter((step) => !step.startsWith('latent ') && !fields.includes(step))).toEqual([]);
    }
  });

  it('says for the docs what it means, when it holds, what to try, and why each threshold is what it is', () => {
    for (const text of [means, holds, tries]) expect(text).toMatch(sentence);
    for (const { value, measure, why } of Object.values(thresholds)) {
      expect(Number.isFinite(value)).toBe(true);
      expect(measure).toMatch(sentence);
      expect(why).toMatch(sentence);
    }
  });

  it('is found again by its code and its aliases', () => {
    const stored = { severity: severities[0], message: 'of before', evidence: {}, remedy: 'none' };
    for (const name of [code, ...definition.aliases])
      expect(v.parse(findingSchema, { ...stored, code: name })).toEqual({
        ...stored,
        code,
        aliases: definition.aliases,
      });
  });
});
