/**
 * Where a run stands, in words: for the eye at every batch, for the ear now and then.
 *
 * In: the state of the run. Out: text.
 */
import type { RunState } from '../../train/run-state.ts';
import { durationWords, grouped } from '../model/facts.ts';

/** `Training`, `Paused`, ... */
export const statusWord = ({ status, data }: RunState): string => {
  switch (status) {
    case null:
      return 'Nothing runs yet';
    case 'loading':
      return data === null ? 'Preparing' : 'Loading images';
    case 'running':
      return 'Training';
    case 'paused':
      return 'Paused';
    case 'finished':
      return 'Finished';
    case 'early':
      return 'Stopped early: no better for as long as the recipe waits';
    case 'diverged':
      return 'Stopped: the loss became no number';
  }
};

/** `Epoch 3 of 150, batch 12 of 235` */
export const placeWords = ({ progress, ready, history }: RunState): string => {
  if (progress) {
    const { epoch, epochs, batch, batches } = progress;
    return `Epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}`;
  }
  if (ready)
    return history.length === 0
      ? `Before the first of ${ready.recipe.epochs} epochs`
      : `After epoch ${history.length} of ${ready.recipe.epochs}`;
  return '';
};

export const rateWords = ({ progress, status }: RunState): string => {
  if (status !== 'running' || !progress) return '';
  const { imagesPerSecond, secondsLeft } = progress;
  const rate = imagesPerSecond === null ? '' : `${grouped(Math.round(imagesPerSecond))} images/s`;
  return [rate, secondsLeft === null ? '' : `${durationWords(secondsLeft)} left`]
    .filter((word) => word !== '')
    .join(' · ');
};

/** Of images on their way. */
export const loadingWords = ({ data }: RunState): string => {
  if (data === null) return '';
  const { what, done, total } = data;
  return total === null ? `${what}: ${grouped(done)}` : `${what}: ${grouped(done)} of ${grouped(total)}`;
};

/** For a screen reader: what changed since it last heard of the run, but not every batch. */
export const spokenStatus = (state: RunState): string => {
  const { history, ready, status } = state;
  if (status === null || ready === null) return status === 'loading' ? 'Preparing the training' : '';
  const last = history[history.length - 1];
  if (last === undefined) return `${statusWord(state)}, before the end of the first epoch.`;
  return `${statusWord(state)}. Epoch ${last.epoch} of ${ready.recipe.epochs} done, loss ${last.loss.toPrecision(3)}.`;
};
