/**
 * How far clusters are classes.
 *
 * In: the cluster and the class of each image. Out: purity, normalised mutual information, adjusted Rand index.
 * Source: Manning, Raghavan & Schütze 2008, Introduction to information retrieval, 16.3; Hubert & Arabie 1985, Comparing
 * partitions. The definitions are those of scikit-learn.
 */

/** Agreement of clusters with classes. */
export interface ClusterAgreement {
  /** Share of images that are of the most frequent class of their cluster. */
  readonly purity: number;
  /** Mutual information over the mean of both entropies, 0 to 1. */
  readonly normalisedMutualInformation: number;
  /** Pairs that are together in both or apart in both: 1 where all are, about 0 by chance. */
  readonly adjustedRandIndex: number;
  /** By cluster: its most frequent class, and that class's share; of a cluster without images null. */
  readonly clusters: readonly ({ readonly label: number; readonly share: number } | null)[];
}

const entropyOf = (counts: Iterable<number>, total: number): number => {
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / total) * Math.log(count / total);
  return entropy;
};

const pairs = (count: number): number => (count * (count - 1)) / 2;

const sumOfPairs = (counts: Iterable<number>): number => {
  let sum = 0;
  for (const count of counts) sum += pairs(count);
  return sum;
};

const countsOf = (values: ArrayLike<number>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  return counts;
};

/** By cluster, how many images of each class it holds. */
const tableOf = (clusters: ArrayLike<number>, labels: ArrayLike<number>, count: number) => {
  const table = Array.from({ length: count }, () => new Map<number, number>());
  for (let i = 0; i < clusters.length; i++) {
    const row = table[clusters[i]];
    row.set(labels[i], (row.get(labels[i]) ?? 0) + 1);
  }
  return table;
};

const majorityOf = (row: ReadonlyMap<number, number>): { readonly label: number; readonly share: number } | null => {
  let [label, most, total] = [-1, 0, 0];
  for (const [each, count] of row) {
    total += count;
    if (count > most || (count === most && each < label)) [label, most] = [each, count];
  }
  return total === 0 ? null : { label, share: most / total };
};

/**
 * Compares clusters with classes.
 *
 * @param clusters - `[count]`, below `clusterCount`.
 * @param labels - `[count]`.
 */
export const clusterAgreement = (
  clusters: ArrayLike<number>,
  labels: ArrayLike<number>,
  clusterCount: number,
): ClusterAgreement => {
  const count = clusters.length;
  const table = tableOf(clusters, labels, clusterCount);
  const [byCluster, byClass] = [countsOf(clusters), countsOf(labels)];
  const majorities = table.map(majorityOf);
  const right = majorities.reduce((sum, each, cluster) => sum + (each?.share ?? 0) * (byCluster.get(cluster) ?? 0), 0);
  const cells = table.flatMap((row) => Array.from(row.values()));
  const entropies = [entropyOf(byCluster.values(), count), entropyOf(byClass.values(), count)];
  const mutual = entropies[0] + entropies[1] - entropyOf(cells, count);
  const mean = (entropies[0] + entropies[1]) / 2;
  const [together, inClusters, inClasses] = [cells, byCluster.values(), byClass.values()].map(sumOfPairs);
  const byChance = (inClusters * inClasses) / Math.max(1, pairs(count));
  const most = (inClusters + inClasses) / 2;
  return {
    purity: right / count,
    normalisedMutualInformation: mean === 0 ? 1 : Math.max(0, mutual) / mean,
    adjustedRandIndex: most === byChance ? 1 : (together - byChance) / (most - byChance),
    clusters: majorities,
  };
};
