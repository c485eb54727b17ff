import { kmeans } from "ml-kmeans";

export function points(n, seed) {
  return Array.from({ length: n }, (_, i) => [
    ((i * 37 + seed) % 101) + (i % 3) * 200,
    ((i * i) % 97) + (i % 5) * 50,
    (i * seed) % 61,
  ]);
}

export function cluster(data, k) {
  const { clusters, centroids, iterations } = kmeans(data, k, { initialization: "kmeans++", seed: 7 });
  return { sizes: centroids.map((_, i) => clusters.filter((c) => c === i).length), iterations, centroids };
}
