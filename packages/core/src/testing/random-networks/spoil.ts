/** Networks as slips of the hand leave them: each changed at one place, so that it may not fit together any more. */
import type { LayerSpec } from '../../layers/index.ts';
import { lossField } from '../../losses/index.ts';
import type { AutoencoderSpec } from '../../network/index.ts';
import type { Dice } from './dice.ts';
import { drawValue } from './draw-fields.ts';

type Change = (spec: AutoencoderSpec, dice: Dice) => unknown;
type Part = 'encoder' | 'decoder';

const PARTS: readonly Part[] = ['encoder', 'decoder'];

/** Another list of layers in one of the parts. */
const inPart =
  (change: (layers: readonly LayerSpec[], at: number, dice: Dice) => readonly unknown[]): Change =>
  (spec, dice) => {
    const part = dice.pick(PARTS);
    return { ...spec, [part]: change(spec[part], dice.roll(spec[part].length), dice) };
  };

/** Another object in place of one of the layers. */
const inLayer = (change: (layer: LayerSpec, dice: Dice) => unknown): Change =>
  inPart((layers, at, dice) => layers.map((layer, i) => (i === at ? change(layer, dice) : layer)));

const WRONG: readonly unknown[] = [0, -1, 1.5, 1e9, 'many', '', null, true, [], [2], [0, 3], {}, ['input']];

const changes: readonly Change[] = [
  inLayer((layer, dice) => ({ ...layer, [dice.pick(Object.keys(layer))]: dice.pick(WRONG) })),
  inLayer((layer, dice) => {
    const { [dice.pick(Object.keys(layer))]: _, ...rest } = { ...layer } as Readonly<Record<string, unknown>>;
    return rest;
  }),
  inLayer((layer, dice) => ({ ...layer, [dice.pick(['unit', 'Activation', 'axis'])]: 1 })),
  inLayer((layer, dice) => ({ ...layer, inputs: [dice.pick(['input', 'label', 'nowhere', 'dense'])] })),
  inLayer((layer) => ({ ...layer, name: 'input' })),
  inPart((layers, at) => layers.filter((_, i) => i !== at)),
  inPart((layers, at) => [...layers.slice(0, at), layers[at], ...layers.slice(at)]),
  inPart((layers, at) => layers.toSpliced(at, 1).toSpliced(Math.max(0, at - 1), 0, layers[at])),
  (spec) => ({ ...spec, encoder: spec.decoder, decoder: spec.encoder }),
  (spec, dice) => ({ ...spec, inputShape: spec.inputShape.map((side) => side + dice.roll(2)) }),
  (spec, dice) => ({ ...spec, label: dice.pick([{ classes: 1 }, { classes: 3 }, {}, undefined]) }),
  (spec, dice) => ({ ...spec, loss: drawValue(lossField, dice) }),
];

/** The same network with a slip in it. */
export const spoiled = (spec: AutoencoderSpec, dice: Dice): AutoencoderSpec =>
  // Whether it is one still is for the reader to find out.
  dice.pick(changes)(spec, dice) as AutoencoderSpec;
