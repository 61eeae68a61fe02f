/** The tables that commands write for spreadsheets: their columns, their text, and how one is known again. */
import { sweptSettings } from 'latent-plane/internal';

export type CsvCell = string | number | boolean | null | undefined;

/** Of `compare`, a row for each model. New columns come last, so that the others stay where they were. */
const EARLIER_COMPARE_COLUMNS =
  'model,network,recipe,parameters,published,train,test,all,knn_accuracy,trustworthiness,continuity,recognisable,epochs,seconds,findings,label,seed';
export const COMPARE_COLUMNS = `${EARLIER_COMPARE_COLUMNS},code_size,active_units`;

/** `batchSize` to `batch_size`. */
export const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('.', '_');

/** Of a sweep, a row for each job: of the recipe what has an option of its own. What else a sweep varies comes last. */
export const SWEEP_COLUMNS = [
  ...['id', 'network', 'recipe', 'dataset', 'seed'],
  ...sweptSettings.filter(({ option }) => option !== null).map(({ name }) => snakeCase(name)),
  ...['threads', 'state', 'train', 'test', 'all', 'trained_epochs', 'seconds', 'run', 'failure', 'train_images_sha256'],
].join(',');

const isSweepHeader = (columns: string): boolean => {
  const settings = sweptSettings.map(({ name }) => snakeCase(name));
  return (
    columns === SWEEP_COLUMNS ||
    (columns.startsWith(`${SWEEP_COLUMNS},`) &&
      columns
        .slice(SWEEP_COLUMNS.length + 1)
        .split(',')
        .every((column) => settings.includes(column)))
  );
};

const columnsOf = (coordinates: readonly string[]): string => ['index', 'label', ...coordinates].join(',');

/** Where a code is shown on a plane, and how far off it. */
export const PLANE_COLUMNS = ['x', 'y', 'distance'] as const;

/** Of `encode`, a row for each image: `index,label,z1,z2,...`, and with a plane `x,y,distance`. */
export const codeColumns = (size: number, withPlane = false): string =>
  columnsOf([...Array.from({ length: size }, (_, d) => `z${d + 1}`), ...(withPlane ? PLANE_COLUMNS : [])]);

/** As earlier versions wrote them: `x,y` for codes of two numbers, `code1,code2,...` for others. */
const earlierCodeColumns = (size: number): string =>
  columnsOf(size === 2 ? ['x', 'y'] : Array.from({ length: size }, (_, d) => `code${d + 1}`));

const isCodeHeader = (columns: string): boolean => {
  const size = columns.split(',').length - 2;
  const withPlane = size > PLANE_COLUMNS.length ? [codeColumns(size - PLANE_COLUMNS.length, true)] : [];
  return size >= 1 && [codeColumns(size), earlierCodeColumns(size), ...withPlane].includes(columns);
};

const cellText = (cell: CsvCell): string => {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines, the columns first. */
export const csvText = (columns: string, rows: readonly (readonly CsvCell[])[]): string =>
  `${[columns, ...rows.map((row) => row.map(cellText).join(','))].join('\n')}\n`;

/** A row of codes as `encode` writes it: the numbers as JavaScript prints them, no label where there is none. */
const isCodeRow = (line: string, index: number): boolean => {
  const [first, label, ...numbers] = line.split(',');
  const cells = label === '' ? numbers : [label, ...numbers];
  return first === String(index) && cells.every((cell) => String(Number(cell)) === cell);
};

/**
 * Whether a text is one of these tables as it was written: the format has no place for a mark, so the columns and the
 * form of every line tell. What a spreadsheet saved has other line ends or numbers.
 */
export const isOurCsv = (text: string): boolean => {
  const [columns, ...lines] = text.split('\n');
  if (lines.pop() !== '' || text.includes('\r')) return false;
  if ([COMPARE_COLUMNS, EARLIER_COMPARE_COLUMNS].includes(columns) || isSweepHeader(columns)) return true;
  return isCodeHeader(columns) && lines.every(isCodeRow);
};
