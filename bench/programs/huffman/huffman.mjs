function buildTree(bytes) {
  const counts = new Map();
  for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  let nodes = [...counts].map(([byte, count]) => ({ byte, count }));
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.count - a.count || (b.byte ?? 256) - (a.byte ?? 256));
    const right = nodes.pop();
    const left = nodes.pop();
    nodes = [...nodes, { count: left.count + right.count, left, right }];
  }
  return nodes[0];
}

function codesOf(node, prefix = "", codes = {}) {
  if (node.byte !== undefined) codes[node.byte] = prefix || "0";
  else {
    codesOf(node.left, `${prefix}0`, codes);
    codesOf(node.right, `${prefix}1`, codes);
  }
  return codes;
}

export function compress(bytes) {
  const tree = buildTree(bytes);
  const codes = codesOf(tree);
  const packed = [];
  let buffer = "";
  for (const byte of bytes) {
    buffer += codes[byte];
    while (buffer.length >= 8) {
      packed.push(Number.parseInt(buffer.slice(0, 8), 2));
      buffer = buffer.slice(8);
    }
  }
  if (buffer) packed.push(Number.parseInt(buffer.padEnd(8, "0"), 2));
  return { tree, length: bytes.length, packed: Uint8Array.from(packed) };
}

export function decompress({ tree, length, packed }) {
  const bytes = new Uint8Array(length);
  let node = tree;
  let at = 0;
  for (const byte of packed) {
    for (let bit = 7; bit >= 0 && at < length; bit--) {
      node = (byte >> bit) & 1 ? node.right : node.left;
      if (node.byte !== undefined) {
        bytes[at++] = node.byte;
        node = tree;
      }
    }
  }
  return bytes;
}
