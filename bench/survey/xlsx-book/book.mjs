import XLSX from "xlsx";

export function sales(month) {
  return Array.from({ length: 400 }, (_, i) => ({
    id: i,
    product: `Product ${(i * 7) % 40}`,
    amount: ((i * 31 + month * 17) % 500) / 10,
    count: (i + month) % 9,
  }));
}

export function makeBook(rows) {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, XLSX.utils.json_to_sheet(rows), "Sales");
  return XLSX.write(book, { type: "buffer", bookType: "xlsx", Props: { CreatedDate: new Date(0) } });
}

export function readBook(bytes) {
  const book = XLSX.read(bytes);
  const rows = XLSX.utils.sheet_to_json(book.Sheets.Sales);
  return rows.reduce((sum, { amount, count }) => sum + amount * count, 0);
}
