/**
 * A kind of value for every option and argument of the program. One that is missing here fails a test, so that a new
 * option is tried with good and bad values from the day it is there.
 */
import {
  anyData,
  anyModel,
  data,
  decoderId,
  imageFiles,
  inputs,
  modelFile,
  networkId,
  numbers,
  outputFile,
  outputFolder,
  outputPath,
  ownModel,
  ownRun,
  packable,
  textFile,
  type ValueKind,
  words,
} from './values.ts';

const NOWHERE = 'nats://127.0.0.1:9';

/** By the option's name, or by verb and name where it means something else there. */
export const OPTION_VALUES: Readonly<Record<string, ValueKind>> = {
  '--at': words(['0,0', '0.3,-1.5', '1e-3,2', '-1,+1'], ['0', '0,0,0', '0;0', '1e400,0', '1e39,0', ',', 'a,b']),
  '--batch-size': numbers([7, 16, 60], [0, 65_537, 2048]),
  '--checkpoint-every': numbers([1, 2], [0, 1_000_001]),
  '--classifier': words(['none'], ['runs/first', 'dense', 'notes.txt', '/proc']),
  '--collect': outputFolder,
  '--csv': outputFile('.csv'),
  '--dataset': data,
  '--decoder': decoderId,
  '--delay': numbers([20, 400], [19, 60_001]),
  '--engine': words(['latent-plane-node', 'latent-plane-wasm'], ['keras', 'latent-plane']),
  '--epochs': numbers([1, 2], [0, 1_000_001, 1.5]),
  '--export': outputFolder,
  '--fail-on': words(['error', 'warning', 'info', 'dead-dimension', 'worse-than-floor'], ['fatal', 'none', 'dead']),
  '--field-size': numbers([2, 9], [1, 2001]),
  '--folder': inputs(
    ['sweeps/open', './sweeps/done/'],
    ['sweeps', 'runs/first', 'empty', 'none', 'notes.txt', '/proc'],
  ),
  '--frames': numbers([2, 3, 99], [0, 1, 1e16]),
  '--from': words(['dense-1', 'vae-1', 'runs/first'], ['dense', 'none', 'notes.txt', '/proc']),
  '--grid': words(
    ['seeds=3', 'learningRate=0.001', 'recipes=best', 'shuffle=true,false'],
    [
      'seeds',
      'seeds=',
      '=3',
      'seeds=5..1',
      'seeds=1..100000',
      'noise=1',
      'epochs=0',
      'networks=dense',
      'seeds=1e99',
      'datasets=',
    ],
  ),
  '--host': words(
    ['127.0.0.1', 'localhost'],
    ['256.0.0.1', 'no.such.host.invalid', '192.0.2.1', 'http://127.0.0.1', '/tmp'],
  ),
  '--init': ownModel,
  '--lease': numbers([5], [0, 3601]),
  '--learning-rate': numbers([0.001, 0.01, 1e-12], [0, 10.1, -0.001]),
  '--model': words(['dense-1', 'cnn-1'], ['dense', 'runs/first']),
  '--nats': inputs([NOWHERE], ['nats://', 'http://127.0.0.1:9', '127.0.0.1:99999', 'nats://a:b@127.0.0.1:9']),
  '--nats-ca': textFile('notes.txt'),
  '--nats-creds': textFile('notes.txt'),
  '--network': networkId,
  '--number': numbers([0, 1, 1023], [-1, 1024]),
  '--only': words(['cnn-1'], ['dense', 'seeds', '1']),
  '--out': outputFolder,
  '--part': words(['encoder', 'decoder'], ['autoencoder', 'code']),
  '--patience': numbers([1, 2], [0, 1_000_001]),
  '--png': outputFile('.png'),
  '--port': numbers([0], [65_536, 1]),
  '--recipe': words(['documented', 'best'], ['custom', 'tuned']),
  '--replicas': numbers([1], [0, 6]),
  '--resume': inputs(
    ['runs/half', './runs/first'],
    ['runs', 'none', 'empty', 'notes.txt', 'digits', 'sweeps/done', '/proc/self'],
  ),
  '--rounds': numbers([1], [0, 100]),
  // The networks of the trials take no label.
  '--label': numbers([], [0, 10, 65_536]),
  '--scale': numbers([1, 2, 10], [0, 101]),
  '--scratch': outputFolder,
  '--seconds': numbers([0.01], [0, 601]),
  '--seed': numbers([0, 1, 7, 9007199254740991], [-1, 1.5, 9007199254740992]),
  '--set': words(
    ['weightDecay=0.01', 'bestBy=batch-loss', 'outputBias=none', 'schedule=constant'],
    ['weightDecay', 'weightDecay=-1', 'noise=1', 'epochs=0', '=', 'schedule.cycles=2', 'bestBy=luck'],
  ),
  '--size': numbers([2, 5], [0, 1, 1001]),
  '--split': words(['train', 'test', 'all'], ['validation']),
  '--by': words(['model', 'code-size'], ['size']),
  '--scores': words(['usual', 'all'], ['some']),
  '--svg': outputFile('.svg'),
  '--sweep': words(['000000000000'], ['sweeps/done', '000000']),
  '--threads': numbers([1, 2], [0, 1025]),
  '--to': words(['keras', 'onnx', 'tfjs'], ['h5', 'pytorch', 'json']),
  '--validation-split': numbers([0, 0.1, 0.5], [-0.1, 0.95, 1]),
  '--workers': numbers([1, 2], [0, 257]),
  'decode --out': outputFile('.png'),
  'encode --out': outputFile('.csv', '.npy'),
  'export --out': outputPath('.keras', '.onnx'),
  'plane --out': outputPath('.png'),
};

/** By verb and name. */
export const ARGUMENT_VALUES: Readonly<Record<string, ValueKind>> = {
  'compare models': anyModel,
  'data dataset': anyData,
  'data pack source': packable,
  'decode model': anyModel,
  'diagnose model': anyModel,
  'encode model': anyModel,
  'evaluate model': anyModel,
  'evolve run': ownRun,
  'explore models': ownModel,
  'export model': anyModel,
  'import path': modelFile,
  'summary model': anyModel,
  'plane model': anyModel,
  'reconstruct images': imageFiles,
  'reconstruct model': ownModel,
  'sweep file': textFile('seeds.yaml', 'other.yaml'),
  'train network': networkId,
  'new file': outputFile('.yaml'),
  'tune-decoder model': anyModel,
};

export const optionValue = (verb: string, long: string): ValueKind | undefined =>
  OPTION_VALUES[`${verb} ${long}`] ?? OPTION_VALUES[long];

export const argumentValue = (verb: string, name: string): ValueKind | undefined => ARGUMENT_VALUES[`${verb} ${name}`];
