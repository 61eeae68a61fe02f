/** What both programs' files have in common: how a person runs the network. */
import { definitionOf } from '../../layers/index.ts';
import { type ResolvedNetwork, takesLabel } from '../../network/index.ts';
import { indented } from './source.ts';
import { codeNames } from './torch-part.ts';

/** What each part gives. */
const GIVES = { encoder: 'codes', decoder: 'reconstructions', classifier: 'probabilities' } as const;

/** The parts of a network as the lines of an example call them. */
export const exampleLines = ({ parts }: ResolvedNetwork): readonly string[] =>
  parts.map((part, i) => {
    const name = parts.length > 1 ? `model.${part.name}` : 'model';
    const heads = codeNames(parts[0]);
    const taken = part.name !== 'decoder' ? 'images' : i > 0 && heads !== null ? heads[0] : 'codes';
    const gives = part.name === 'encoder' ? (heads?.join(', ') ?? 'codes') : GIVES[part.name];
    return `${gives} = ${name}(${takesLabel(part) ? `${taken}, label` : taken})`;
  });

/** What the main lines print: the shape of what each part gives. */
export const shownNames = ({ parts }: ResolvedNetwork): readonly string[] =>
  parts.map((part) => codeNames(part)?.[0] ?? GIVES[part.name]);

/** What enters the first part. */
export const exampleInput = ({ parts }: ResolvedNetwork): string => (parts[0].name === 'decoder' ? 'codes' : 'images');

/** How a code is drawn: what follows `z_mean +`, with the function that makes an exponential. */
const drawnCode = (scale: string, exp: string, noise: string, std: number): string => {
  const deviation = scale === 'z_log_sigma' ? scale : `0.5 * ${scale}`;
  return `z_mean + ${std === 1 ? '' : `${std} * `}${exp}(${deviation}) * ${noise}`;
};

/** The function that draws a code, as training does; nothing of a network whose code is none. @param exp - and `noise`, in the program's words. */
export const sampleFunction = (
  { parts: [encoder] }: ResolvedNetwork,
  exp: string,
  noise: string,
): readonly (readonly string[])[] => {
  const heads = codeNames(encoder);
  if (heads === null) return [];
  const { spec } = encoder.layers[encoder.layers.length - 1];
  return [
    [
      `def sample(${heads.join(', ')}):`,
      ...indented([
        '"""Draws a code from the Gaussian that the encoder gives, as training does."""',
        `return ${drawnCode(heads[1], exp, noise, definitionOf(spec).noiseStd(spec))}`,
      ]),
    ],
  ];
};

/** How a network of both parts gets its code. @param encoded - what calls the encoder. @param isTraining - what tells that it trains. */
export const codedLines = (
  { parts: [encoder] }: ResolvedNetwork,
  encoded: string,
  isTraining: string,
): readonly string[] => {
  const heads = codeNames(encoder);
  return heads === null
    ? [`z = ${encoded}`]
    : [`${heads.join(', ')} = ${encoded}`, `z = sample(${heads.join(', ')}) if ${isTraining} else z_mean`];
};

/** What the class of both parts says of itself. */
export const autoencoderDoc = ({ parts: [encoder] }: ResolvedNetwork): string =>
  codeNames(encoder) === null
    ? '"""Encoder and decoder, one after the other."""'
    : '"""Encoder and decoder; training draws the code, else it is the mean."""';
