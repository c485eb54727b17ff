import QRCode from "qrcode";

export async function ticket(n) {
  const text = `https://tickets.example.org/${n}?seat=${n * 13}&key=${"abcdef0123456789".repeat(6)}`;
  const svg = await QRCode.toString(text, { type: "svg", errorCorrectionLevel: "H" });
  return { text, svg };
}
