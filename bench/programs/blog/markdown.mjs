const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function inline(text) {
  return escape(text)
    .replace(/`([^`]+)`/g, "<code>$1</code>")
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');
}

export function markdown(source) {
  const html = [];
  for (const block of source.split(/\n{2,}/)) {
    const heading = /^(#{1,6}) (.*)/.exec(block);
    if (heading) {
      html.push(`<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`);
    } else if (block.startsWith("* ")) {
      const items = block.split("\n").map((line) => `<li>${inline(line.slice(2))}</li>`);
      html.push(`<ul>${items.join("")}</ul>`);
    } else {
      html.push(`<p>${inline(block)}</p>`);
    }
  }
  return html.join("\n");
}
