/** docs/images.md, made of the list of containers and the table of options. */
import { DATASETS, type DatasetEntry, datasetFiles } from '../../registry.ts';
import { CONTAINERS } from '../list.ts';
import { READ_OPTIONS } from '../options.ts';

const intro = `# Images

<!-- Made of packages/core/src/images/readers by page.test.ts; changes there come here with
     npx vitest run packages/core/src/images/readers/page.test.ts -u -->

Wherever a DATASET is asked for (\`--dataset\`, \`latent data\`), it may be [a name](#data-sets-known-by-name), a folder, an
archive, or a file. What it holds is told by names and first bytes; whatever is guessed on the way is said on standard error as a
\`note:\`, and as \`notes\` in \`latent data PATH --json\`. Behind \`#\` a guess is overruled:

\`\`\`
latent data digits.csv
latent data 'digits.csv#label=last,size=8x8'
latent train convdense-2 --dataset 'photos#size=64x64,fit=crop,channels=grey'
\`\`\`

Images become bytes, 0 (black) to 255 (white), in grey or in red, green and blue. Of images without a test set a seeded share is
held out, of each class alike. A file \`classes.txt\` beside them may name the classes, a line each, that of label 0 first. An
archive (\`.zip\`, \`.tar\`, \`.tar.gz\`, \`.tgz\`) counts as the folder that it would be, without its links; files may be gzipped,
whatever their names say. Of a zip and of a plain tar each file is unpacked when it is read; the files of a gzipped tar are kept in
memory, 2 GiB of them at most.

No image is inverted on its own. The ground of a set is light where the median of the pixels along the borders of all images is
above 127 (of colour, their luma): a note says so, with how many images have a light border and how many a dark one, and
\`#polarity=invert\` inverts all of them.

\`#without=7\` leaves out the images of a class, \`#classes=cat+dog\` keeps those of some alone, behind a name too
(\`mnist#without=7\`). Classes are named or numbered, keep their numbers, and the split stays as it is; a note says how many images are
left.

Test images that also stand among the training images, number by number, are counted; where there are any a note says how many
(\`latent data\` says it of data known by name too).

In the page's Train view the same readers take whatever is dropped or chosen there. Pictures are brought to the size and the channels of
the network where no option says another; options stand in a form under the images.

In place of data, a Git LFS pointer, an HTML or XML page, a pickle, HDF5, a model, or an archive other than zip and tar is named as what it is.
`;

const named = `## Data sets known by name

\`mnist\` comes with the package. The others are fetched at first use into a cache, from their publisher or a mirror, in one
go or in several, and are used only where the checksum is the published one. \`LATENT_PLANE_MIRROR\` names other addresses,
\`LATENT_PLANE_CACHE\` another folder (\`latent data --help\`). All of EMNIST comes in one archive, which is fetched once; its pictures
are turned upright.`;

const grouped = (count: number): string => count.toLocaleString('en-US');

const namedRow = (entry: DatasetEntry): string => {
  const { name, title, licence, classNames, trainCount, testCount, height, width, channels } = entry;
  const megabytes = Math.round(datasetFiles(entry).reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  const size = `${height} x ${width}${channels === 1 ? '' : ', in colour'}`;
  const classes = classNames.filter((each) => each !== '(none)').length;
  return `| \`${name}\` | ${title} | ${grouped(trainCount)} + ${grouped(testCount)} | ${size} | ${classes} | ${licence} | ${megabytes} MB |`;
};

const namedTable = [
  '| name | what | training + test images | size | classes | licence | download |',
  '|---|---|---|---|---|---|---|',
  ...DATASETS.map(namedRow),
].join('\n');

const containers = CONTAINERS.map(({ id, label, doc, cases, options }) =>
  [
    `## ${label}`,
    `\`container=${id}\`: ${doc}.`,
    ['| what | how it is read |', '|---|---|', ...cases.map(([what, how]) => `| ${what} | ${how} |`)].join('\n'),
    options.length === 0 ? '' : `Options: ${options.map((option) => `\`${option}\``).join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n'),
);

const packs = `## More than memory holds

\`latent data pack SOURCE --out PACK\` writes images of one size, with their labels and their split, into a folder of shards: pixels,
labels and a checksum of each image. A pack is a DATASET like any other. One of more than 1,024 MiB of pixels
(\`LATENT_PLANE_MEMORY\` says another number) stays on the disk: a training reads the images of each batch, in the seeded order that
it would have in memory, and so computes the same bytes; what else looks at images takes 20,000 of a split, evenly spread, and says
so. Losses that compare all images are refused then. In a long epoch the state is saved each minute.

Folders and zips of pictures, \`.npy\` and IDX files that are not gzipped are packed piece by piece, however large they are; pictures
are decoded twice for it, once to see what they have in common. Other containers are read whole first, up to 2 GiB. An image that is
not what was packed is named as it is read; what was decided when the images were packed is in \`notes\` of \`pack.json\`.

\`\`\`
latent data pack 'photos#size=64x64,fit=crop' --out photos-pack
latent train mine.yaml --dataset photos-pack
\`\`\``;

const optionRows = Object.entries(READ_OPTIONS).map(([id, { takes, doc }]) => {
  const own = CONTAINERS.filter(({ options }) => options.some((option) => option === id)).map(
    (container) => container.id,
  );
  return `| \`${id}\` | ${takes} | ${doc} | ${own.length === 0 ? 'all' : own.join(', ')} |`;
});

/** The page. */
export const imagesPage = (): string =>
  [
    intro,
    named,
    namedTable,
    ...containers,
    packs,
    ['## Options', ['| option | takes | | of |', '|---|---|---|---|', ...optionRows].join('\n')].join('\n\n'),
    'Where commas part data sets, as in a grid of `latent sweep`, `&` stands between options. A path that holds `#` itself is taken as it is where something lies there. What an option says is recorded with a run, as part of its DATASET.',
  ].join('\n\n');
