import { markdown } from "./markdown.mjs";

export function readPost(slug, text) {
  const [, head, body] = text.split(/^---$/m);
  const fields = Object.fromEntries(
    head
      .trim()
      .split("\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
  );
  return {
    slug,
    title: fields.title,
    date: fields.date,
    tags: fields.tags.split(",").map((tag) => tag.trim()),
    words: body.split(/\s+/).length,
    html: markdown(body.trim()),
    vector: countWords(body),
  };
}

function countWords(text) {
  const counts = {};
  for (const [word] of text.toLowerCase().matchAll(/[a-z]{4,}/g)) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function similarity(a, b) {
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (const word in a) {
    dot += a[word] * (b[word] ?? 0);
    lengthA += a[word] ** 2;
  }
  for (const word in b) lengthB += b[word] ** 2;
  return dot / Math.sqrt(lengthA * lengthB);
}

export function relatedPosts(posts, post, count) {
  return posts
    .filter((other) => other !== post)
    .map((other) => ({ slug: other.slug, title: other.title, score: similarity(post.vector, other.vector) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count);
}
