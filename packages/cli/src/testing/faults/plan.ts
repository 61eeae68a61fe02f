/** What is to go wrong at the system's edge, and what was seen of it: the words between the tests and the program that they break. */

/** What a call to the disk does. `change` is any of the last three. */
export type Operation = 'read' | 'write' | 'rename' | 'remove';
export const OPERATIONS: readonly Operation[] = ['read', 'write', 'rename', 'remove'];

export type FaultCode = 'ENOSPC' | 'EACCES' | 'EIO';

export type Fault =
  /** The call fails; where it would write, half of its bytes are there. */
  | { readonly type: 'error'; readonly code: FaultCode; readonly lasts: boolean }
  /** The process ends at this instant, in the midst of the call. */
  | { readonly type: 'kill' }
  /** Somebody removes the folder. */
  | { readonly type: 'remove-folder'; readonly folder: string }
  /** The clock goes back by a year; what is written then is as old. */
  | { readonly type: 'clock-back' };

export interface FaultPlan {
  /** Only calls below this folder count. */
  readonly below: string;
  /** Which calls count; all that change something where absent. */
  readonly operation?: Operation;
  /** It goes wrong at this call, counted from 1; never where it is 0. */
  readonly at: number;
  readonly fault: Fault;
  /** Gets a line of JSON for each process. */
  readonly log: string;
}

/** A line of the log. */
export interface FaultRecord {
  readonly pid: number;
  readonly words: readonly string[];
  readonly counts: Readonly<Record<Operation, number>>;
  /** The calls that went wrong. */
  readonly injected: readonly string[];
}

/** Environment variable with the plan as JSON. */
export const PLAN_VARIABLE = 'LATENT_TEST_FAULT';
