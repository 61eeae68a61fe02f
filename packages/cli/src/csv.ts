/** The tables that commands write for spreadsheets: their columns, their text, and how one is known again. */

export type CsvCell = string | number | boolean | null | undefined;

/** Of `compare`, a row for each model. New columns come last, so that the others stay where they were. */
export const COMPARE_COLUMNS =
  'model,network,recipe,parameters,published,train,test,all,knn_accuracy,trustworthiness,continuity,recognisable,epochs,seconds,findings,label,seed';

/** Of a sweep, a row for each job: what stands before the settings of the recipe. */
export const SWEEP_FIRST = 'id,network,recipe,dataset,seed';
/** And what stands after them. */
export const SWEEP_LAST = 'threads,state,train,test,all,trained_epochs,seconds,run,failure,train_images_sha256';

const COORDINATES = ['x', 'y'];

/** Of `encode`, a row for each image: `index,label,x,y`; a code of another size has `code1,code2,...`. */
export const codeColumns = (size: number): string =>
  [
    'index',
    'label',
    ...Array.from({ length: size }, (_, d) => (size === COORDINATES.length ? COORDINATES[d] : `code${d + 1}`)),
  ].join(',');

const cellText = (cell: CsvCell): string => {
  const text = cell === null || cell === undefined ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Lines, the columns first. */
export const csvText = (columns: string, rows: readonly (readonly CsvCell[])[]): string =>
  `${[columns, ...rows.map((row) => row.map(cellText).join(','))].join('\n')}\n`;

/** A row of codes as `encode` writes it: the numbers as JavaScript prints them. */
const isCodeRow = (line: string, index: number): boolean => {
  const [first, ...cells] = line.split(',');
  return first === String(index) && cells.every((cell) => String(Number(cell)) === cell);
};

/**
 * Whether a text is one of these tables as it was written: the format has no place for a mark, so the columns and the
 * form of every line tell. What a spreadsheet saved has other line ends or numbers.
 */
export const isOurCsv = (text: string): boolean => {
  const [columns, ...lines] = text.split('\n');
  if (lines.pop() !== '' || text.includes('\r')) return false;
  if (columns === COMPARE_COLUMNS || (columns.startsWith(`${SWEEP_FIRST},`) && columns.endsWith(`,${SWEEP_LAST}`)))
    return true;
  const size = columns.split(',').length - 2;
  return size >= 1 && columns === codeColumns(size) && lines.every(isCodeRow);
};
