import { type AutoencoderSpec, findNetwork } from 'latent-plane';
import { expect, it } from 'vitest';
import { requireLabels } from './require-labels.ts';

const network = findNetwork('dense-1');
if (network.kind !== 'autoencoder') throw new Error('an autoencoder');
const conditional: AutoencoderSpec = { ...network, label: { classes: 2 } };
const facts = (...classNames: readonly string[]) => ({ facts: { name: 'mine', licence: '', source: '', classNames } });
const labels = (...values: readonly number[]) => ({ labels: Uint8Array.from(values) });

it('asks for labels where the network takes them, of as many classes as it knows', () => {
  expect(() => requireLabels(conditional, facts('a', 'b'), labels(0, 1))).not.toThrow();
  expect(() => requireLabels(network, facts('no label'), labels(0))).not.toThrow();
  expect(() => requireLabels(conditional, facts('no label'), labels(0))).toThrow(
    /^no-labels: network "dense-1", field "label": .*images of "mine" have none; choose images with labels/,
  );
  expect(() => requireLabels(conditional, facts('a', 'b', 'c'), labels(0, 2))).toThrow(
    /^unknown-label: .*expected images of at most 2 classes, got 3 classes in "mine"/,
  );
});
