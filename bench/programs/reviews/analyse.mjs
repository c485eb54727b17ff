import nlp from "compromise";

export function analyse(text) {
  const doc = nlp(text);
  return {
    people: doc.people().out("array"),
    places: doc.places().out("array"),
    verbs: doc.verbs().toInfinitive().out("array"),
    nouns: doc.nouns().toPlural().out("array"),
    past: doc.sentences().toPastTense().out("text"),
  };
}
