const filters = {
  upper: (value) => String(value).toUpperCase(),
  raw: (value) => ({ raw: String(value) }),
};

function escapeHtml(value) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(value).replace(/[&<>"]/g, (c) => entities[c]);
}

function parse(source) {
  const root = { type: "root", children: [] };
  const stack = [root];
  for (const part of source.split(/({{.*?}}|{%.*?%})/)) {
    const top = stack.at(-1);
    if (part.startsWith("{{")) {
      const [path, filter] = part
        .slice(2, -2)
        .split("|")
        .map((text) => text.trim());
      top.children.push({ type: "value", path: path.split("."), filter });
    } else if (part.startsWith("{%")) {
      const words = part.slice(2, -2).trim().split(/\s+/);
      if (words[0] === "end") {
        stack.pop();
      } else {
        const node =
          words[0] === "for"
            ? { type: "for", name: words[1], path: words[3].split("."), children: [] }
            : { type: "if", path: words[1].split("."), children: [] };
        top.children.push(node);
        stack.push(node);
      }
    } else if (part) {
      top.children.push({ type: "text", text: part });
    }
  }
  return root;
}

const lookUp = (path, scope) => path.reduce((value, name) => value?.[name], scope);

function renderNode(node, scope) {
  switch (node.type) {
    case "text":
      return node.text;
    case "value": {
      const value = lookUp(node.path, scope) ?? "";
      const filtered = node.filter ? filters[node.filter](value) : value;
      return filtered.raw ?? escapeHtml(filtered);
    }
    case "if":
      return lookUp(node.path, scope) ? renderChildren(node, scope) : "";
    case "for":
      return lookUp(node.path, scope)
        .map((item) => renderChildren(node, { ...scope, [node.name]: item }))
        .join("");
    default:
      return renderChildren(node, scope);
  }
}

function renderChildren(node, scope) {
  return node.children.map((child) => renderNode(child, scope)).join("");
}

export function render(source, data) {
  return renderNode(parse(source), data);
}
