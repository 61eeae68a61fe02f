/** Tables as text, a line for each image: CSV, TSV, or numbers with blanks between. */
import { inputError } from '../../errors.ts';
import { imageSize } from '../shape.ts';
import type { Labels } from '../types.ts';
import { type Columns, columnsOf } from './columns.ts';
import type { Container, Content, Part, ReadContext, Split } from './container.ts';
import { emnistClasses, isEmnist, transposed } from './emnist.ts';
import { type FlatShape, flatShape } from './flat-images.ts';
import { readIdxName } from './idx-names.ts';
import { labelsOfNumbers, oneHotLabels } from './label-values.ts';
import { baseName, contentOf, type SourceFile } from './source.ts';
import { readTable, type Table } from './table.ts';
import { byteOf, rangeOf, type ValueRange } from './values.ts';
import { wrongContent } from './wrong-content.ts';

interface ReadTable {
  readonly file: SourceFile;
  readonly split: Split;
  readonly table: Table;
  readonly columns: Columns;
  readonly shape: FlatShape;
}

const readOne = async (
  file: SourceFile,
  { options, onProgress }: Pick<ReadContext, 'options' | 'onProgress'>,
): Promise<ReadTable> => {
  const bytes = await contentOf(file, { onProgress });
  const wrong = wrongContent(bytes.subarray(0, 200));
  if (wrong)
    throw inputError('not-data', {
      at: { file: file.name },
      expected: 'a table of numbers',
      got: wrong.what,
      hint: wrong.hint,
    });
  const table = readTable(bytes, file.name, options.header, (done) => onProgress?.(done, bytes.length, 'bytes'));
  const columns = columnsOf(table, options, file.name);
  const shape = flatShape(columns.pixels.count, { order: 'rows', colours: 'pixels' }, options, file.name);
  return { file, split: readIdxName(file).split, table, columns, shape };
};

/** The pixels of all lines, a number each. */
const pixelValues = ({ table, columns }: ReadTable): Float32Array => {
  const { from, count } = columns.pixels;
  if (count === table.columns) return table.values;
  const values = new Float32Array(table.rows * count);
  for (let row = 0; row < table.rows; row++) {
    const at = row * table.columns + from;
    values.set(table.values.subarray(at, at + count), row * count);
  }
  return values;
};

const gather = (values: Float32Array, { rows }: Table, shape: FlatShape, range: ValueRange): Uint8Array => {
  const { height, width, channels, within } = shape;
  const size = imageSize(shape);
  const pixels = new Uint8Array(rows * size);
  let to = 0;
  for (let image = 0; image < rows; image++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < channels; channel++) {
          const at = image * size + row * within.row + column * within.column + channel * within.channel;
          pixels[to++] = byteOf(values[at], range);
        }
  return pixels;
};

/** Labels of a table; of words their places among `names`. */
const labelsOf = ({ table, columns: { label }, file }: ReadTable, names: readonly string[]): Labels | null => {
  const { values, rows, columns, words } = table;
  if (label.kind === 'none') return null;
  if (label.kind === 'one-hot')
    return oneHotLabels(values, rows, (row, column) => row * columns + label.from + column, label.count);
  if (words === null)
    return labelsOfNumbers(
      Float32Array.from({ length: rows }, (_, row) => values[row * columns + label.from]),
      file.name,
    );
  const places = new Map(names.map((name, i) => [name, i]));
  return labelsOfNumbers(
    words.of.map((word) => places.get(word) ?? -1),
    file.name,
  );
};

/** Tables that say what to send in are no data. */
const isSubmission = (file: SourceFile): boolean => /submission/i.test(baseName(file));

/** Test images of a competition have no labels: they are left out where others have some. */
const withoutUnlabelled = (tables: readonly ReadTable[]): readonly ReadTable[] => {
  const isBare = ({ columns }: ReadTable): boolean => columns.label.kind === 'none';
  return tables.every(isBare) ? tables : tables.filter((table) => !isBare(table));
};

const readFiles = async ({ files, source, options, onProgress }: ReadContext): Promise<Content> => {
  const wanted = files.filter((file) => !isSubmission(file));
  const read: ReadTable[] = [];
  for (const file of wanted) read.push(await readOne(file, { options, onProgress }));
  const tables = withoutUnlabelled(read);
  const left = [
    ...files.filter(isSubmission),
    ...read.filter((table) => !tables.includes(table)).map(({ file }) => file),
  ];
  const values = tables.map(pixelValues);
  const range = rangeOf(values, options, source);
  const words = [...new Set(tables.flatMap(({ table }) => table.words?.of ?? []))].sort();
  const { prefix } = readIdxName({ path: tables[0].file.path.replace(/\.(csv|tsv|txt|data)/i, '') });
  const turned = options.upright === 'yes' || (options.upright === undefined && isEmnist(prefix));
  const parts = tables.map((own, i): Part => {
    const { height, width, channels } = own.shape;
    const pixels = gather(values[i], own.table, own.shape, range);
    const part = {
      name: own.file.name,
      split: own.split,
      pixels,
      labels: labelsOf(own, words),
      count: own.table.rows,
      height,
      width,
      channels,
    };
    return turned ? transposed(part) : part;
  });
  return {
    parts,
    classNames: words.length > 0 ? words : isEmnist(prefix) ? emnistClasses(prefix) : undefined,
    notes: [
      ...new Set(tables.flatMap(notesOf)),
      ...range.notes,
      ...(turned ? ['the pictures were turned upright (#upright=no)'] : []),
      ...(left.length === 0 ? [] : [`without labels, and left out: ${left.map(baseName).join(', ')} (#only=TEXT)`]),
    ],
  };
};

const notesOf = ({ table, columns, shape }: ReadTable): readonly string[] => [
  ...(table.header === null ? [] : ['the first line names the columns (#header=no)']),
  ...columns.notes,
  ...shape.notes,
];

/** Whether first bytes are a line of numbers, under whatever name. */
const isTableHead = (head: Uint8Array): boolean => {
  const [line] = new TextDecoder().decode(head).split(/\r?\n/);
  const cells = line.trim().split(/[\s,;]+/);
  return cells.length >= 8 && cells.slice(0, -1).every((cell) => cell !== '' && Number.isFinite(Number(cell)));
};

/** Tables as text. */
export const csv: Container = {
  id: 'csv',
  label: 'CSV, TSV, blanks',
  doc: 'tables as text, a line for each image; gzipped too',
  cases: [
    ['label and pixels, with a header or without (Kaggle)', 'told by the first two lines (`header`)'],
    ['label first or last', 'told by its name, else by what stands in both columns (`label`)'],
    ['labels as words', 'the classes, in alphabetical order'],
    ['one-hot labels, before or behind the pixels (Semeion)', 'told by their one 1 in each line'],
    ['pixels alone', 'images without labels'],
    ['commas, semicolons, tabs or blanks', 'told by the second line'],
    [
      'square images, grey or in colour',
      'told by the number of columns; others have to be said (`size`, `order`, `colours`)',
    ],
    ['values 0 to 255, 0 to 1, 0 to 16', 'taken as 0 to 255 (`range`)'],
    ['`train.csv` beside `test.csv` without labels and a sample submission', 'the latter two left out'],
    ['EMNIST’s tables', 'turned upright (`upright`)'],
  ],
  options: ['label', 'header', 'size', 'order', 'colours', 'range', 'upright'],
  names: /\.(csv|tsv)$/,
  begins: isTableHead,
  read: readFiles,
};
