/** What all registries share: fields and what follows from them, and a list that is looked up by id. */
export {
  type ChoiceField,
  choice,
  defaultsOf,
  type Field,
  type FieldBase,
  type Fields,
  type FlagField,
  fieldEntries,
  fieldSchema,
  flag,
  type IntegerField,
  integer,
  type ListField,
  list,
  type NumberField,
  number,
  optional,
  type ShapeField,
  type SizeField,
  shape,
  size,
  type TextField,
  text,
  type ValueOf,
  type ValuesOf,
  type VariantDefinition,
  type VariantField,
  variant,
} from './fields.ts';
export { completedFields, completedVariant, needsNoField } from './file-values.ts';
export { type FormField, type FormKind, type FormVariant, formFields, formKind, switchVariant } from './form.ts';
export { valueWithCurrentNames, withCurrentNames, withFirstNames } from './former-names.ts';
export {
  describedSchema,
  type JsonSchema,
  jsonSchemaOfFields,
  jsonSchemaOfType,
  type SchemaOf,
  valueSchema,
} from './json-schema.ts';
export {
  type ActivationSetting,
  activationSetting,
  type CustomSetting,
  custom,
  type FieldSetting,
  type FixedSetting,
  field,
  fixed,
  type IgnoredSetting,
  ignored,
  type KerasConfig,
  type KerasContext,
  type KerasSetting,
  kerasInitializer,
  kernelAndBias,
  type OptionalSetting,
  optionalField,
} from './keras-settings.ts';
export { type PythonArguments, pythonCall, pythonValue } from './python.ts';
export { closestTo, createRegistry, type Registry, suggestion } from './registry.ts';
export { defineSpec, type Spec, type SpecDefinition, type SpecOf, type SpecSource } from './spec.ts';
export type { FieldSchema } from './validation.ts';
export { variantSchema } from './variant.ts';
export { asPhrase, counted, specWords } from './wording.ts';
