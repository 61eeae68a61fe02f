/**
 * Ranks images off the main thread, the odd ones first.
 *
 * In: errors, or codes that are scored beside those of the training images (`RankRequest`). Out: the ranking, or why there is none.
 */
import { byScore, type Codes, errorRecord, LatentError } from 'latent-plane';
import { type CodeScore, codeScore } from 'latent-plane/internal';
import type { AnomalyRanking, RankAnswer, RankRequest } from '../anomalies/ranking.ts';

/** Of too few different codes for a mixture, one Gaussian has the density. */
const scoringBy = async (usual: Codes, score: CodeScore): ReturnType<typeof codeScore> => {
  try {
    return await codeScore(usual, score);
  } catch (error) {
    if (!(error instanceof LatentError) || error.code !== 'too-few-codes') throw error;
    return codeScore(usual, score, { components: 1 });
  }
};

const scoresOf = async ({ of, training }: RankRequest): Promise<Float64Array> => {
  if ('errors' in of) return Float64Array.from(of.errors);
  const { values, count, size } = of.codes;
  const usual = training > 0 ? training : count;
  const scoring = await scoringBy({ values: values.subarray(0, usual * size), count: usual, size }, of.score);
  return scoring(of.codes);
};

const rank = (scores: Float64Array, training: number): AnomalyRanking => {
  const known = Uint32Array.from(scores.keys()).filter((i) => !Number.isNaN(scores[i]));
  const values = Float64Array.from(known, (i) => scores[i]);
  const ofTraining = values.subarray(0, known.filter((i) => i < training).length);
  const isTraining = ofTraining.length > 0;
  return {
    scores,
    order: Uint32Array.from(byScore(values), (place) => known[place]),
    usual: Float64Array.from(isTraining ? ofTraining : values).sort(),
    isTraining,
  };
};

self.onmessage = async ({ data }: MessageEvent<RankRequest>) => {
  let answer: RankAnswer;
  try {
    answer = { type: 'done', result: rank(await scoresOf(data), data.training) };
  } catch (error) {
    answer = { type: 'failed', fault: errorRecord(error) };
  }
  self.postMessage(answer);
};
