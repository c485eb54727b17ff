import type { Random } from "./random.ts";

const nouns =
  "account archive batch branch broker bucket buffer catalog channel cluster cursor dataset digest document endpoint " +
  "event export fixture gateway handler index invoice job journal ledger listener lock message metric migration mirror " +
  "monitor node order packet partition payload pipeline policy pool profile queue record region registry relay replica " +
  "report request resolver route scheduler schema segment session shard shipment signal snapshot socket stream " +
  "subscription table target template tenant ticket token trace vault vendor volume watcher webhook worker workspace";

const verbs =
  "accept append apply archive balance batch cancel check claim close collect commit compare compress confirm convert " +
  "copy deliver detach discard dispatch drain enqueue expand extend fetch filter flush forward gather index insert load " +
  "lock map measure merge mirror notify open pack parse prune publish read rebuild reject release replay resolve retry " +
  "return rotate sample save scan select send settle sign split store sync track trim update validate verify watch write";

const adjectives =
  "active ambient atomic backward blocked bounded broken cached central clean cold compact complete current damaged " +
  "delayed distant durable empty expired external failed final foreign frozen idle immutable incoming internal invalid " +
  "large late lazy local locked manual missing mutable narrow nested outgoing parallel partial pending primary private " +
  "public random recent remote scheduled secondary shared signed silent single slow stale steady temporary trusted unsafe";

const nounList = nouns.split(" ");
const verbList = verbs.split(" ");
const adjectiveList = adjectives.split(" ");

const sentences = [
  "Every __noun__ belongs to exactly one __noun__, and a __adj__ __noun__ is never shared between them.",
  "Before you __verb__ the __noun__, make sure that its __noun__ is not __adj__.",
  "The __noun__ will __verb__ each __adj__ __noun__ and __verb__ what is left of the __noun__.",
  "A __adj__ __noun__ is cheap to __verb__, but it takes __num__ milliseconds to __verb__ a __adj__ one.",
  "When a __noun__ turns __adj__, the __noun__ keeps the last __num__ entries and drops the __noun__.",
  "You rarely need to __verb__ a __noun__ by hand: the __noun__ does it after **__num__ seconds** of silence.",
  "In other words, *__verb__ first*, __verb__ later, and keep the __adj__ __noun__ out of the __noun__.",
  "Set `__noun__.__noun__` to `__num__` if the __noun__ has to __verb__ more than one __adj__ __noun__.",
  "Most teams start with a single __noun__ and __verb__ it once the __noun__ grows beyond __num__ items.",
  "It is safe to call `__verb__()` twice; the second call finds the __noun__ __adj__ and returns at once.",
  "Errors of the __noun__ reach you through the __adj__ __noun__, together with the __noun__ that caused them.",
  "Nothing is lost when the __noun__ restarts, because the __noun__ is able to __verb__ itself from the __noun__.",
  "Keep in mind that a ~~__adj__~~ __adj__ __noun__ does not __verb__ until somebody reads the __noun__.",
  "That is why the __noun__ and the __noun__ have to agree on the __adj__ __noun__ beforehand.",
];

/** Replaces `__noun__`, `__verb__`, `__adj__` and `__num__` by words and numbers, `__Noun__` by a capitalized noun. */
export function fill(template: string, random: Random): string {
  return template.replace(/__(noun|Noun|verb|adj|num)__/g, (_, kind: string) => {
    if (kind === "verb") return random.pick(verbList);
    if (kind === "adj") return random.pick(adjectiveList);
    if (kind === "num") return String(random.int(2, 900));
    const noun = random.pick(nounList);
    return kind === "Noun" ? capitalize(noun) : noun;
  });
}

export function paragraph(random: Random, length: number): string {
  const list: string[] = [];
  for (let i = 0; i < length; i++) list.push(fill(random.pick(sentences), random));
  return list.join(" ").replace(/\b([Aa]) (?=[aeiou])/g, "$1n ");
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
