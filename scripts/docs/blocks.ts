/** The parts of docs that are made of code: between `<!-- NAME: npm run docs -->` and `<!-- /NAME -->`. */
import { findingsTable, thresholdsTable } from './findings.ts';

export interface Block {
  /** Below the project's folder. */
  readonly file: string;
  readonly name: string;
  readonly make: () => string;
}

export const blocks: readonly Block[] = [
  { file: 'docs/diagnosis.md', name: 'findings', make: findingsTable },
  { file: 'docs/diagnosis.md', name: 'thresholds', make: thresholdsTable },
];

/** The text of a file with one block made anew. @throws Error where the file has no such block. */
export const withBlock = (text: string, { file, name, make }: Block): string => {
  const [start, end] = [`<!-- ${name}: npm run docs -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file}: expected a line "${start.trim()}" and below it "${end.trim()}"`);
  return `${text.slice(0, from + start.length)}\n${make()}\n${text.slice(to)}`;
};
