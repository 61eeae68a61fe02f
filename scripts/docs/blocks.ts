/** The parts of docs that are made of code: between `<!-- NAME: npm run docs -->` and `<!-- /NAME -->`. */
import { findingsTable, thresholdsTable } from './findings.ts';
import { graphNodes } from './graph-nodes.ts';
import { atlasAblations, mapAblations, recordResults } from './records.ts';
import * as zoo from './zoo.ts';

export interface Block {
  /** Below the project's folder. */
  readonly file: string;
  readonly name: string;
  readonly make: () => string;
}

export const blocks: readonly Block[] = [
  { file: 'docs/diagnosis.md', name: 'findings', make: findingsTable },
  { file: 'docs/diagnosis.md', name: 'thresholds', make: thresholdsTable },
  { file: 'docs/formats.md', name: 'graph-nodes', make: graphNodes },
  { file: 'docs/zoo.md', name: 'zoo-baselines', make: zoo.zooBaselines },
  { file: 'docs/zoo.md', name: 'zoo-errors', make: zoo.zooErrors },
  { file: 'docs/zoo.md', name: 'zoo-planes', make: zoo.zooPlanes },
  { file: 'docs/zoo.md', name: 'zoo-classifier', make: zoo.zooClassifier },
  { file: 'docs/zoo.md', name: 'zoo-findings', make: zoo.zooFindings },
  { file: 'docs/zoo.md', name: 'zoo-tuned', make: zoo.zooTuned },
  { file: 'docs/zoo.md', name: 'zoo-failures', make: zoo.zooFailures },
  { file: 'docs/zoo.md', name: 'zoo-seeds', make: zoo.zooSeeds },
  { file: 'docs/zoo.md', name: 'zoo-recipes', make: zoo.zooRecipes },
  { file: 'docs/zoo.md', name: 'zoo-cost', make: zoo.zooCost },
  { file: 'docs/records.md', name: 'records', make: recordResults },
  { file: 'docs/records.md', name: 'ablations-atlas', make: atlasAblations },
  { file: 'docs/records.md', name: 'ablations-map', make: mapAblations },
];

/** The text of a file with one block made anew. @throws Error where the file has no such block. */
export const withBlock = (text: string, { file, name, make }: Block): string => {
  const [start, end] = [`<!-- ${name}: npm run docs -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file}: expected a line "${start.trim()}" and below it "${end.trim()}"`);
  return `${text.slice(0, from + start.length)}\n${make()}\n${text.slice(to)}`;
};
