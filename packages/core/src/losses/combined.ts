/** A loss of a reconstruction error and any terms beside it, each with its weight. */
import * as v from 'valibot';
import { defineSpec, list, type SpecOf, variant } from '../registry/index.ts';
import { isRecord } from '../registry/parse-json.ts';
import { lossTerms, reconstructionsOf, type TermSpec } from './registries.ts';

/** Most terms of a loss. */
export const MAX_TERMS = 8;

const definition = defineSpec({
  type: 'combined',
  label: 'Error and terms',
  doc: 'A reconstruction error and any number of terms beside it, each with its weight.',
  fields: {
    reconstruction: variant({
      label: 'Reconstruction error',
      doc: 'How images are compared with what the network gives.',
      definitions: reconstructionsOf('images'),
      default: reconstructionsOf('images')[0].defaults,
    }),
    terms: list<TermSpec>({
      label: 'Terms',
      doc: 'What is added to it, each times its weight.',
      definitions: lossTerms.entries,
      min: 0,
      max: MAX_TERMS,
      default: [],
      fileDefault: [],
    }),
  },
});

/**
 * A reconstruction error and terms as plain data.
 *
 * @interface
 */
export type CombinedLoss = SpecOf<typeof definition>;

/** `{ reconstruction, terms }` says by itself what it is; terms may be left out. */
const withType = (value: unknown): unknown =>
  isRecord(value) && value.type === undefined && ('reconstruction' in value || 'terms' in value)
    ? { type: definition.type, terms: [], ...value }
    : value;

/** As a choice among losses. */
export const combinedLoss = { ...definition, schema: v.pipe(v.unknown(), v.transform(withType), definition.schema) };

/** A value that is one, told by its fields where it has no type. */
export const asCombined = withType;

export const isCombined = (loss: { readonly type: string }): loss is CombinedLoss => loss.type === definition.type;
