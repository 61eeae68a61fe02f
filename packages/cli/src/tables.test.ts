import { describe, expect, it } from 'vitest';
import { fitting, tableLines, terminalColumns, wrapped } from './tables.ts';

const ALIGNS = ['left', 'right', 'right', 'left'] as const;
const ROWS = [
  ['NETWORK', 'PARAMETERS', 'ERROR', 'FOUND'],
  ['dense-1', '104,890 + 105,672', '0.033622', 'none'],
  ['a run with a long name', '1 + 1', '-', 'missing-classes, overfit'],
];

const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));
const words = (lines: readonly string[]): string[] => lines.join(' ').split(' ').filter(Boolean);

describe('tableLines', () => {
  it('pads columns to their widest cell where they fit', () => {
    expect(tableLines(ROWS, ALIGNS, 80)).toEqual([
      'NETWORK                        PARAMETERS     ERROR  FOUND',
      'dense-1                 104,890 + 105,672  0.033622  none',
      'a run with a long name              1 + 1         -  missing-classes, overfit',
    ]);
    expect(tableLines(ROWS, ALIGNS, Number.POSITIVE_INFINITY)).toEqual(tableLines(ROWS, ALIGNS, 80));
  });

  it('folds columns that do not fit below the others, beside the names of the rows again', () => {
    expect(tableLines(ROWS, ALIGNS, 60)).toEqual([
      'NETWORK                        PARAMETERS     ERROR',
      'dense-1                 104,890 + 105,672  0.033622',
      'a run with a long name              1 + 1         -',
      '',
      'NETWORK                 FOUND',
      'dense-1                 none',
      'a run with a long name  missing-classes, overfit',
    ]);
  });

  it.each([60, 40])('keeps within %i columns and loses no word', (columns) => {
    const lines = tableLines(ROWS, ALIGNS, columns);
    expect(widest(lines)).toBeLessThanOrEqual(columns);
    for (const word of words(ROWS.flat())) expect(lines.join('').replaceAll(' ', '')).toContain(word);
  });

  it('cuts words where even they do not fit', () => {
    expect(widest(tableLines(ROWS, ALIGNS, 24))).toBeLessThanOrEqual(24);
  });

  it('breaks the names of rows over lines where nothing fits beside them', () => {
    const label = 'dense-1, best, epochs 10, learningRate 0.001';
    const lines = tableLines(
      [
        ['CELL', 'MEDIAN'],
        [label, '0.03362'],
      ],
      ['left', 'right'],
      40,
    );
    expect(lines).toEqual([
      'CELL                              MEDIAN',
      'dense-1, best, epochs 10,        0.03362',
      'learningRate 0.001',
    ]);
    const cut = tableLines(
      [
        ['FILE', 'BYTES'],
        ['x'.repeat(50), '3'],
      ],
      ['left', 'right'],
      30,
    );
    expect(widest(cut)).toBeLessThanOrEqual(30);
    expect(cut.join('').match(/x/g)).toHaveLength(50);
  });

  it('keeps what is indented so when it breaks', () => {
    const lines = tableLines(
      [['  two principal components', '0.055612', '1.65 times']],
      ['left', 'right', 'right'],
      30,
    );
    expect(widest(lines)).toBeLessThanOrEqual(30);
    expect(lines.filter((line) => line.startsWith('  two principal'))).toHaveLength(2);
    expect(lines[1]).toMatch(/^ {2}components/);
  });
});

describe('wrapped', () => {
  it('is 80 columns wide at most, and the rest hangs below the first word', () => {
    const lines = wrapped('word '.repeat(40).trim(), 'note: ');
    expect(widest(lines)).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^ {6}word/);
    expect(widest(wrapped('word '.repeat(40).trim(), 'note: ', undefined, 40))).toBeLessThanOrEqual(40);
  });
});

describe('fitting', () => {
  it('keeps parts in one line, or gives each its own', () => {
    expect(fitting(['one two', 'three'], '   ', 80)).toEqual(['one two   three']);
    expect(fitting(['one two', 'three'], '   ', 10)).toEqual(['one two', 'three']);
  });
});

describe('terminalColumns', () => {
  it('is the width of a terminal, and no limit for what no terminal reads', () => {
    expect(terminalColumns({ columns: 60 })).toBe(60);
    expect(terminalColumns({ columns: 3 })).toBe(24);
    expect(terminalColumns({})).toBe(Number.POSITIVE_INFINITY);
    expect(terminalColumns({ columns: 0 })).toBe(Number.POSITIVE_INFINITY);
  });
});
