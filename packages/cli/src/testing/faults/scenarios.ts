/**
 * A line for each way in which a verb writes, and what it writes. Which verbs and options write the program and the
 * grammar say; one without a line here fails a test.
 */

export interface Scenario {
  readonly name: string;
  readonly verb: string;
  /** Lines that come before, so that there is something to write over. */
  readonly before?: readonly string[];
  readonly line: string;
  /** Does again what was broken off; the line itself where absent. */
  readonly again?: string;
  /** What it writes, relative to the folder that it runs in; only these hold its result. */
  readonly outputs: readonly string[];
  /** Files without which the result is whole, or with which it is: curves that could not be drawn. */
  readonly optional?: RegExp;
  /** Some of the files may be there without the others: another line resumes from them. */
  readonly resumable?: true;
  /** Continues in a folder that is its input as well: where somebody removes it, there is nothing to resume. */
  readonly needsOutputs?: true;
}

const TINY = '--dataset digits --batch-size 16 --threads 1';
const TRAIN = `${TINY} --epochs 2 --checkpoint-every 1 --out made`;
/** How far a job is, for who looks on: a job goes on where it cannot be told. */
const told = /(^|\/)progress\.json$/;
/** The list of a folder that is known by its config: it goes once the folder is in its place. */
const list = /(^|\/)\.latent-plane\.json$/;
const curves = /(^|\/)charts(\/|$)/;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'explore, a new site',
    verb: 'explore',
    line: 'explore runs/second --dataset digits --export made',
    outputs: ['made'],
  },
  {
    name: 'explore, over an earlier site',
    verb: 'explore',
    before: ['explore runs/first --dataset digits --export made'],
    line: 'explore runs/second --dataset digits --export made',
    outputs: ['made'],
  },
  {
    name: 'train',
    verb: 'train',
    line: `train cnn-1 ${TRAIN}`,
    again: `train cnn-1 ${TRAIN} --resume`,
    outputs: ['made'],
    optional: curves,
    resumable: true,
  },
  {
    name: 'train, from given weights',
    verb: 'train',
    line: `train cnn-1 ${TRAIN} --init runs/second`,
    again: 'train --resume made',
    outputs: ['made'],
    optional: curves,
    resumable: true,
  },
  {
    name: 'tune-decoder',
    verb: 'tune-decoder',
    line: `tune-decoder runs/first --decoder cnn-1 ${TRAIN}`,
    again: `tune-decoder runs/first --decoder cnn-1 ${TRAIN} --resume`,
    outputs: ['made'],
    optional: curves,
    resumable: true,
  },
  {
    name: 'sweep',
    verb: 'sweep',
    line: 'sweep seeds.yaml --workers 1 --out made --csv made.csv',
    outputs: ['made', 'made.csv'],
    optional: told,
    resumable: true,
  },
  {
    name: 'sweep, runs collected',
    verb: 'sweep',
    line: 'sweep --out sweeps/done --collect made',
    outputs: ['made'],
    resumable: true,
  },
  {
    name: 'worker',
    verb: 'worker',
    line: 'worker --folder sweeps/open',
    outputs: ['sweeps/open'],
    optional: told,
    resumable: true,
    needsOutputs: true,
  },
  {
    name: 'evaluate',
    verb: 'evaluate',
    line: 'evaluate runs/second',
    outputs: ['runs/second'],
    resumable: true,
    needsOutputs: true,
  },
  {
    name: 'diagnose',
    verb: 'diagnose',
    line: 'diagnose runs/second',
    outputs: ['runs/second'],
    resumable: true,
    needsOutputs: true,
  },
  {
    name: 'compare',
    verb: 'compare',
    before: ['compare runs/first --png made.png --svg made.svg --csv made.csv'],
    line: 'compare runs/first runs/second --png made.png --svg made.svg --csv made.csv',
    outputs: ['made.png', 'made.svg', 'made.csv'],
    resumable: true,
  },
  {
    name: 'plane, a folder',
    verb: 'plane',
    line: 'plane runs/first --size 2 --field-size 2 --out made',
    outputs: ['made'],
  },
  {
    name: 'plane, a picture',
    verb: 'plane',
    line: 'plane runs/first --size 2 --field-size 2 --out made.png',
    outputs: ['made.png', 'made.npy'],
    resumable: true,
  },
  { name: 'evolve', verb: 'evolve', line: 'evolve runs/first --size 2 --out made', outputs: ['made'] },
  {
    name: 'evolve, kept with the run',
    verb: 'evolve',
    line: 'evolve runs/first --pack',
    outputs: ['runs/first'],
    resumable: true,
    needsOutputs: true,
  },
  {
    name: 'encode, over an earlier file',
    verb: 'encode',
    before: ['encode runs/second --split test --out made.csv'],
    line: 'encode runs/first --out made.csv',
    outputs: ['made.csv'],
  },
  { name: 'decode', verb: 'decode', line: 'decode runs/first --at 0,0 --out new/made.png', outputs: ['new/made.png'] },
  {
    name: 'traverse',
    verb: 'traverse',
    line: 'traverse runs/first --steps 2 --out made.npy --codes codes.npy',
    outputs: ['made.npy', 'codes.npy'],
    resumable: true,
  },
  {
    name: 'interpolate, over an earlier file',
    verb: 'interpolate',
    before: ['interpolate runs/second --from 0 --to 1 --out made.npy --codes codes.npy'],
    line: 'interpolate runs/first --from 0 --to 1 --out made.npy --codes codes.npy',
    outputs: ['made.npy', 'codes.npy'],
    resumable: true,
  },
  {
    name: 'reconstruct, over an earlier folder',
    verb: 'reconstruct',
    before: ['reconstruct runs/second digits --out made'],
    line: 'reconstruct runs/first digits --out made',
    outputs: ['made'],
  },
  {
    name: 'reconstruct, a grid',
    verb: 'reconstruct',
    line: 'reconstruct runs/first --out made.png',
    outputs: ['made.png'],
  },
  {
    name: 'sample, over an earlier file',
    verb: 'sample',
    before: ['sample runs/second --out made.npy'],
    line: 'sample runs/first --count 5 --out made.npy',
    outputs: ['made.npy'],
  },
  {
    name: 'attribute',
    verb: 'attribute',
    line: 'attribute runs/first --image 0 --plus class:1 --steps 2 --out made.png',
    outputs: ['made.png'],
  },
  {
    name: 'clusters, over an earlier folder',
    verb: 'clusters',
    before: ['clusters runs/second --count 1 --out made'],
    line: 'clusters runs/first --count 1 --out made',
    outputs: ['made'],
  },
  {
    name: 'nearest',
    verb: 'nearest',
    line: 'nearest runs/first --image 0 --count 2 --out made.png',
    outputs: ['made.png'],
  },
  {
    name: 'anomalies, over an earlier folder',
    verb: 'anomalies',
    before: ['anomalies runs/second --split all --worst 2 --out made'],
    line: 'anomalies runs/first --split all --odd 7 --worst 2 --out made',
    outputs: ['made'],
  },
  {
    name: 'import',
    verb: 'import',
    line: 'import models/one.keras --out made',
    outputs: ['made'],
    optional: list,
  },
  { name: 'new', verb: 'new', line: 'new made.yaml --from dense-1', outputs: ['made.yaml'] },
  {
    name: 'export, over an earlier file',
    verb: 'export',
    before: ['export runs/second --to keras --out made.keras'],
    line: 'export runs/first --to keras --out made.keras',
    outputs: ['made.keras'],
  },
  {
    name: 'export, weights over an earlier file',
    verb: 'export',
    before: ['export runs/second --to safetensors --out made.safetensors'],
    line: 'export runs/first --to safetensors --out made.safetensors',
    outputs: ['made.safetensors'],
  },
  {
    name: 'export, code over earlier code',
    verb: 'export',
    before: ['export runs/second --to pytorch-code --out made'],
    line: 'export runs/first --to pytorch-code --out made',
    outputs: ['made'],
  },
  { name: 'export, code', verb: 'export', line: 'export runs/first --to keras-code --out made', outputs: ['made'] },
  { name: 'export, a folder', verb: 'export', line: 'export runs/first --to tfjs --out made', outputs: ['made'] },
  {
    name: 'export, over an earlier folder',
    verb: 'export',
    before: ['export runs/second --to onnx --out made'],
    line: 'export runs/first --to onnx --out made',
    outputs: ['made'],
  },
  { name: 'data', verb: 'data', line: 'data mnist --fetch', outputs: [] },
  { name: 'data pack', verb: 'data pack', line: 'data pack digits --out made', outputs: ['made'] },
  {
    name: 'data pack, over an earlier pack',
    verb: 'data pack',
    before: ['data pack packed --out made'],
    line: 'data pack digits --out made',
    outputs: ['made'],
  },
];

/** A line for each verb that writes nothing, which a test sees to. */
export const READ_ONLY_LINES: Readonly<Record<string, string>> = {
  zoo: 'zoo',
  summary: 'summary runs/first',
  doctor: 'doctor',
  bench: 'bench --model cnn-1 --batch-size 32 --engine latent-plane-node --seconds 0.01',
};

/** Options that name what is written and have no line, and why. */
export const WITHOUT_SCENARIO: Readonly<Record<string, string>> = {
  'worker --scratch': 'is used with a server alone; src/sweep has tests of its own',
};
