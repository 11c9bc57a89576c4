// Comma-separated values for spreadsheets (RFC 4180), made and saved in the browser.

/**
 * A field: quoted where needed, and never a formula: a spreadsheet runs text that begins with
 * = + - @ or a tab or carriage return, so such text gets an apostrophe before it.
 */
export function field(value) {
  if (typeof value === "number") return String(value);
  const text = /^[\s\u200b]*[=+\-@\t\r＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of numbers and texts as one CSV text. */
export function toCsv(rows) {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Save a text as a file; the byte order mark tells spreadsheets that it is UTF-8. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
