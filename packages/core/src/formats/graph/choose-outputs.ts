/** Which outputs of a graph are the code and the picture, by their sizes and names. */
import { inputError } from '../../errors.ts';

/** An output, and the numbers that it holds for one image; null where that is not known. */
export interface SizedOutput {
  readonly name: string;
  readonly size: number | null;
}

/** What a graph computes. */
export interface ChosenOutputs {
  /** Of an encoder, or where a whole autoencoder gives its code too. */
  readonly code: string | null;
  /** What gives the log-scale of a Gaussian code. */
  readonly scale: string | null;
  /** Of a decoder or a whole autoencoder: a picture; of a classifier as well. */
  readonly picture: string | null;
}

const SCALE = /log.?(var|sigma|std)|sigma|(^|[^a-z])var/i;
const MEAN = /z.?mean|(^|[^a-z])(mu|mean|code|latent|embedding|encoded|z|loc)($|[^a-z])/i;
const PICTURE = /recon|decoded|x.?hat|picture|image/i;

const preferred = (outputs: readonly SizedOutput[], pattern: RegExp): SizedOutput | null => {
  const named = outputs.filter(({ name }) => pattern.test(name) && !SCALE.test(name));
  return named.length === 1 ? named[0] : null;
};

const listOf = (outputs: readonly SizedOutput[]): string =>
  outputs
    .slice(0, 8)
    .map(({ name, size }) => `"${name.slice(0, 60)}"${size === null ? '' : ` of ${size}`}`)
    .join(', ');

const ask = (outputs: readonly SizedOutput[], file: string) =>
  inputError('which-output', {
    at: { file },
    expected: 'one output that is the code',
    got: `${outputs.length}: ${listOf(outputs)}`,
    hint: 'name the one to take with --code-output NAME',
  });

/** The one that is the code among outputs smaller than the image. */
const chooseCode = (codes: readonly SizedOutput[], file: string, wanted: string | undefined): string => {
  if (wanted !== undefined) {
    const found = codes.find(({ name }) => name === wanted);
    if (found) return found.name;
    throw inputError('which-output', {
      at: { file },
      expected: `an output ${listOf(codes)}`,
      got: `"${wanted}"`,
      hint: 'name one of those with --code-output',
    });
  }
  if (codes.length === 1) return codes[0].name;
  const named = preferred(codes, MEAN) ?? preferred(codes, /./);
  if (named) return named.name;
  throw ask(codes, file);
};

/** What gives the scale beside a mean: named so, of the same size. */
const scaleBeside = (code: string, outputs: readonly SizedOutput[]): string | null => {
  const size = outputs.find(({ name }) => name === code)?.size;
  const scales = outputs.filter(({ name, size: own }) => name !== code && SCALE.test(name) && own === size);
  return scales.length === 1 ? scales[0].name : null;
};

/**
 * @param inside - numbers that enter.
 * @param wanted - name of the output that is to be the code.
 * @throws LatentError (input) `which-output` where neither names nor sizes tell.
 */
export const chooseOutputs = (
  outputs: readonly SizedOutput[],
  inside: number,
  file: string,
  wanted: string | undefined,
): ChosenOutputs => {
  const pictures = outputs.filter(({ size, name }) => size === inside && name !== wanted);
  const codes = outputs.filter(({ size }) => size === null || size < inside);
  const larger = outputs.filter(({ size }) => size !== null && size > inside);
  if (pictures.length === 0 && larger.length > 0) {
    const picture = larger.length === 1 ? larger[0] : preferred(larger, PICTURE);
    if (!picture) throw ask(larger, file);
    return { code: null, scale: null, picture: picture.name };
  }
  if (pictures.length > 0) {
    const picture = pictures.length === 1 ? pictures[0] : (preferred(pictures, PICTURE) ?? pictures[0]);
    const named = codes.filter(({ name }) => name === wanted || MEAN.test(name));
    const code =
      named.length === 0
        ? wanted === undefined
          ? null
          : chooseCode(codes, file, wanted)
        : chooseCode(named, file, wanted);
    return { code, scale: code === null ? null : scaleBeside(code, codes), picture: picture.name };
  }
  if (codes.length === 0) throw ask(outputs, file);
  const code = chooseCode(codes, file, wanted);
  return { code, scale: scaleBeside(code, codes), picture: null };
};
