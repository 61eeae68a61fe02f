/** Whether what is on record of a network is of other images than those on show: apart, since it needs the whole zoo. */
import type { DataIdentity } from '../../images/index.ts';
import type { NetworkSpec } from '../types.ts';
import { networks } from './index.ts';
import { isOnRecord, RECORD_DATA } from './on-record.ts';

/** The data set that a network's record is of, where these are other images; null where they are not, or nothing is on record. */
export const otherRecord = ({ record }: NetworkSpec, data: DataIdentity | null | undefined): string | null =>
  isOnRecord(data) || !networks.some((network) => network.record === record) ? null : RECORD_DATA;
