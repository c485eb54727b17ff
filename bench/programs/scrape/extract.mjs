import * as cheerio from "cheerio";

export function extract(html) {
  const $ = cheerio.load(html);
  return $(".product")
    .map((_, element) => {
      const product = $(element);
      const specs = {};
      product.find(".specs li").each((_, li) => {
        const name = $(li).find("b").text();
        specs[name] = $(li).text().replace(name, "").trim();
      });
      return {
        id: product.data("id"),
        title: product.find("h2 a").text(),
        link: product.find("h2 a").attr("href"),
        price: Number.parseFloat(product.find(".price").text()),
        available: !product.hasClass("sold-out"),
        specs,
      };
    })
    .get();
}
