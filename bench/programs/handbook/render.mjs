import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";

function headings() {
  return (tree, file) => {
    file.data.headings = tree.children
      .filter((node) => node.type === "heading" && node.depth === 2)
      .map((node) => node.children.map(({ value }) => value).join(""));
  };
}

const processor = unified().use(remarkParse).use(remarkGfm).use(headings).use(remarkRehype).use(rehypeStringify);

export async function render(markdown) {
  const file = await processor.process(markdown);
  return { html: String(file), headings: file.data.headings };
}
