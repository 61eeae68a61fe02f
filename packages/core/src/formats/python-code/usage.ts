/** What both programs' files have in common: how a person runs the network. */
import { type ResolvedNetwork, takesLabel } from '../../network/index.ts';
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
export const drawnCode = (scale: string, exp: string, noise: string, std: number): string => {
  const deviation = scale === 'z_log_sigma' ? scale : `0.5 * ${scale}`;
  return `z_mean + ${std === 1 ? '' : `${std} * `}${exp}(${deviation}) * ${noise}`;
};
