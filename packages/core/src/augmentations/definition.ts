/**
 * What every augmentation tells about itself: the JSON reader and a form ask a definition, as they do for layers.
 * How images are changed is the training room's business.
 */
import * as v from 'valibot';
import type { IntegerField, NumberField } from '../registry/index.ts';
import { type FieldSchema, integerSchema, numberSchema } from '../registry/validation.ts';
import type { AugmentationSpec } from './types.ts';

type LayerField = Omit<IntegerField, 'doc' | 'default'> | Omit<NumberField, 'doc' | 'default'>;
const fieldSchema = ({ kind, min, max }: LayerField): FieldSchema =>
  kind === 'integer' ? integerSchema(min, max) : numberSchema(min, max);

/** What an augmentation is; one object for each type, in its own file. */
export interface AugmentationDefinition<Spec extends AugmentationSpec = AugmentationSpec> {
  readonly type: Spec['type'];
  /** As a form shows it. */
  readonly label: string;
  /** A valid spec to start from in a form. */
  readonly defaults: Spec;
  /** Every field of the spec but `type`, in the order of a form. */
  readonly fields: Readonly<Record<string, LayerField>>;
  /** Reads an untrusted value of this type. */
  readonly schema: FieldSchema<Spec>;
}

type Source<Spec extends AugmentationSpec> = Omit<AugmentationDefinition<Spec>, 'schema' | 'fields'> & {
  readonly fields: { readonly [Field in Exclude<keyof Spec, 'type'>]: LayerField };
};

/** Makes a definition; its schema is derived from the fields. */
export const defineAugmentation = <Spec extends AugmentationSpec>(
  source: Source<Spec>,
): AugmentationDefinition<Spec> => {
  const fields: Readonly<Record<string, LayerField>> = source.fields;
  const entries = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)]));
  // `Source.fields` names every key of the spec, so what this schema lets through is a `Spec`.
  const schema = v.strictObject({ type: v.literal(source.type), ...entries }) as unknown as FieldSchema<Spec>;
  return { ...source, fields, schema };
};
