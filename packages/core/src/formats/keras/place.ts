/** Where a layer stands in a Keras file, and the errors of one that cannot be taken. */
import { type ErrorFacts, type ErrorPlace, inputError, type LatentError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Where a layer stands, for messages: `model.keras: layer "dense_1" (Dense)`. */
export interface KerasPlace {
  readonly file: string;
  readonly layer: string;
  readonly className: string;
}

/** As errors have it. */
export const errorPlace = ({ file, layer, className }: KerasPlace): ErrorPlace => ({
  file,
  layer,
  layerClass: className,
});

/** A layer of the file that is not computed here. */
export const unsupportedLayer = (place: KerasPlace, facts: ErrorFacts): LatentError =>
  inputError('unsupported-layer', { ...facts, at: { ...errorPlace(place), ...facts.at } });
