/** What is tried on a scenario, drawn from a seed: which fault, and at which of its calls to the disk. */
import { Dice } from '../../data/testing.ts';
import { type Fault, type FaultCode, OPERATIONS, type Operation } from './plan.ts';
import type { Scenario } from './scenarios.ts';

export type Trial =
  /** A fault at a call to the disk: of those of one operation, else of all that change something. */
  | { readonly type: 'at-call'; readonly fault: Fault; readonly operation?: Operation; readonly at: number }
  /** SIGKILL from outside, after a part of the time that the line takes. */
  | { readonly type: 'kill-after'; readonly share: number }
  /** A real disk that has room for a part of the result alone. */
  | { readonly type: 'full-disk'; readonly share: number };

export type Counts = Readonly<Record<Operation, number>>;

const KILLS = 20;
const FULL_DISKS = [0, 0.2, 0.5, 0.8];

/** A full disk reads; nothing else is left out. */
const CODES: Readonly<Record<Operation, readonly FaultCode[]>> = {
  read: ['EACCES', 'EIO'],
  write: ['ENOSPC', 'EACCES', 'EIO'],
  rename: ['ENOSPC', 'EACCES', 'EIO'],
  remove: ['EACCES', 'EIO'],
};

/** Different numbers from 1 to `count`, drawn. */
const drawn = (dice: Dice, count: number, most: number): number[] => {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  while (all.length > most) all.splice(dice.roll(all.length), 1);
  return all;
};

/**
 * Everything that is tried on a scenario.
 *
 * @param each - calls that each fault comes upon; fewer where there are fewer.
 */
export const trialsOf = ({ name, outputs }: Scenario, counts: Counts, seed: number, each = 3): readonly Trial[] => {
  const dice = new Dice(seed, `faults ${name}`, 0);
  const changes = counts.write + counts.rename + counts.remove;
  const atCalls = (count: number, trialAt: (at: number) => Omit<Trial & { type: 'at-call' }, 'type' | 'at'>): Trial[] =>
    drawn(dice, count, each).map((at): Trial => ({ type: 'at-call', at, ...trialAt(at) }));
  const errors = OPERATIONS.flatMap((operation) =>
    CODES[operation].flatMap((code) =>
      // A full disk stays full.
      atCalls(counts[operation], () => {
        const lasts = code === 'ENOSPC' || dice.roll(3) === 0;
        return { operation, fault: { type: 'error', code, lasts } };
      }),
    ),
  );
  const gone = outputs.flatMap((folder) => atCalls(changes, () => ({ fault: { type: 'remove-folder', folder } })));
  const late = atCalls(changes, () => ({ fault: { type: 'clock-back' } }));
  const kills = Array.from(
    { length: changes === 0 ? 0 : KILLS },
    (_, i): Trial =>
      i % 2 === 0
        ? { type: 'at-call', at: 1 + dice.roll(changes), fault: { type: 'kill' } }
        : { type: 'kill-after', share: dice.roll(1000) / 1000 },
  );
  const full = FULL_DISKS.map((share): Trial => ({ type: 'full-disk', share }));
  return [...errors, ...gone, ...late, ...kills, ...full];
};

export const isKill = (trial: Trial): boolean =>
  trial.type === 'kill-after' || (trial.type === 'at-call' && trial.fault.type === 'kill');

/** `EIO at rename 2`. */
export const trialName = (trial: Trial): string => {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (trial.type === 'kill-after') return `SIGKILL after ${percent(trial.share)} of the time`;
  if (trial.type === 'full-disk') return `a disk with room for ${percent(trial.share)}`;
  const { fault, operation, at } = trial;
  switch (fault.type) {
    case 'error':
      return `${fault.code} at ${operation} ${at}${fault.lasts ? ' and all after it' : ''}`;
    case 'kill':
      return `SIGKILL at change ${at}`;
    case 'remove-folder':
      return `${fault.folder} removed at change ${at}`;
    case 'clock-back':
      return `clock set back at change ${at}`;
  }
};
