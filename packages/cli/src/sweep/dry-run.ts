/** The jobs of a sweep before anything is trained: which there are, and what differs between them. */
import { settingText } from 'latent-plane';
import { counted } from '../console.ts';
import { tableLines } from '../tables.ts';
import type { SweepPlan } from './layout.ts';
import { ASKED, askedOf, variedOf } from './report.ts';

/** A job's name says these already. */
const IN_NAME = ['network', 'recipe', 'seed'];

const fieldText = (name: string, value: unknown): string =>
  value === undefined ? `${name} of the recipe` : `${name} ${settingText(value)}`;

/** A line for each job: its id, its name, and the value of each field that not all have alike. */
export const jobLines = ({ jobs }: SweepPlan): readonly string[] => {
  const varied = variedOf(jobs).filter((name) => !IN_NAME.includes(name));
  return tableLines(
    jobs.map(({ id, name, choice }) => [id, name, ...varied.map((field) => fieldText(field, askedOf(choice, field)))]),
  );
};

/** How many there are, and what was asked for that all have alike. */
export const alikeText = ({ jobs }: SweepPlan): string => {
  const varied = variedOf(jobs);
  const [{ choice }] = jobs;
  const alike = ASKED.filter((name) => !varied.includes(name) && askedOf(choice, name) !== undefined);
  const fields = alike.map((name) => fieldText(name, askedOf(choice, name)));
  return `${counted(jobs.length, 'job')}${fields.length > 0 ? `, with ${fields.join(', ')}` : ''}`;
};
