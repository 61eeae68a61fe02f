/**
 * How valid lines of each verb look: which options have to stand together for it to do its work, and which may be added.
 * A verb without a form fails a test.
 */
import {
  type Draw,
  imageFiles,
  networkId,
  numbers,
  outputFile,
  outputFolder,
  ownModel,
  type ValueKind,
  words,
} from './values.ts';

export interface Form {
  /** Kinds of its arguments, in order; the program's own where they are absent. */
  readonly arguments?: readonly ValueKind[];
  /** Options that it has; `usual` draws what such an option takes anywhere, `flag` has no value. */
  readonly has?: Readonly<Record<string, ValueKind | 'usual' | 'flag'>>;
  /** Options of which each may be added. */
  readonly may?: readonly string[];
  /** Exit codes that are in order; 0 alone where absent. */
  readonly ends?: readonly number[];
  /** It continues until it is interrupted, once it has said this. */
  readonly stopAt?: RegExp;
}

export interface VerbForms {
  readonly forms: readonly Form[];
  /** What it writes where nothing is named, below the folder that it runs in. */
  readonly defaults?: RegExp;
}

const only = (...good: readonly string[]): ValueKind => words(good);
const given = (draw: Draw): ValueKind => ({ good: draw, bad: draw });
const tiny = only('digits', 'packed');
const SMALL = { '--dataset': tiny, '--epochs': 'usual', '--batch-size': numbers([7, 16], []) } as const;
const TRAINING = [
  '--set',
  '--recipe',
  '--learning-rate',
  '--seed',
  '--validation-split',
  '--checkpoint-every',
  '--no-shuffle',
];
const out = { '--out': 'usual' } as const;
/** Codes of a network of two epochs may lie on one line, and span no plane then. */
const PLANES = [
  { option: '--axes', ends: [0] },
  { option: '--principal', ends: [0, 2] },
  { option: '--through', ends: [0, 2] },
] as const;
const zooModel = only('dense-1', 'dense-2', 'cnn-2');
const half = only('runs/half');
const sweepOfTwo = { '--grid': given((dice) => `networks=${dice.pick(['cnn-1', 'cnn-2', 'cnn-1,cnn-2'])}`) };
const oneWorker = { '--workers': numbers([1], []) };

export const VALID_FORMS: Readonly<Record<string, VerbForms>> = {
  explore: {
    forms: [
      { has: { '--export': 'usual', '--dataset': tiny }, may: ['--classifier', '--force', '--host', '--port'] },
      { has: { '--port': 'usual', '--dataset': tiny }, may: ['--host'], stopAt: /is open at/ },
      { arguments: [ownModel, ownModel], has: { '--export': 'usual', '--dataset': tiny } },
      ...PLANES.map(
        ({ option, ends }): Form => ({ ends, has: { '--export': 'usual', '--dataset': tiny, [option]: 'usual' } }),
      ),
    ],
  },
  zoo: { forms: [{ may: ['--json'] }] },
  summary: { forms: [{ may: ['--json'] }] },
  train: {
    forms: [
      { has: { ...SMALL, ...out }, may: [...TRAINING, '--threads', '--json'] },
      { has: SMALL, may: ['--recipe', '--seed', '--threads', '--json'] },
      { has: { ...SMALL, ...out, '--validation-split': numbers([0.25], []), '--patience': 'usual' }, may: ['--json'] },
      { arguments: [only('cnn-1')], has: { ...SMALL, ...out, '--init': 'usual' }, may: [...TRAINING, '--json'] },
      { arguments: [], has: { '--resume': only('./runs/first', 'runs/second') }, may: ['--json'] },
      { arguments: [networkId], has: { ...SMALL, ...out, '--resume': 'flag' }, may: ['--json'] },
      { arguments: [], has: { '--resume': half }, may: ['--json'], ends: [0, 130], stopAt: /epoch \d+\// },
    ],
    defaults: /^runs\/[\w.-]+-seed\d+$/,
  },
  'tune-decoder': {
    forms: [
      { has: { ...SMALL, ...out, '--decoder': 'usual' }, may: [...TRAINING, '--threads', '--json'] },
      { has: { ...SMALL, '--decoder': 'usual' }, may: ['--seed', '--json'] },
      { has: { ...SMALL, ...out, '--decoder': 'usual', '--resume': 'flag' }, may: ['--json'] },
      {
        has: {
          ...SMALL,
          ...out,
          '--decoder': 'usual',
          '--validation-split': numbers([0.25], []),
          '--patience': 'usual',
        },
        may: ['--learning-rate'],
      },
    ],
    defaults: /^runs\/[\w.-]+-seed\d+$/,
  },
  sweep: {
    forms: [
      { has: { ...out, ...oneWorker }, may: ['--csv', '--force', '--json', '--only', '--retry-failed'] },
      { has: { ...out, ...oneWorker, '--csv': 'usual', '--force': 'flag' }, may: ['--json'] },
      { has: { ...out, '--dry-run': 'flag' }, may: ['--json', '--workers', '--grid'] },
      {
        arguments: [],
        has: { ...sweepOfTwo, ...out, '--dry-run': 'flag' },
        may: ['--json'],
      },
      {
        arguments: [],
        has: { '--attach': 'flag', '--out': only('sweeps/done', 'sweeps/open'), ...oneWorker },
        may: ['--csv', '--json', '--retry-failed'],
      },
      { arguments: [], has: { '--collect': 'usual', '--out': only('sweeps/done', 'sweeps/open') }, may: ['--json'] },
      { arguments: [], has: { '--stop': 'flag', '--out': only('sweeps/done', 'sweeps/open') } },
      { has: oneWorker, may: ['--csv', '--json'] },
    ],
    defaults: /^sweeps\/(seeds|other)$/,
  },
  worker: { forms: [{ has: { '--folder': 'usual', '--number': 'usual' } }, { has: { '--folder': 'usual' } }] },
  evaluate: { forms: [{ has: { '--dataset': 'usual' }, may: ['--classifier', '--json', '--refine', '--scores'] }] },
  diagnose: {
    forms: [
      { has: { '--dataset': 'usual' }, may: ['--classifier', '--json'] },
      { has: { '--dataset': 'usual', '--fail-on': 'usual' }, may: ['--json'], ends: [0, 1] },
    ],
  },
  compare: {
    forms: [
      { has: { '--dataset': 'usual' }, may: ['--classifier', '--force', '--png', '--svg', '--csv', '--json'] },
      {
        arguments: [ownModel, zooModel],
        has: { '--dataset': tiny },
        may: ['--by', '--classifier', '--force', '--png', '--svg', '--csv', '--json'],
      },
      {
        arguments: [only('sweeps/done', 'sweeps/open')],
        may: ['--classifier', '--force', '--png', '--svg', '--csv', '--json'],
      },
    ],
  },
  plane: {
    forms: [
      {
        has: { '--dataset': 'usual', '--size': 'usual', '--field-size': 'usual' },
        may: ['--classifier', '--force', '--out', '--json', '--percentiles'],
      },
      {
        has: { '--dataset': tiny, '--size': 'usual', '--field-size': 'usual', '--bounds': 'usual' },
        may: ['--force', '--out', '--json'],
      },
      ...PLANES.map(
        ({ option, ends }): Form => ({
          ends,
          has: { '--dataset': tiny, '--size': 'usual', '--field-size': 'usual', [option]: 'usual' },
          may: ['--force', '--out', '--percentiles'],
        }),
      ),
    ],
    defaults: /^[\w.-]+-plane$/,
  },
  evolve: {
    forms: [
      {
        arguments: [only('runs/first', './runs/first/')],
        has: { '--size': 'usual' },
        may: ['--classifier', '--force', '--out', '--frames', '--delay', '--dataset', '--json', '--percentiles'],
      },
      ...PLANES.map(
        ({ option, ends }): Form => ({
          ends,
          arguments: [only('runs/first')],
          has: { '--size': 'usual', '--frames': 'usual', [option]: 'usual' },
          may: ['--force', '--out', '--bounds'],
        }),
      ),
      { arguments: [only('runs/first')], has: { '--pack': 'flag' }, may: ['--force', '--frames', '--json'] },
    ],
    defaults: /^[\w.-]+-epochs$/,
  },
  new: {
    forms: [
      {
        arguments: [outputFile('.yaml')],
        has: { '--from': only('dense-1') },
        may: ['--force', '--recipe'],
      },
      // A run has the one recipe that it was trained by.
      { arguments: [outputFile('.yaml')], has: { '--from': only('runs/first') }, may: ['--force'] },
    ],
  },
  encode: {
    forms: [
      { has: { '--dataset': 'usual', ...out }, may: ['--force', '--split'] },
      ...PLANES.map(
        ({ option, ends }): Form => ({ ends, has: { '--dataset': tiny, ...out, [option]: 'usual' }, may: ['--split'] }),
      ),
    ],
  },
  decode: {
    forms: [
      { has: { '--at': 'usual', ...out }, may: ['--force', '--scale'] },
      { has: { '--image': 'usual', '--dataset': tiny, ...out }, may: ['--at', '--force', '--scale', '--with-input'] },
    ],
  },
  traverse: {
    forms: [
      {
        has: { '--dataset': tiny, ...out },
        may: ['--codes', '--force', '--image', '--json', '--most', '--range', '--steps'],
      },
      { has: { '--dataset': tiny, ...out, '--order': 'usual', '--dimensions': 'usual' }, may: ['--json'] },
    ],
  },
  interpolate: {
    forms: [
      {
        has: { '--from': 'usual', '--to': 'usual', '--dataset': tiny, ...out },
        may: ['--along', '--codes', '--delay', '--force', '--json', '--steps', '--via'],
      },
    ],
  },
  reconstruct: {
    forms: [
      { arguments: [ownModel, imageFiles], has: { '--out': outputFolder }, may: ['--force', '--json'] },
      {
        arguments: [ownModel],
        has: { '--out': outputFile('.png', '.npy') },
        may: ['--columns', '--count', '--dataset', '--force', '--json', '--scale', '--seed', '--split'],
      },
    ],
  },
  sample: {
    forms: [
      {
        has: { ...out, '--dataset': 'usual', '--components': numbers([1], []) },
        may: ['--columns', '--count', '--force', '--from', '--json', '--scale', '--seed', '--temperature'],
      },
    ],
  },
  attribute: {
    forms: [
      {
        has: { ...out, '--image': 'usual', '--plus': 'usual', '--dataset': tiny },
        may: ['--force', '--json', '--minus', '--scale', '--steps'],
      },
    ],
  },
  clusters: {
    forms: [
      {
        has: { ...out, '--dataset': tiny, '--count': numbers([1], []) },
        may: ['--force', '--json', '--seed', '--split'],
      },
    ],
  },
  nearest: {
    forms: [
      { has: { '--image': 'usual', '--dataset': tiny, ...out }, may: ['--among', '--count', '--force', '--json'] },
    ],
  },
  anomalies: {
    forms: [
      {
        has: { ...out, '--dataset': tiny, '--odd': only('7', '3,4'), '--split': only('train', 'all') },
        may: ['--force', '--json', '--quantile', '--reference', '--worst'],
      },
      {
        // The codes of small trials may all be one: a mixture of one Gaussian holds of them too.
        has: {
          ...out,
          '--dataset': tiny,
          '--normal': only('1,2'),
          '--split': only('all'),
          '--components': numbers([1], []),
        },
        may: ['--json', '--score'],
      },
      { has: { ...out, '--dataset': tiny, '--against': tiny }, may: ['--json', '--worst'] },
    ],
  },
  import: {
    forms: [
      { has: out, may: ['--input-range', '--json'] },
      { has: { ...out, '--network': only('cnn-1') }, may: ['--json'] },
    ],
  },
  export: {
    forms: [
      { has: { '--to': only('keras'), '--out': outputFile('.keras') }, may: ['--force', '--part', '--json'] },
      { has: { '--to': only('onnx'), '--out': outputFile('.onnx') }, may: ['--force', '--part', '--json'] },
      {
        has: { '--to': only('safetensors'), '--out': outputFile('.safetensors') },
        may: ['--force', '--part', '--json'],
      },
      { has: { '--to': 'usual', '--out': outputFolder }, may: ['--force', '--part', '--json'] },
      { has: { '--to': 'usual' }, may: ['--force', '--part', '--json'] },
    ],
    defaults: /^[\w.-]+(\.keras|\.safetensors|-onnx|-tfjs|-pytorch-code|-keras-code)$/,
  },
  data: {
    forms: [
      { may: ['--json'] },
      { arguments: [], may: ['--json'] },
      { arguments: [only('mnist')], has: { '--fetch': 'flag' } },
    ],
  },
  'data pack': { forms: [{ has: out, may: ['--force', '--json'] }] },
  doctor: { forms: [{ may: ['--json'], ends: [0, 1] }] },
  bench: {
    forms: [
      {
        has: { '--model': 'usual', '--batch-size': numbers([32], []), '--engine': 'usual', '--seconds': 'usual' },
        may: ['--rounds', '--threads', '--python', '--json'],
      },
    ],
  },
};

/** Verbs that open models; options that say what those of other programs are stand in the way of runs, which know it. */
const OPENING = [
  'anomalies',
  'attribute',
  'clusters',
  'compare',
  'decode',
  'diagnose',
  'encode',
  'evaluate',
  'explore',
  'export',
  'interpolate',
  'nearest',
  'plane',
  'reconstruct',
  'sample',
  'summary',
  'traverse',
];
const TELLING = ['--code-layer', '--code-output', '--input-range'];
const WHOLE = 'the files of the trials hold whole models';

/** Options that no valid line has here, and why. They stand in the others. */
export const NEVER_VALID: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    OPENING.flatMap((verb) => TELLING.map((option) => [`${verb} ${option}`, 'the models of the trials are runs'])),
  ),
  'import --code-layer': 'the files of the trials have one code',
  'import --code-output': 'the files of the trials have one output',
  'decode --label': 'the networks of the trials take no label',
  'interpolate --label': 'the networks of the trials take no label',
  'traverse --label': 'the networks of the trials take no label',
  'reconstruct --label': 'the networks of the trials take no label',
  'attribute --label': 'the networks of the trials take no label',
  'clusters --label': 'the networks of the trials take no label',
  'sample --label': 'the networks of the trials take no label',
  'plane --label': 'the networks of the trials take no label',
  'anomalies --network': WHOLE,
  'attribute --network': WHOLE,
  'clusters --network': WHOLE,
  'compare --network': WHOLE,
  'decode --network': WHOLE,
  'diagnose --network': WHOLE,
  'encode --network': WHOLE,
  'evaluate --network': WHOLE,
  'explore --bounds': WHOLE,
  'explore --network': WHOLE,
  'export --network': WHOLE,
  'interpolate --network': WHOLE,
  'nearest --network': WHOLE,
  'plane --network': WHOLE,
  'reconstruct --network': WHOLE,
  'sample --network': WHOLE,
  'summary --network': WHOLE,
  'traverse --network': WHOLE,
  'explore --open': 'opens a browser',
  'sweep --nats': 'needs a server; src/sweep has tests of their own',
  'sweep --nats-creds': 'needs a server',
  'sweep --nats-ca': 'needs a server',
  'sweep --lease': 'needs a server',
  'sweep --replicas': 'needs a server',
  'sweep --sweep': 'needs a server',
  'worker --nats': 'needs a server',
  'worker --nats-creds': 'needs a server',
  'worker --nats-ca': 'needs a server',
  'worker --lease': 'needs a server',
  'worker --replicas': 'needs a server',
  'worker --scratch': 'needs a server',
  'bench --full': 'takes hours',
};
