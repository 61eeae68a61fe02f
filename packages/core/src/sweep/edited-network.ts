/** A network that a sweep's row changes: other layers, another loss, other values of single fields. */
import { inputError } from '../errors.ts';
import { completedLayer } from '../layers/index.ts';
import { type AutoencoderSpec, findNetwork, type NetworkSpec, nameLayers, parseNetworkSpec } from '../network/index.ts';
import { isRecord } from '../registry/parse-json.ts';
import type { NetworkEdit } from './rows.ts';

const MAX_ID = 64;

/** `Row AB` to `row-ab`. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** `encoder[0].units`, `encoder.dense_1.units` as keys. */
const keysOf = (path: string): readonly string[] => path.split(/[.[\]]+/).filter((key) => key !== '');

/** A value with another one at a place within it; undefined where there is no such place. */
const replaced = (value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown => {
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    const index = /^\d+$/.test(key) ? Number(key) : -1;
    if (index < 0 || index >= value.length) return undefined;
    const entry = replaced(value[index], rest, to);
    return entry === undefined ? undefined : value.with(index, entry);
  }
  if (!isRecord(value) || (rest.length > 0 && !Object.hasOwn(value, key))) return undefined;
  const entry = replaced(value[key], rest, to);
  return entry === undefined ? undefined : { ...value, [key]: entry };
};

/** The keys of a path with the place of a layer in its part instead of its name. */
const placed = (
  { encoder, decoder }: AutoencoderSpec,
  [part, layer, ...rest]: readonly string[],
): readonly string[] => {
  const layers = part === 'encoder' ? encoder : part === 'decoder' ? decoder : [];
  const index = layer === undefined ? -1 : nameLayers(layers).indexOf(layer);
  return [part, ...(layer === undefined ? [] : [index < 0 ? layer : String(index)]), ...rest];
};

const CHANGED: readonly string[] = ['encoder', 'decoder', 'loss', 'inputShape'];

const withField = (spec: AutoencoderSpec, path: string, to: unknown): AutoencoderSpec => {
  const keys = placed(spec, keysOf(path));
  const changed = CHANGED.includes(keys[0]) ? replaced(spec, keys, to) : undefined;
  if (changed === undefined)
    throw inputError('invalid-sweep', {
      at: { subject: 'network.fields' },
      expected: 'the path of a field such as encoder[0].units, with a number or the name of a layer',
      got: `"${path}"`,
      hint: 'see the layers with: npx latent summary NETWORK',
    });
  // Checked with the rest of the network.
  return changed as AutoencoderSpec;
};

/** What the row calls the network: its name, the values that it has instead. */
const suffixOf = (name: string | undefined, fields: Readonly<Record<string, unknown>>): string =>
  [
    ...(name === undefined ? [] : [name]),
    ...Object.entries(fields).map(([path, to]) => `${path} ${JSON.stringify(to)}`),
  ].join(', ');

const fault = (facts: Parameters<typeof inputError>[1]) =>
  inputError('invalid-sweep', { at: { subject: 'network' }, ...facts });

/**
 * A network with other parts, named by its row and its fields.
 *
 * @param base - the network of `from`; that of the zoo when absent.
 * @throws LatentError (input) `unknown-network`, `invalid-sweep` where it has no encoder to exchange, no such field or no
 *   name, and what `parseNetworkSpec` throws where the parts do not fit together.
 */
export const editedNetwork = (
  { from, fields = {}, ...parts }: NetworkEdit,
  name: string | undefined,
  base?: NetworkSpec,
): AutoencoderSpec => {
  if (from === undefined) throw fault({ expected: 'the network that is changed', got: 'none', hint: 'add from: ID' });
  const whole = base ?? findNetwork(from);
  if (whole.kind !== 'autoencoder')
    throw fault({ expected: 'an autoencoder to change', got: `"${from}"`, hint: 'name another' });
  const suffix = suffixOf(name, fields);
  if (suffix === '')
    throw fault({
      problem: `a changed ${from} needs a name of its own, got none`,
      hint: 'give the row a name',
    });
  const { frozenEncoder: _, ...spec } = whole;
  const id = `${whole.id}-${slug(suffix)}`.slice(0, MAX_ID).replace(/-$/, '');
  const edited = Object.entries(fields).reduce<AutoencoderSpec>((network, [path, to]) => withField(network, path, to), {
    ...spec,
    ...parts,
  });
  const network = parseNetworkSpec({
    ...edited,
    encoder: edited.encoder.map(completedLayer),
    decoder: edited.decoder.map(completedLayer),
    title: `${whole.title}, ${suffix}`.slice(0, 200),
    record: `Row ${suffix} of a sweep: ${whole.id} with other parts.`,
    id,
    file: `autoencoders/${id}.keras`,
    published: null,
  });
  if (network.kind !== 'autoencoder') throw fault({ expected: 'an autoencoder', got: `"${from}"` });
  return network;
};
