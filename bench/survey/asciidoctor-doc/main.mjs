import { digest } from "../digest.mjs";
import { convert } from "./doc.mjs";

for (let n = 0; n < 12; n++) {
  let text = `= Chapter ${n}\n:toc:\n\n`;
  for (let i = 0; i < 25; i++)
    text += `== Section ${i}\n\nSome *bold* and _italic_ text with https://example.org/${n}[a link].\n\n* one\n** two ${i}\n* three\n\n[source,js]\n----\nconst a = ${i};\n----\n\n|===\n|a |b\n|${i} |${n}\n|===\n\nNOTE: Mind the gap.\n\n`;
  const html = await convert(text);
  console.log(n, html.length, digest(html));
}
