import { convert as toHtml } from "@asciidoctor/core";

export async function convert(text) {
  return toHtml(text, { safe: "safe", attributes: { showtitle: true, icons: "font", reproducible: "" } });
}
