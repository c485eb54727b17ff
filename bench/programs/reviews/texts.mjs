const people = ["Anna Miller", "Tom Baker", "Dr. Ruiz", "Sarah Chen", "the waiter"];
const places = ["Paris", "Berlin", "the old harbour", "New York", "Lake Como"];
const verbs = ["visited", "was cooking for", "will recommend", "had forgotten", "loves"];
const endings = [
  "and we paid twenty dollars",
  "but the soup was cold",
  "on March 3rd",
  "because it rained for two hours",
];

export function makeReviews(count) {
  let s = 9;
  const pick = (list) => {
    s = (s * 16807) % 2147483647;
    return list[s % list.length];
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 4 }, () => `${pick(people)} ${pick(verbs)} ${pick(places)} ${pick(endings)}.`).join(" "),
  );
}
