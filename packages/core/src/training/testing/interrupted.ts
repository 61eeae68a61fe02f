/**
 * Trainings that are left early, and how many sessions they leave open. Not part of the program.
 */
import type { Runtime } from '../../tensor/index.ts';
import type { TrainingJob } from '../job.ts';
import type { TrainingResult } from '../result.ts';
import type { TrainingState } from '../state.ts';
import { type TrainingStep, train } from '../trainer.ts';

/** Trains until a step is the last that is wanted. */
export const trainUntil = async (
  job: TrainingJob,
  isLast: (step: TrainingStep) => boolean,
  resume?: TrainingState,
): Promise<TrainingResult> => {
  const training = train(job, resume);
  for await (const step of training) if (isLast(step)) break;
  return training.result();
};

/** A runtime that counts its sessions. */
export const countSessions = (runtime: Runtime) => {
  const sessions = { opened: 0, open: 0, runs: 0 };
  const counted: Runtime = {
    ...runtime,
    createSession: async (graph, options) => {
      const session = await runtime.createSession(graph, options);
      sessions.opened += 1;
      sessions.open += 1;
      return {
        run: (feeds, into) => {
          sessions.runs += 1;
          return session.run(feeds, into);
        },
        release: async () => {
          await session.release();
          sessions.open -= 1;
        },
      };
    },
  };
  return { runtime: counted, sessions };
};
