import Handlebars from "handlebars";

Handlebars.registerHelper("money", (amount) => `${Number(amount).toFixed(2)} EUR`);
Handlebars.registerPartial("foot", "<p>Best regards, {{shop}}</p>");

export function makeTemplate(n) {
  let text = "<h1>Order {{number}}</h1>";
  for (let i = 0; i < 40; i++)
    text += `{{#each items}}{{#if (lookup this "k${i}")}}<td class="c${n}">{{@index}} {{name}} {{money price}}</td>{{else}}<td>{{../number}}</td>{{/if}}{{/each}}{{> foot}}`;
  return text;
}

export function renderMail(template, order) {
  return Handlebars.compile(template)(order);
}
