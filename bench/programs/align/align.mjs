export function mutate(sequence, rate, random) {
  let result = "";
  for (const base of sequence) {
    const r = random();
    if (r < rate / 3) continue;
    if (r < (2 * rate) / 3) result += "ACGT"[Math.floor(random() * 4)];
    result += r < rate ? "ACGT"[Math.floor(random() * 4)] : base;
  }
  return result;
}

/** Global alignment after Needleman and Wunsch. */
export function align(a, b, { match = 2, mismatch = -1, gap = -2 } = {}) {
  const score = [];
  for (let i = 0; i <= a.length; i++) {
    score.push(new Array(b.length + 1).fill(0));
    score[i][0] = i * gap;
  }
  for (let j = 0; j <= b.length; j++) score[0][j] = j * gap;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const diagonal = score[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? match : mismatch);
      score[i][j] = Math.max(diagonal, score[i - 1][j] + gap, score[i][j - 1] + gap);
    }
  }
  let top = "";
  let bottom = "";
  let i = a.length;
  let j = b.length;
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && score[i][j] === score[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? match : mismatch)) {
      top = a[--i] + top;
      bottom = b[--j] + bottom;
    } else if (i > 0 && score[i][j] === score[i - 1][j] + gap) {
      top = a[--i] + top;
      bottom = `-${bottom}`;
    } else {
      top = `-${top}`;
      bottom = b[--j] + bottom;
    }
  }
  return { score: score[a.length][b.length], top, bottom };
}

export function identity({ top, bottom }) {
  let same = 0;
  for (let i = 0; i < top.length; i++) if (top[i] === bottom[i]) same++;
  return same / top.length;
}
