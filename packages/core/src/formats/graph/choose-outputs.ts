/** Which outputs of a graph are the code and the picture, by their sizes and names. */
import {
  isCodeName,
  isMeanName,
  isScaleName,
  type ListedOutput,
  noSuchOutput,
  severalOutputs,
} from '../output-names.ts';

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

/** Whether an output is called after what a code is read from. */
const isCode = (name: string): boolean => isMeanName(name) || isCodeName(name);
const isAny = (): boolean => true;
const isPicture = (name: string): boolean => /recon|decoded|x.?hat|picture|image/i.test(name);

const preferred = (outputs: readonly SizedOutput[], isSo: (name: string) => boolean): SizedOutput | null => {
  const named = outputs.filter(({ name }) => isSo(name) && !isScaleName(name));
  return named.length === 1 ? named[0] : null;
};

const shown = (outputs: readonly SizedOutput[]): readonly ListedOutput[] =>
  outputs.map(({ name, size }) => ({ name, shape: size === null ? '' : `${size}` }));

const ask = (outputs: readonly SizedOutput[], file: string) => severalOutputs(shown(outputs), file);

/** The one that is the code among outputs smaller than the image. */
const chooseCode = (codes: readonly SizedOutput[], file: string, wanted: string | undefined): string => {
  if (wanted !== undefined) {
    const found = codes.find(({ name }) => name === wanted);
    if (found) return found.name;
    throw noSuchOutput(shown(codes), wanted, file);
  }
  if (codes.length === 1) return codes[0].name;
  const named = preferred(codes, isCode) ?? preferred(codes, isAny);
  if (named) return named.name;
  throw ask(codes, file);
};

/** What gives the scale beside a mean: named so, of the same size. */
const scaleBeside = (code: string, outputs: readonly SizedOutput[]): string | null => {
  const size = outputs.find(({ name }) => name === code)?.size;
  const scales = outputs.filter(({ name, size: own }) => name !== code && isScaleName(name) && own === size);
  return scales.length === 1 ? scales[0].name : null;
};

/**
 * @param inside - numbers that enter.
 * @param wanted - name of the output that is to be the code.
 * @throws LatentError (input) `several-outputs`, `no-such-output` where neither names nor sizes tell.
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
    const picture = larger.length === 1 ? larger[0] : preferred(larger, isPicture);
    if (!picture) throw ask(larger, file);
    return { code: null, scale: null, picture: picture.name };
  }
  if (pictures.length > 0) {
    const picture = pictures.length === 1 ? pictures[0] : (preferred(pictures, isPicture) ?? pictures[0]);
    const named = codes.filter(({ name }) => name === wanted || isCode(name));
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
