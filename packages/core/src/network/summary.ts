/**
 * A network at a glance, layer by layer.
 *
 * In: a `NetworkSpec`. Out: the figures as data, and the same as text.
 * Scores are not here: they belong to trained models.
 */

import type { Activation } from '../activations/index.ts';
import { definitionOf, type LayerType, PART_INPUT, type PartName } from '../layers/index.ts';
import { type LossSpec, lossWords } from '../losses/index.ts';
import type { Shape } from '../tensor/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import { type ResolvedPart, resolveNetwork } from './network.ts';
import type { NetworkSpec } from './types.ts';

/** What a summary tells of a layer. */
export interface SummaryRow {
  /** Within its part: `dense_1`. */
  readonly name: string;
  /** Type of the layer. */
  readonly type: LayerType;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** Values the layer puts out for one image. */
  readonly neurons: number;
  /** Values in all parameters together. */
  readonly parameters: number;
  /** Of the mean's head in Gaussian sampling; null for a layer without one. */
  readonly activation: Activation | null;
  /** Layers that it takes, where that is not the layer before it alone; else empty. */
  readonly from: readonly string[];
  /** Kernel, window, rate: what the shape does not tell; empty where there is nothing to add. */
  readonly detail: string;
}

/** What a summary tells of an encoder, a decoder or a classifier. */
export interface SummaryPart {
  /** Which part. */
  readonly name: PartName;
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** A row for each layer, in order. */
  readonly rows: readonly SummaryRow[];
  /** Values in all parameters together. */
  readonly parameters: number;
  /** Not trained: its weights come from another network. */
  readonly frozen: boolean;
}

/** What a summary tells of a network. */
export interface NetworkSummary {
  /** Id of the network. */
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** Which kind of network. */
  readonly kind: NetworkSpec['kind'];
  /** Without the batch axis. */
  readonly inputShape: Shape;
  /** What its training minimises. */
  readonly loss: LossSpec;
  /** In the order in which data passes them. */
  readonly parts: readonly SummaryPart[];
  /** Of all parts. */
  readonly parameters: number;
}

const summarizePart = (part: ResolvedPart): SummaryPart => ({
  name: part.name,
  inputShape: part.inputShape,
  outputShape: part.outputShape,
  rows: part.layers.map(({ name, spec, inputs, outputShape, parameterCount }, i) => {
    const definition = definitionOf(spec);
    return {
      name,
      from: inputs.join() === (part.layers[i - 1]?.name ?? PART_INPUT) ? [] : inputs,
      type: spec.type,
      outputShape,
      neurons: elementCount(outputShape),
      parameters: parameterCount,
      activation: definition.activation(spec),
      detail: definition.detail(spec),
    };
  }),
  parameters: part.parameterCount,
  frozen: part.frozen,
});

/**
 * The figures of a network, by part and layer.
 *
 * @param only - the parts to tell of; all when absent.
 * @throws LatentError what `resolveNetwork` throws.
 */
export const summarize = (spec: NetworkSpec, only?: readonly PartName[]): NetworkSummary => {
  const resolved = resolveNetwork(spec);
  const parts = resolved.parts.filter(({ name }) => only === undefined || only.includes(name));
  return {
    id: spec.id,
    title: spec.title,
    kind: spec.kind,
    inputShape: spec.inputShape,
    loss: spec.loss,
    parts: parts.map(summarizePart),
    parameters: parts.reduce((sum, { parameterCount }) => sum + parameterCount, 0),
  };
};

/** `104,890`, whatever the machine's locale. */
const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** Left out where no row has anything in it. */
  readonly optional?: boolean;
  cell(row: SummaryRow): string;
}

/** Layers that a layer takes, where it is not the one before it. */
const fromColumn: Column = { heading: 'from', align: 'left', optional: true, cell: (row) => row.from.join(', ') };

const columns: readonly Column[] = [
  { heading: 'layer', align: 'left', cell: (row) => row.name },
  { heading: 'output', align: 'left', cell: (row) => formatShape(row.outputShape) },
  { heading: 'neurons', align: 'right', cell: (row) => formatCount(row.neurons) },
  { heading: 'parameters', align: 'right', cell: (row) => (row.parameters === 0 ? '-' : formatCount(row.parameters)) },
  { heading: 'activation', align: 'left', cell: (row) => row.activation ?? '-' },
  { heading: 'detail', align: 'left', optional: true, cell: (row) => row.detail },
  fromColumn,
];

const GAP = '  ';

/** The table of one part of a network. */
export interface SummaryTable {
  /** What goes in and what comes out. */
  readonly title: string;
  /** Cells, the headings first. */
  readonly rows: readonly (readonly string[])[];
  readonly aligns: readonly Column['align'][];
}

/** A table for each part; all have the same columns. */
export const summaryTables = (summary: NetworkSummary): readonly SummaryTable[] => tablesOf(summary, columns);

const tablesOf = ({ parts }: NetworkSummary, among: readonly Column[]): readonly SummaryTable[] => {
  const rows = parts.flatMap((part) => part.rows);
  const shown = among.filter(({ optional, cell }) => !optional || rows.some((row) => cell(row) !== ''));
  return parts.map((part) => ({
    title: `${part.name}: ${formatShape(part.inputShape)} to ${formatShape(part.outputShape)}${part.frozen ? ', frozen' : ''}`,
    rows: [shown.map(({ heading }) => heading), ...part.rows.map((row) => shown.map(({ cell }) => cell(row)))],
    aligns: shown.map(({ align }) => align),
  }));
};

/** What is told of the network as a whole, below its tables. */
export const summaryFacts = ({ parts, parameters, loss }: NetworkSummary): readonly (readonly [string, string])[] => {
  const counts = parts.map((part) => `${part.name} ${formatCount(part.parameters)}`).join(' + ');
  return [
    ['parameters', parts.length > 1 ? `${counts} = ${formatCount(parameters)}` : counts],
    ['loss', lossWords(loss)],
  ];
};

/** Columns of a terminal, and of the names of facts in it. */
const WIDTH = 80;
const NAME_WIDTH = 12;

/** A sum that is too long, a term in each line. */
const brokenAtSums = (text: string, width: number): readonly string[] =>
  text.length <= width ? [text] : text.split(/ (?=\+ )/);

/** A summary as text, a table for each part with common columns; within 80 columns for every network of the zoo. */
export const formatSummary = (summary: NetworkSummary): string => {
  // What a layer takes stands below it: a column of names is too wide.
  const tables = tablesOf(
    summary,
    columns.filter((column) => column !== fromColumn),
  );
  const aligns = tables[0]?.aligns ?? [];
  const widths = aligns.map((_, column) =>
    Math.max(...tables.flatMap(({ rows }) => rows.map((row) => row[column].length))),
  );
  const formatLine = (row: readonly string[]): string =>
    row
      .map((cell, column) => (aligns[column] === 'right' ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join(GAP)
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)));
  return [
    `${summary.id}: ${summary.title}`,
    ...tables.flatMap(({ title, rows: [headings, ...rows] }, part) => [
      '',
      title,
      formatLine(headings),
      rule,
      ...rows.flatMap((row, i) => {
        const { from } = summary.parts[part].rows[i];
        return [formatLine(row), ...(from.length === 0 ? [] : [`  of ${from.join(', ')}`])];
      }),
      rule,
    ]),
    '',
    ...summaryFacts(summary).flatMap(([name, value]) =>
      brokenAtSums(value, WIDTH - NAME_WIDTH).map((line, i) => `${(i === 0 ? name : '').padEnd(NAME_WIDTH)}${line}`),
    ),
    '',
  ].join('\n');
};
