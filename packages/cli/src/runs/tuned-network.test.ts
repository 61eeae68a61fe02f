import { findNetwork, resolveNetwork } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { decoderSource, tunedNetwork } from './tuned-network.ts';

describe('tunedNetwork', () => {
  it('of convdense-2 and dense-2 is the network of the zoo', () => {
    expect(tunedNetwork(findNetwork('convdense-2'), findNetwork('dense-2'))).toBe(findNetwork('convdense-2-tuned'));
  });

  it('puts a reshape where only the shape differs, before and after', () => {
    const spec = tunedNetwork(findNetwork('convdense-4'), findNetwork('cnn-1'));
    expect(spec).toMatchObject({ id: 'convdense-4-cnn-1-decoder', frozenEncoder: 'convdense-4' });
    expect(spec.decoder[0]).toEqual({ type: 'reshape', targetShape: [2, 1, 1] });
    expect(() => resolveNetwork(spec)).not.toThrow();
    expect(() => resolveNetwork(tunedNetwork(findNetwork('cnn-1'), findNetwork('dense-1')))).not.toThrow();
  });

  it('knows whose decoder a tuned network has', () => {
    const tuned = findNetwork('convdense-2-tuned');
    expect(tuned.kind === 'autoencoder' && decoderSource(tuned)?.id).toBe('dense-2');
  });

  it('refuses a classifier on either side', () => {
    expect(() => tunedNetwork(findNetwork('classifier'), findNetwork('dense-1'))).toThrow(/no-such-part/);
    expect(() => tunedNetwork(findNetwork('dense-1'), findNetwork('classifier'))).toThrow(/no-such-part/);
  });
});
