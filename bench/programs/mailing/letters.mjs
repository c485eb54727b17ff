import nunjucks from "nunjucks";

const env = new nunjucks.Environment(new nunjucks.FileSystemLoader("templates"), { autoescape: true });
env.addFilter("money", (value) => `EUR ${value.toFixed(2)}`);

export function makeMembers(count) {
  let s = 4;
  const random = (n) => {
    s = (s * 48271) % 2147483647;
    return s % n;
  };
  return Array.from({ length: count }, (_, id) => ({
    name: `Member <${id}>`,
    kind: ["new", "gold", "silver"][random(3)],
    items: Array.from({ length: 10 + random(30) }, () => ({
      name: `thing ${random(900)}`,
      price: random(9999) / 100,
      count: 1 + random(5),
    })),
  }));
}

export function writeLetter(member) {
  const total = member.items.reduce((sum, { price, count }) => sum + price * count, 0);
  return env.render("letter.njk", { member, items: member.items, total: member.kind === "gold" ? total * 0.9 : total });
}
