import * as cheerio from "cheerio";
import slugify from "slugify";

export function makePage(n) {
  let html = `<html><body><h1>Page ${n}</h1>`;
  for (let i = 0; i < 60; i++)
    html += `<section class="s${i % 4}"><h2>Über Thema ${i} & ${n}</h2><p>Text <a href="/p/${i}?n=${n}">link ${i}</a> und <b>fett</b></p><ul><li>a<li>b</ul></section>`;
  return `${html}</body></html>`;
}

export function withContents(html) {
  const $ = cheerio.load(html);
  const contents = [];
  $("section h2").each((_, el) => {
    const id = slugify($(el).text(), { lower: true, strict: true });
    $(el).attr("id", id);
    contents.push({ id, text: $(el).text(), links: $(el).parent().find("a[href]").length });
  });
  $("body").prepend(`<nav>${contents.map(({ id, text }) => `<a href="#${id}">${text}</a>`).join("")}</nav>`);
  return { html: $.html(), contents };
}
