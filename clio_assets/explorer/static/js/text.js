// What a release says is hostile until cleaned: control characters, direction overrides and piles
// of combining marks can disturb the text around them even where nothing is parsed as markup.

const CONTROLS = / *[\u0000-\u001f\u007f-\u009f\u2028\u2029]+[ \u0000-\u001f\u007f-\u009f\u2028\u2029]*/g;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff]/g;
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;
const MARKS = /\p{M}+/gu;
const PLAIN = /^[ -~]*$/; // printable ASCII, which most texts are, has nothing to be cleaned

/** Text safe to lay out: no controls, no direction overrides, at most three marks on a letter. */
export function clean(text) {
  if (PLAIN.test(text)) return text.trim();
  return text
    .toWellFormed()
    .replace(CONTROLS, " ")
    .replace(DIRECTION, "")
    .replace(PILED_MARKS, "$1")
    .trim();
}

/** Text as it is searched: compatibility form, without diacritics, in lower case. */
export function fold(text) {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase();
}

/** The first `length` characters (code points) and an ellipsis where text was cut. */
export function shorten(text, length) {
  if (text.length <= length) return text;
  return Array.from(text.slice(0, length * 2)).slice(0, length - 1).join("").trimEnd() + "…";
}

/** "language" as "Language", "time_of_day" as "Time of day". */
export function title(name) {
  const spaced = clean(name).replaceAll("_", " ");
  return spaced.slice(0, 1).toUpperCase() + spaced.slice(1);
}
