/**
 * Apache Parquet with a column of pictures, as data hubs serve image sets: the bytes of a picture in each row, with a label.
 *
 * Sources: Apache Parquet, https://parquet.apache.org/docs/file-format/; Hugging Face, Datasets features (`Image`, `ClassLabel`).
 */
import type { AsyncBuffer, FileMetaData, SchemaTree } from 'hyparquet';
import * as v from 'valibot';
import { inputError, reasonOf } from '../../errors.ts';
import type { Container, ReadContext, StoredContent, StoredPart } from './container.ts';
import { readPictures } from './pictures.ts';
import { MAX_FILE_BYTES, memoryFile, plainName, type SourceFile } from './source.ts';

/** More rows than any set of pictures within two gigabytes has. */
const MAX_ROWS = 5_000_000;

/** Names of columns that hold labels, in order of preference. */
const LABELS = ['label', 'labels', 'fine_label', 'coarse_label', 'class', 'target', 'y', 'category'] as const;

const features = v.object({
  info: v.object({
    features: v.record(v.string(), v.object({ _type: v.optional(v.string()), names: v.optional(v.array(v.string())) })),
  }),
});

/** What Hugging Face wrote of the columns; undefined where it wrote nothing, or something else. */
const featuresOf = (text: string): v.InferOutput<typeof features>['info']['features'] | undefined => {
  try {
    const parsed = v.safeParse(features, JSON.parse(text));
    return parsed.success ? parsed.output.info.features : undefined;
  } catch {
    return undefined;
  }
};

/** A picture in a row: its bytes alone, or with the name that its file had. */
const pictureCell = v.union([
  v.pipe(
    v.instance(Uint8Array),
    v.transform((bytes) => ({ bytes })),
  ),
  v.object({ bytes: v.instance(Uint8Array) }),
]);
const labelCell = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  v.pipe(
    v.bigint(),
    v.minValue(0n),
    v.maxValue(65_535n),
    v.transform((value) => Number(value)),
  ),
  v.string(),
]);

interface Columns {
  readonly image: string;
  readonly label: string | null;
  /** By the label's number, where the file names them. */
  readonly names: readonly string[] | null;
}

const damaged = (file: SourceFile, error: unknown) =>
  inputError('parquet', {
    at: { file: file.name },
    expected: 'a Parquet file',
    // Whoever trips over what is not there says something about itself, not about the file.
    got:
      error instanceof TypeError || error instanceof RangeError ? 'one that is damaged' : reasonOf(error).slice(0, 200),
    hint: 'fetch or write it again',
  });

const isPicture = ({ element, children }: SchemaTree): boolean =>
  children.some((child) => child.element.name === 'bytes' && child.element.type === 'BYTE_ARRAY') ||
  (element.type === 'BYTE_ARRAY' &&
    element.converted_type !== 'UTF8' &&
    element.logical_type?.type !== 'STRING' &&
    children.length === 0);

const columnsOf = (file: SourceFile, tree: SchemaTree, metadata: FileMetaData, context: ReadContext): Columns => {
  const { label: wanted, labels = 'fine' } = context.options;
  const names = tree.children.map(({ element }) => element.name);
  const image = tree.children.find(isPicture)?.element.name;
  if (image === undefined)
    throw inputError('parquet-columns', {
      at: { file: file.name },
      expected: 'a column with the bytes of pictures',
      got: `columns ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}`,
      hint: 'save the numbers as .csv or .npy, or the pictures in folders (docs/images.md)',
    });
  const known = LABELS.filter((name) => names.includes(name));
  const label = wanted === 'none' ? undefined : (known.find((name) => name.startsWith(labels)) ?? known[0]);
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value ?? '';
  const stated = featuresOf(text);
  return { image, label: label ?? null, names: (label === undefined ? undefined : stated?.[label]?.names) ?? null };
};

/** `train-00000-of-00002.parquet` is of the split that its name begins with. */
const splitFolder = (file: SourceFile): string =>
  /^(train|test|validation|valid|val)\b/.exec(plainName(file))?.[1] ?? '';

interface Row {
  readonly bytes: Uint8Array;
  readonly label: number | string | null;
}

const readRows = async (file: SourceFile, context: ReadContext): Promise<{ rows: Row[]; columns: Columns }> => {
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const source: AsyncBuffer = {
    byteLength: file.size,
    slice: async (from, to = file.size) => Uint8Array.from(await file.read(from, to)).buffer,
  };
  const metadata = await parquetMetadataAsync(source).catch((error: unknown) => {
    throw damaged(file, error);
  });
  const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  const count = Number(metadata.num_rows);
  if (!(count > 0 && count <= MAX_ROWS && unpacked <= MAX_FILE_BYTES))
    throw inputError('file-oversized', {
      at: { file: file.name },
      expected: `1 to ${MAX_ROWS} rows of at most ${MAX_FILE_BYTES} bytes together`,
      got: `${count} rows of ${unpacked} bytes`,
      hint: 'save its pictures in a folder for each class, and pack it: npx latent data pack FOLDER --out PACK',
    });
  const columns = columnsOf(file, parquetSchema(metadata), metadata, context);
  const { image, label } = columns;
  const wanted = label === null ? [image] : [image, label];
  if (metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0) !== count)
    throw damaged(file, new Error(`its groups do not have ${count} rows together`));
  const found: unknown[] = [];
  let done = 0;
  for (const group of metadata.row_groups) {
    const rowStart = found.length;
    const rowEnd = rowStart + Number(group.num_rows);
    const shape = { columns: wanted, rowStart, rowEnd, utf8: false, geoparquet: false };
    const rows = await parquetReadObjects({ file: source, metadata, compressors, ...shape }).catch((error: unknown) => {
      throw damaged(file, error);
    });
    for (const row of rows) found.push(row);
    done += Number(group.total_byte_size);
    context.onProgress?.(done, unpacked, 'bytes');
  }
  const row = v.object({ [image]: pictureCell, ...(label === null ? {} : { [label]: labelCell }) });
  const rows = found.map((each, i): Row => {
    const parsed = v.safeParse(row, each);
    if (!parsed.success)
      throw inputError('parquet-row', {
        at: { file: file.name, subject: `row ${i}` },
        expected: `the bytes of a picture in "${image}"${label === null ? '' : ` and a label in "${label}": a whole number of 0 or more, or a name`}`,
        got: `none in "${String(parsed.issues[0].path?.[0]?.key ?? image)}"`,
        hint: 'leave such rows out, or take the pictures without labels: #label=none',
      });
    const cells: Readonly<Record<string, unknown>> = parsed.output;
    const picture = v.parse(pictureCell, cells[image]);
    return { bytes: picture.bytes, label: label === null ? null : v.parse(labelCell, cells[label]) };
  });
  return { rows, columns };
};

const sorted = (labels: ReadonlySet<number | string>): readonly (number | string)[] =>
  [...labels].sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1));

/** Folders that sort as the labels do. */
const folderOf = (index: number): string => `class-${String(index).padStart(5, '0')}`;

const readFiles = async (context: ReadContext): Promise<StoredContent> => {
  const given: SourceFile[] = [];
  const labels: (number | string | null)[] = [];
  const found: Columns[] = [];
  const read: { readonly file: SourceFile; readonly rows: readonly Row[] }[] = [];
  for (const file of context.files) {
    const { rows, columns } = await readRows(file, context);
    found.push(columns);
    read.push({ file, rows });
    for (const { label } of rows) labels.push(label);
  }
  const names = found.find((columns) => columns.names !== null)?.names ?? null;
  const { label, image } = found[0];
  const present = sorted(new Set(labels.flatMap((each) => (each === null ? [] : [each]))));
  const isNumbered = present.every((each) => typeof each === 'number');
  const indexOf = new Map(present.map((each, i) => [each, isNumbered && typeof each === 'number' ? each : i]));
  for (const { file, rows } of read) {
    const split = splitFolder(file);
    for (const [i, row] of rows.entries()) {
      const folder = row.label === null ? '' : folderOf(indexOf.get(row.label) ?? 0);
      const path = [split, folder, `${plainName(file)}-${String(i).padStart(7, '0')}`].filter((part) => part !== '');
      given.push(memoryFile(path.join('/'), row.bytes, `${file.name}, row ${i}`));
    }
  }
  const content = await readPictures({ ...context, files: given, beside: [] });
  // The folders that the labels became are numbered from 0; their numbers are the labels.
  const numbers = content.classNames?.map((name) => Number(name.slice('class-'.length)));
  const withLabels = (part: StoredPart): StoredPart => ({
    ...part,
    labels: part.labels && numbers ? Uint16Array.from(part.labels, (index) => numbers[index]) : null,
  });
  const classNames = names ?? (isNumbered ? undefined : present.map(String));
  return {
    parts: content.parts.map(withLabels),
    ...(classNames === undefined || numbers === undefined ? {} : { classNames }),
    notes: [
      `pictures out of the column "${image}"`,
      label === null
        ? `no labels: no column is called ${LABELS.slice(0, -1).join(', ')} or ${LABELS.at(-1)}`
        : `labels out of the column "${label}" (#label=none)`,
      ...content.notes.filter((text) => !/^(no labels|each folder is a class)/.test(text)),
    ],
  };
};

/** Parquet files of pictures. */
export const parquet: Container = {
  id: 'parquet',
  label: 'Parquet',
  doc: 'Apache Parquet with a column of pictures, as data hubs serve image sets',
  cases: [
    ['a column of bytes, or of bytes and path', 'a picture each, decoded as those of folders'],
    ['a column `label`, `labels`, `fine_label`, `class`, ...', 'the label, a number or a name (`label=none`)'],
    ['names of classes that Hugging Face wrote into the file', 'taken'],
    ['`train-00000-of-00002.parquet`, `test-...`, `validation-...`', 'joined, the split after the name'],
    ['uncompressed, Snappy, gzip, Brotli, Zstandard, LZ4', 'unpacked'],
    ['a table of numbers', 'refused with its columns'],
  ],
  options: ['label', 'labels', 'size', 'fit', 'channels', 'ground'],
  names: /\.parquet$/,
  begins: (head) => new TextDecoder().decode(head.subarray(0, 4)) === 'PAR1',
  read: readFiles,
};
