/** Pictures in folders, or in an archive: a folder for each class, `train` and `test` above them or below. */
import { inputError, internalError, LatentError, reasonOf } from '../../errors.ts';
import { DECODERS } from '../pictures/list.ts';
import type { Channels } from '../shape.ts';
import type { Container, EachContent, ReadContext, Split, StoredContent, StoredPart } from './container.ts';
import { type Place, placesOf } from './layout.ts';
import {
  chooseGround,
  type DecodedPicture,
  type FlatPicture,
  flatten,
  type Ground,
  joinPictures,
  onChosenGround,
  requireOneSize,
  type SeenPicture,
  seen,
} from './picture-set.ts';
import { MAX_FILE_BYTES, plainName, type SourceFile } from './source.ts';
import { wrongContent } from './wrong-content.ts';

/** Kinds of pictures that nothing here decodes. */
const NOT_DECODED = /\.(svg|heic|heif|jxl|psd|ico|jp2|raw|dng|cr2|nef|pdf|eps)$/;

/** As many bytes of pixels as one set may have. */
const MAX_BYTES = 2 ** 31 - 1;
const NAMES_SHOWN = 5;
/** Of pictures that came out blank. */
const BLANK_SHOWN = 3;

interface Failure {
  readonly name: string;
  readonly reason: string;
}

const bytesOf = async (file: SourceFile): Promise<Uint8Array> => {
  if (file.size === 0) throw new Error('it is empty');
  if (file.size > MAX_FILE_BYTES) throw new Error('it is too large');
  return file.bytes();
};

/** Files that are read while another is decoded. */
const AHEAD = 4;

/** The bytes of files, each asked for in turn: those of the next ones are on their way. */
const readAhead = (files: readonly SourceFile[]): ((i: number) => Promise<Uint8Array>) => {
  const pending = new Map<number, Promise<Uint8Array>>();
  return (i) => {
    for (let next = i; next <= i + AHEAD && next < files.length; next++) {
      if (pending.has(next)) continue;
      const bytes = bytesOf(files[next]);
      bytes.catch(() => undefined); // whoever asks for the file is told
      pending.set(next, bytes);
    }
    const bytes = pending.get(i) ?? bytesOf(files[i]);
    pending.delete(i);
    return bytes;
  };
};

const decodeFile = async (
  file: SourceFile,
  { options, codecs, pictureDefaults }: ReadContext,
  read: () => Promise<Uint8Array> = () => bytesOf(file),
): Promise<DecodedPicture> => {
  const bytes = await read();
  const decoder = DECODERS.find(({ begins }) => begins(bytes.subarray(0, 32)));
  if (decoder === undefined) throw new Error(wrongContent(bytes.subarray(0, 200))?.what ?? 'it is no picture');
  return flatten(await decoder.decode(bytes, codecs), file.path, { ...pictureDefaults, ...options });
};

interface PlacedPicture extends SeenPicture {
  readonly file: SourceFile;
  readonly split: Place;
}

interface Decoded {
  readonly pictures: readonly PlacedPicture[];
  readonly failures: readonly Failure[];
  /** Behind what is transparent, and around what is padded. */
  readonly ground: number;
  /** Null where it was said. */
  readonly chosen: Ground | null;
}

/** Decodes all pictures, one after another. @param keep - told each with its pixels. */
const decodeAll = async (context: ReadContext, keep?: (picture: DecodedPicture) => void): Promise<Decoded> => {
  const { files, onProgress, options, pictureDefaults } = context;
  const places = placesOf(files);
  const asked = options.ground ?? pictureDefaults?.ground;
  const pictures: PlacedPicture[] = [];
  const failures: Failure[] = [];
  const read = readAhead(files);
  for (const [i, file] of files.entries()) {
    const decoded = await decodeFile(file, context, () => read(i)).catch((error: unknown): Failure => {
      // Without a decoder that could not be fetched every picture of its kind would be missing.
      if (error instanceof LatentError && error.code === 'load-failed') throw error;
      return { name: file.path, reason: reasonOf(error) };
    });
    if ('reason' in decoded) failures.push(decoded);
    else {
      pictures.push({ ...seen(decoded, asked === undefined), file, split: places[i] });
      keep?.(decoded);
    }
    onProgress?.(i + 1, files.length, 'files');
  }
  const chosen = asked === undefined && pictures.length > 0 ? chooseGround(pictures) : null;
  return { pictures, failures, ground: chosen ?? asked ?? 0, chosen };
};

/** Pixels lie together in pieces of so many bytes, which systems take back at once, as they do not of 100,000 small ones. */
const PIECE_BYTES = 2 ** 26;

const packer = () => {
  let piece = new Uint8Array(0);
  let used = 0;
  return (picture: FlatPicture): FlatPicture => {
    const { length } = picture.pixels;
    if (used + length > piece.length) {
      piece = new Uint8Array(Math.max(PIECE_BYTES, length));
      used = 0;
    }
    const pixels = piece.subarray(used, used + length);
    pixels.set(picture.pixels);
    used += length;
    return { ...picture, pixels };
  };
};

/** The pixels of pictures as they are decoded, no more than an array holds. */
const keeper = ({ source, files }: ReadContext) => {
  const kept: DecodedPicture[] = [];
  const pack = packer();
  let bytes = 0;
  return {
    kept,
    keep: (picture: DecodedPicture): void => {
      const { flat, onWhite } = picture;
      kept.push({ ...picture, flat: pack(flat), ...(onWhite && { onWhite: pack(onWhite) }) });
      bytes += picture.flat.pixels.length;
      if (bytes > MAX_BYTES)
        throw inputError('too-large', {
          at: { file: source },
          expected: 'at most 2 GiB of pixels',
          got: `more, after ${kept.length} of ${files.length} pictures`,
          hint: 'bring them to a smaller size (#size=64x64,fit=crop), or pack them: npx latent data pack SOURCE --out PACK',
        });
    },
  };
};

const listed = (names: readonly string[], most = NAMES_SHOWN): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? `, and ${names.length - most} more` : ''}`;

const namesOf = (pictures: readonly PlacedPicture[]): readonly string[] => pictures.map(({ name }) => name);

const nothingRead = (source: string, failures: readonly Failure[]) =>
  inputError('pictures-unreadable', {
    at: { file: source },
    expected: `pictures (${DECODERS.map(({ label }) => label).join(', ')})`,
    got: listed(failures.map(({ name, reason }) => `${name}: ${reason}`)),
  });

/** Names of classes in alphabetical order; null where folders say nothing. @throws LatentError (input) `folders-mixed`. */
const classesOf = (pictures: Decoded['pictures'], { options, source }: ReadContext): readonly string[] | null => {
  const names = new Set(pictures.map(({ split }) => split.className));
  if (options.label === 'none' || (names.size === 1 && names.has(null))) return null;
  if (!names.has(null)) return [...names].flatMap((name) => (name === null ? [] : [name])).sort();
  const outside = pictures.filter(({ split }) => split.className === null);
  throw inputError('folders-mixed', {
    at: { file: source },
    expected: 'every picture in the folder of its class',
    got: `${outside.length} of ${pictures.length} outside: ${listed(outside.map(({ name }) => name))}`,
    hint: 'move them, or take all without labels: #label=none',
  });
};

const SPLITS: readonly Split[] = ['train', 'all', 'validation', 'test'];

/** Which pictures, by their places in the list, belong to each split, and their labels. */
const splitsOf = (
  pictures: Decoded['pictures'],
  classes: readonly string[] | null,
): readonly { readonly split: Split; readonly indices: readonly number[]; readonly labels: Uint16Array | null }[] => {
  const numbers = new Map(classes?.map((name, i) => [name, i]));
  return SPLITS.flatMap((split) => {
    const indices = pictures.flatMap((picture, i) => (picture.split.split === split ? [i] : []));
    if (indices.length === 0) return [];
    const labelOf = (i: number): number => numbers.get(pictures[i].split.className ?? '') ?? 0;
    return [{ split, indices, labels: classes && Uint16Array.from(indices, labelOf) }];
  });
};

/** What became of transparency: the ground where it was chosen here, and what is hardly seen on it. */
const groundNotes = ({ pictures, ground, chosen }: Decoded): readonly string[] => {
  const transparent = pictures.filter(({ isTransparent }) => isTransparent);
  const look = ({ onBlack, onWhite }: PlacedPicture) => (chosen === 255 ? onWhite : onBlack);
  const blank = pictures.filter((picture) => look(picture).isBlank);
  const faint = transparent.filter((picture) => !look(picture).isBlank && look(picture).isFaint);
  const [is, other] = ground === 0 ? ['black', 'white'] : ['white', 'black'];
  const opaque = ground === 0 ? 'light' : 'dark';
  const isChosen = chosen !== null;
  return [
    ...(transparent.length > 0 && isChosen
      ? [
          `${transparent.length} of ${pictures.length} pictures are transparent in places: laid on ${is}, since what is opaque in them is ${opaque} on the whole (#ground=${255 - ground} lays them on ${other})`,
        ]
      : []),
    ...(transparent.length === 0 && isChosen && ground !== 0
      ? ['padded with white, since the ground of the pictures is light (#ground=0)']
      : []),
    ...(blank.length > 0
      ? [
          `${blank.length} of ${pictures.length} came out blank, all their pixels equal: ${listed(namesOf(blank), BLANK_SHOWN)}`,
        ]
      : []),
    ...(faint.length > 0
      ? [
          `${faint.length} of ${pictures.length} hardly stand out from their ground: ${listed(namesOf(faint), BLANK_SHOWN)} (#ground=${ground === 0 ? 255 : 0})`,
        ]
      : []),
  ];
};

/** What the caller had pictures brought to, where no option says it. */
const defaultNotes = ({ options, pictureDefaults = {} }: ReadContext): readonly string[] => {
  const { size, fit = 'pad', channels } = pictureDefaults;
  const how = { pad: 'shrunk where they are larger and padded', crop: 'cropped', stretch: 'stretched' }[fit];
  const otherFits = (['pad', 'crop', 'stretch'] as const).filter((word) => word !== fit);
  return [
    ...(size !== undefined && options.size === undefined
      ? [
          `pictures are brought to ${size.height} x ${size.width} (#size=HxW)${options.fit === undefined ? `, ${how} (${otherFits.map((word) => `#fit=${word}`).join(', ')})` : ''}`,
        ]
      : []),
    ...(channels !== undefined && options.channels === undefined
      ? [`pictures are taken in ${channels} (#channels=${channels === 'grey' ? 'colour' : 'grey'})`]
      : []),
  ];
};

/** Files that gave no picture. */
const leftOutNotes = ({ failures }: Decoded, { beside }: ReadContext): readonly string[] => {
  const others = beside.filter((file) => NOT_DECODED.test(plainName(file))).map(({ path }) => path);
  return [
    ...(others.length > 0 ? [`${others.length} of kinds that are not decoded were left out: ${listed(others)}`] : []),
    ...(failures.length > 0
      ? [
          `${failures.length} could not be read and were left out: ${listed(failures.map(({ name, reason }) => `${name} (${reason})`))}`,
        ]
      : []),
  ];
};

const notesOf = (
  decoded: Decoded,
  context: ReadContext,
  channels: Channels,
  classes: readonly string[] | null,
): readonly string[] => {
  const { options, pictureDefaults } = context;
  const { pictures } = decoded;
  const grey = pictures.filter((picture) => picture.channels === 1).length;
  return [
    classes === null
      ? 'no labels: no folders tell classes'
      : `each folder is a class: ${listed(classes)} (#label=none)`,
    ...defaultNotes(context),
    ...(channels === 3 && grey > 0
      ? [`${grey} of ${pictures.length} pictures are grey and became colour (#channels=grey)`]
      : []),
    ...groundNotes(decoded),
    ...(options.size && (options.fit ?? pictureDefaults?.fit) === undefined
      ? ['other sizes were shrunk to fit and padded (#fit=crop, #fit=stretch)']
      : []),
    ...leftOutNotes(decoded, context),
  ];
};

/** What all pictures share, once all were seen. @throws LatentError (input) where they are no set. */
const settled = (decoded: Decoded, context: ReadContext) => {
  const { pictures, failures } = decoded;
  if (pictures.length === 0) throw nothingRead(context.source, failures);
  requireOneSize(pictures, context.source);
  const classes = classesOf(pictures, context);
  const channels: Channels = pictures.some((picture) => picture.channels === 3) ? 3 : 1;
  const [{ height, width }] = pictures;
  return {
    shape: { height, width, channels },
    splits: splitsOf(pictures, classes),
    facts: {
      ...(classes === null ? {} : { classNames: classes }),
      notes: notesOf(decoded, context, channels, classes),
    },
  };
};

/** @param pictureAt - decoded, by its place among those that could be. */
const contentOf = (
  decoded: Decoded,
  context: ReadContext,
  pictureAt: (i: number) => DecodedPicture | Promise<DecodedPicture>,
): StoredContent => {
  const { shape, splits, facts } = settled(decoded, context);
  const { chosen } = decoded;
  const read = async (i: number): Promise<FlatPicture> => {
    const picture = await pictureAt(i);
    return chosen === null ? picture.flat : onChosenGround(picture, chosen);
  };
  const parts = splits.map(
    ({ split, indices, labels }): StoredPart => ({
      ...{ name: context.source, split, labels, count: indices.length },
      names: indices.map((i) => decoded.pictures[i].name),
      ...shape,
      read: async (numbers, into) => {
        const own: FlatPicture[] = [];
        for (const number of numbers) own.push(await read(indices[number]));
        into.set(joinPictures(own.length, (at) => own[at], shape));
      },
    }),
  );
  return { ...facts, parts };
};

/**
 * Pictures in files; once decoded each is kept until it is read into a set, which can be done once.
 *
 * @throws LatentError (input) as `Container.read`.
 */
export const readPictures = async (context: ReadContext): Promise<StoredContent> => {
  const { kept, keep } = keeper(context);
  const decoded = await decodeAll(context, keep);
  const left: (DecodedPicture | null)[] = kept;
  return contentOf(decoded, context, (i) => {
    const picture = left[i];
    if (picture === null) throw internalError(`picture ${i} was read before`);
    left[i] = null;
    return picture;
  });
};

/** Pictures are decoded twice: once to see what they have in common, once as they are asked for. */
const openFiles = async (context: ReadContext): Promise<StoredContent> => {
  const decoded = await decodeAll(context);
  return contentOf(decoded, context, (i) => decodeFile(decoded.pictures[i].file, context));
};

/** Each at its own size, grey or in colour as it is. */
const readEach = async (context: ReadContext): Promise<EachContent> => {
  const { kept, keep } = keeper(context);
  const decoded = await decodeAll(context, keep);
  const { failures, chosen } = decoded;
  if (kept.length === 0) throw nothingRead(context.source, failures);
  return {
    images: kept.map((picture) => {
      const { name, ...image } = chosen === null ? picture.flat : onChosenGround(picture, chosen);
      return { name, image: { ...image, labels: new Uint8Array(1), count: 1 } };
    }),
    isLabelled: false,
    notes: [...defaultNotes(context), ...groundNotes(decoded), ...leftOutNotes(decoded, context)],
  };
};

const definition = (): Container => ({
  id: 'pictures',
  label: 'pictures in folders',
  doc: 'a picture for each image, a folder for each class; in an archive too',
  cases: [
    ...DECODERS.map(({ label, doc }) => [label, doc] as const),
    ['a folder for each class', 'its name is the class’s (`label=none`)'],
    ['`train`, `val`, `test` above the classes or below', 'the split; validation joins training'],
    ['no folders', 'images without labels'],
    [
      'opacity',
      'laid on one ground for the whole set (`ground`): on white where the mean brightness of what is opaque in those pictures, each pixel counted by its opacity and each picture alike, is below 127.5, else on black',
    ],
    [
      'padding',
      'of the same ground; where nothing is transparent, white where the ground of the pictures themselves is light, else black',
    ],
    ['pictures that come out blank', 'all pixels equal: counted, and the first named'],
    ['grey and colour', 'grey where all are (`channels`)'],
    ['several sizes', 'refused with their counts; `size` and `fit` bring them to one'],
    ['damaged, empty, not a picture', 'left out, counted and named'],
    ['hidden files, `__MACOSX`', 'left out'],
  ],
  options: ['label', 'size', 'fit', 'channels', 'ground'],
  names: new RegExp(`\\.(${DECODERS.flatMap(({ extensions }) => extensions).join('|')})$`),
  begins: (head) => DECODERS.some(({ begins }) => begins(head)),
  read: readPictures,
  open: openFiles,
  readEach,
});

/** Folders of pictures; marked so that a page that reads none leaves the decoders out. */
export const pictures: Container = /* @__PURE__ */ definition();
