/** The jobs of a sweep before anything is trained: which there are, and what differs between them. */
import { settingText } from 'latent-plane/internal';
import { counted } from '../console.ts';
import { tableLines } from '../tables.ts';
import type { SweepJob, SweepPlan } from './layout.ts';
import { ASKED, askedOf, variedOf } from './report.ts';

/** A job's name says these already. */
const IN_NAME = ['network', 'recipe', 'seed'];

const fieldText = (name: string, value: unknown): string =>
  value === undefined ? `${name} of the recipe` : `${name} ${settingText(value)}`;

/** What a field not all jobs are alike in says of each; a row of the sweep is told by its name. */
const differences = ({ jobs }: SweepPlan): readonly ((job: SweepJob) => string)[] => {
  const varied = variedOf(jobs).filter((name) => !IN_NAME.includes(name));
  const named = new Set(jobs.map(({ choice }) => choice.name)).size > 1;
  const nameOf = new Map(jobs.map(({ id, name }) => [id, name]));
  return [
    ...(named ? [({ choice }: SweepJob) => choice.name ?? ''] : []),
    ...varied.map(
      (field) =>
        ({ choice }: SweepJob) =>
          fieldText(field, askedOf(choice, field)),
    ),
    ...(jobs.some(({ after }) => after)
      ? [({ after }: SweepJob) => (after ? `after ${nameOf.get(after.job) ?? after.job}` : '')]
      : []),
  ];
};

/** A line for each job: its id, its name, and what differs between them. */
export const jobLines = (plan: SweepPlan): readonly string[] => {
  const cells = differences(plan);
  return tableLines(plan.jobs.map((job) => [job.id, job.name, ...cells.map((cell) => cell(job))]));
};

/** How many there are, and what was asked for that all have alike. */
export const alikeText = ({ jobs }: SweepPlan): string => {
  const varied = variedOf(jobs);
  const [{ choice }] = jobs;
  const alike = ASKED.filter((name) => !varied.includes(name) && askedOf(choice, name) !== undefined);
  const fields = alike.map((name) => fieldText(name, askedOf(choice, name)));
  return `${counted(jobs.length, 'job')}${fields.length > 0 ? `, with ${fields.join(', ')}` : ''}`;
};
