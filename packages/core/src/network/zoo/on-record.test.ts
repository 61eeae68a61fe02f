import { describe, expect, it } from 'vitest';
import { FASHION_MNIST, identityOfEntry, MNIST } from '../../images/index.ts';
import { findNetwork, networks } from './index.ts';
import { isOnRecord, publishedError } from './on-record.ts';
import { otherRecord } from './other-record.ts';

const [mnist, fashion] = [identityOfEntry(MNIST), identityOfEntry(FASHION_MNIST)];

describe('what is on record', () => {
  it('is of MNIST: no published error stands beside other images, or beside such as nobody knows', () => {
    expect(publishedError(findNetwork('dense-1'), mnist)).toBe(0.0406834);
    expect([isOnRecord(mnist), isOnRecord(fashion), isOnRecord(undefined)]).toEqual([true, false, false]);
    for (const network of networks) {
      expect(publishedError(network, fashion)).toBeNull();
      expect(publishedError(network, null)).toBeNull();
    }
  });

  it('names its data set beside other images alone, and of the zoo alone', () => {
    expect(otherRecord(findNetwork('cnn-1'), mnist)).toBeNull();
    expect(otherRecord({ ...findNetwork('cnn-1'), id: 'cnn-1-seed-2' }, fashion)).toBe('MNIST');
    expect(otherRecord({ ...findNetwork('cnn-1'), record: 'None.' }, fashion)).toBeNull();
  });
});
