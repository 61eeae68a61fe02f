/** Text that a written Python file is made of. */
import { LABEL_INPUT } from '../../layers/index.ts';
import { type ResolvedNetwork, type ResolvedPart, takesLabel } from '../../network/index.ts';
import type { Shape } from '../../tensor/index.ts';

/** Words of a person within a docstring or a comment: what would end or escape it is replaced. */
export const plainText = (words: string): string =>
  words
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/"/g, "'")
    .replace(/\\/g, '/')
    .trim();

/** `[n, 32, 32, 3]` */
export const shapeText = (shape: Shape): string => `[n, ${shape.join(', ')}]`;

/** Lines that stand deeper by so many steps. */
export const indented = (lines: readonly string[], steps = 1): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${'    '.repeat(steps)}${line}`));

/** Names of the classes of the parts. */
export const CLASS_NAMES = { encoder: 'Encoder', decoder: 'Decoder', classifier: 'Classifier' } as const;

/** The class that is the whole of what is written. */
export const mainClass = ({ parts }: ResolvedNetwork): string =>
  parts.length > 1 ? 'Autoencoder' : CLASS_NAMES[parts[0].name];

/** How many classes a label is one of; null where no part of it takes one. */
export const labelClasses = ({ parts }: Pick<ResolvedNetwork, 'parts'>): number | null => {
  const layer = parts.flatMap(({ layers }) => layers).find(({ inputs }) => inputs.includes(LABEL_INPUT));
  return layer ? layer.inputShapes[layer.inputs.indexOf(LABEL_INPUT)][0] : null;
};

/** What goes by the name of an image's shape. */
const imageWords = (shape: Shape): string =>
  shape.length === 3 ? `${shapeText(shape)}: rows, columns, channels` : `${shapeText(shape)}: pixels in a row`;

const takesAndGives = (part: ResolvedPart): string => {
  const [from, to] = [shapeText(part.inputShape), shapeText(part.outputShape)];
  switch (part.name) {
    case 'encoder':
      return `The encoder takes images of shape ${imageWords(part.inputShape)}, and gives codes ${to}.`;
    case 'decoder':
      return `The decoder takes codes ${from} and gives images of shape ${imageWords(part.outputShape)}.`;
    case 'classifier':
      return `It takes images of shape ${imageWords(part.inputShape)}, and gives a probability for each class ${to}.`;
  }
};

const labelWords = (parts: readonly ResolvedPart[], classes: number): string => {
  const takers = parts.filter(takesLabel).map(({ name }) => name);
  return `The label of an image is one-hot, [n, ${classes}], and goes to the ${takers.join(' and the ')}.`;
};

interface DocOptions {
  readonly program: string;
  readonly weightsFile: string;
  readonly module: string;
  /** What has to be installed. */
  readonly packages: string;
  /** Lines of an example, behind the import and `model = load()`. */
  readonly example: readonly string[];
  /** Sentences that belong to the program alone. */
  readonly notes: readonly string[];
}

/** The docstring of a written file. */
export const docstring = (network: ResolvedNetwork, options: DocOptions): readonly string[] => {
  const { program, weightsFile, module, packages, example, notes } = options;
  const { spec, parts } = network;
  const classes = labelClasses(network);
  return [
    `"""${plainText(spec.title)} (${spec.id}) in ${program}, written by Latent Plane.`,
    '',
    ...parts.map(takesAndGives),
    'Pixels are numbers from 0 (black) to 1 (white), channels last.',
    ...(classes === null ? [] : [labelWords(parts, classes)]),
    ...notes,
    `The trained weights are in ${weightsFile} beside this file.`,
    '',
    `    pip install ${packages}`,
    `    python ${module}.py`,
    '',
    `    from ${module} import load`,
    '    model = load()',
    ...indented(example),
    '"""',
  ];
};
