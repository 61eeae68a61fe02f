/** Pictures in folders, or in an archive: a folder for each class, `train` and `test` above them or below. */
import { inputError, LatentError, reasonOf } from '../../errors.ts';
import { DECODERS } from '../pictures/list.ts';
import type { Channels } from '../shape.ts';
import type { Container, Content, Part, ReadContext, Split } from './container.ts';
import { type Place, placesOf } from './layout.ts';
import type { ReadOptions } from './options.ts';
import {
  chooseGround,
  type DecodedPicture,
  type FlatPicture,
  flatten,
  isBlank,
  isFaint,
  joinPictures,
  onChosenGround,
  requireOneSize,
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

const decodeFile = async (
  file: SourceFile,
  { options, codecs, pictureDefaults }: ReadContext,
): Promise<DecodedPicture> => {
  if (file.size === 0) throw new Error('it is empty');
  if (file.size > MAX_FILE_BYTES) throw new Error('it is too large');
  const bytes = await file.bytes();
  const decoder = DECODERS.find(({ begins }) => begins(bytes.subarray(0, 32)));
  if (decoder === undefined) throw new Error(wrongContent(bytes.subarray(0, 200))?.what ?? 'it is no picture');
  return flatten(await decoder.decode(bytes, codecs), file.path, { ...pictureDefaults, ...options });
};

interface PlacedPicture extends FlatPicture {
  readonly place: Place;
  readonly isTransparent: boolean;
  readonly isPadded: boolean;
}

interface Decoded {
  readonly pictures: readonly PlacedPicture[];
  readonly failures: readonly Failure[];
  /** Behind what is transparent, and around what is padded. */
  readonly ground: number;
}

/** All pictures on one ground. */
const settled = (
  decoded: readonly (readonly [DecodedPicture, Place])[],
  asked: ReadOptions['ground'],
): Pick<Decoded, 'pictures' | 'ground'> => {
  const ground = asked === undefined ? chooseGround(decoded.map(([picture]) => picture)) : null;
  return {
    pictures: decoded.map(([picture, place]) => ({
      ...(ground === null ? picture.flat : onChosenGround(picture, ground)),
      place,
      isTransparent: picture.isTransparent,
      isPadded: picture.isPadded,
    })),
    ground: ground ?? asked ?? 0,
  };
};

const decodeAll = async (context: ReadContext): Promise<Decoded> => {
  const { files, source, onProgress, options, pictureDefaults } = context;
  const places = placesOf(files);
  const pictures: (readonly [DecodedPicture, Place])[] = [];
  const failures: Failure[] = [];
  let bytes = 0;
  for (const [i, file] of files.entries()) {
    const decoded = await decodeFile(file, context).catch((error: unknown): Failure => {
      // Without a decoder that could not be fetched every picture of its kind would be missing.
      if (error instanceof LatentError && error.code === 'load-failed') throw error;
      return { name: file.path, reason: reasonOf(error) };
    });
    if ('reason' in decoded) failures.push(decoded);
    else {
      pictures.push([decoded, places[i]]);
      bytes += decoded.flat.pixels.length;
    }
    onProgress?.(i + 1, files.length, 'files');
    if (bytes > MAX_BYTES)
      throw inputError('too-large', {
        at: { file: source },
        expected: 'at most 2 GiB of pixels',
        got: `more, after ${i + 1} of ${files.length} pictures`,
        hint: 'bring them to a smaller size: #size=64x64,fit=crop',
      });
  }
  return { ...settled(pictures, options.ground ?? pictureDefaults?.ground), failures };
};

const listed = (names: readonly string[], most = NAMES_SHOWN): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? `, and ${names.length - most} more` : ''}`;

const namesOf = (pictures: readonly FlatPicture[]): readonly string[] => pictures.map(({ name }) => name);

const nothingRead = (source: string, failures: readonly Failure[]) =>
  inputError('pictures-unreadable', {
    at: { file: source },
    expected: `pictures (${DECODERS.map(({ label }) => label).join(', ')})`,
    got: listed(failures.map(({ name, reason }) => `${name}: ${reason}`)),
  });

/** Names of classes in alphabetical order; null where folders say nothing. @throws LatentError (input) `folders-mixed`. */
const classesOf = (pictures: Decoded['pictures'], { options, source }: ReadContext): readonly string[] | null => {
  const names = new Set(pictures.map(({ place }) => place.className));
  if (options.label === 'none' || (names.size === 1 && names.has(null))) return null;
  if (!names.has(null)) return [...names].flatMap((name) => (name === null ? [] : [name])).sort();
  const outside = pictures.filter(({ place }) => place.className === null);
  throw inputError('folders-mixed', {
    at: { file: source },
    expected: 'every picture in the folder of its class',
    got: `${outside.length} of ${pictures.length} outside: ${listed(outside.map(({ name }) => name))}`,
    hint: 'move them, or take all without labels: #label=none',
  });
};

const SPLITS: readonly Split[] = ['train', 'all', 'validation', 'test'];

const partsOf = (
  pictures: Decoded['pictures'],
  classes: readonly string[] | null,
  channels: Channels,
  source: string,
): readonly Part[] =>
  SPLITS.flatMap((split) => {
    const own = pictures.filter(({ place }) => place.split === split);
    if (own.length === 0) return [];
    const [{ height, width }] = own;
    const indices = new Map(classes?.map((name, i) => [name, i]));
    const labels = classes && Uint16Array.from(own, ({ place }) => indices.get(place.className ?? '') ?? 0);
    return [
      { name: source, split, pixels: joinPictures(own, channels), labels, count: own.length, height, width, channels },
    ];
  });

/** What became of transparency: the ground where it was chosen here, and what is hardly seen on it. */
const groundNotes = ({ pictures, ground }: Decoded, { options, pictureDefaults }: ReadContext): readonly string[] => {
  const transparent = pictures.filter(({ isTransparent }) => isTransparent);
  const blank = pictures.filter(isBlank);
  const faint = transparent.filter((picture) => !isBlank(picture) && isFaint(picture));
  const [is, other] = ground === 0 ? ['black', 'white'] : ['white', 'black'];
  const opaque = ground === 0 ? 'light' : 'dark';
  const isChosen = (options.ground ?? pictureDefaults?.ground) === undefined;
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

const notesOf = (
  decoded: Decoded,
  context: ReadContext,
  channels: Channels,
  classes: readonly string[] | null,
): readonly string[] => {
  const { options, beside, pictureDefaults } = context;
  const { pictures, failures } = decoded;
  const grey = pictures.filter((picture) => picture.channels === 1).length;
  const others = beside.filter((file) => NOT_DECODED.test(plainName(file))).map(({ path }) => path);
  return [
    classes === null
      ? 'no labels: no folders tell classes'
      : `each folder is a class: ${listed(classes)} (#label=none)`,
    ...defaultNotes(context),
    ...(channels === 3 && grey > 0
      ? [`${grey} of ${pictures.length} pictures are grey and became colour (#channels=grey)`]
      : []),
    ...groundNotes(decoded, context),
    ...(options.size && (options.fit ?? pictureDefaults?.fit) === undefined
      ? ['other sizes were shrunk to fit and padded (#fit=crop, #fit=stretch)']
      : []),
    ...(others.length > 0 ? [`${others.length} of kinds that are not decoded were left out: ${listed(others)}`] : []),
    ...(failures.length > 0
      ? [
          `${failures.length} could not be read and were left out: ${listed(failures.map(({ name, reason }) => `${name} (${reason})`))}`,
        ]
      : []),
  ];
};

const readFiles = async (context: ReadContext): Promise<Content> => {
  const decoded = await decodeAll(context);
  const { pictures, failures } = decoded;
  if (pictures.length === 0) throw nothingRead(context.source, failures);
  requireOneSize(pictures, context.source);
  const classes = classesOf(pictures, context);
  const channels: Channels = pictures.some((picture) => picture.channels === 3) ? 3 : 1;
  return {
    parts: partsOf(pictures, classes, channels, context.source),
    classNames: classes ?? undefined,
    notes: notesOf(decoded, context, channels, classes),
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
  read: readFiles,
});

/** Folders of pictures; marked so that a page that reads none leaves the decoders out. */
export const pictures: Container = /* @__PURE__ */ definition();
